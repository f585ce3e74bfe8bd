"""Whom the rules may name, as our own channels say."""

from bridge.service.door import People
from bridge.service.plugins import directory

PEOPLE = People(directory({}))
