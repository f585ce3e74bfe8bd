"""The language of whoever sits at the terminal, by the system's own variables."""

import os
from collections.abc import Mapping

from bridge.wording import LANGUAGES, Language, Words

_SAYING = "LC_ALL", "LC_MESSAGES", "LANG"
"""The first one that is set counts (POSIX, Environment Variables, 8.2)."""


def language(environment: Mapping[str, str] = os.environ) -> Language:
    """French where the system speaks it; else English."""
    said = next((value for name in _SAYING if (value := environment.get(name))), "")
    return next((one for one in LANGUAGES if one == said[:2].casefold()), "en")


def words() -> Words:
    """Says things in that language."""
    return Words(language())
