"""Everything that is wrong with a configuration, at once: one round of mending is enough."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from bridge.errors import Misconfigured
from bridge.responses import read
from bridge.service.door import settled_person
from bridge.service.plugins import channel_plugins, directory, idle
from bridge.settings import Settings, read_settings


def wrongs(environment: Mapping[str, str]) -> list[str]:
    """A sentence for each; dials nobody, opens nothing."""
    try:
        settings = read_settings(environment)
    except Misconfigured as error:
        return [str(error), *filter(None, map(_objection, _connecting(environment, None)))]
    checks = [*_reading(settings, environment), *_connecting(environment, settings.public_url)]
    return list(filter(None, map(_objection, checks)))


def _reading(settings: Settings, environment: Mapping[str, str]) -> Iterator[Callable[[], object]]:
    yield settings.keys
    yield lambda: read(settings.responses, settled_person(directory(environment)))


def _connecting(environment: Mapping[str, str], public_url: str | None) -> Iterator[Callable[[], object]]:
    for plugin in channel_plugins().values():
        yield partial(plugin.connect, environment, idle(public_url))


def _objection(check: Callable[[], object]) -> str | None:
    try:
        check()
    except Misconfigured as error:
        return str(error)
    return None
