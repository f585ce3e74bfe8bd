"""What a browser says that its reader speaks: RFC 9110, section 12.5.4. Pure."""

from collections.abc import Iterable, Iterator

from bridge.wording import LANGUAGES, Language

_LONGEST = 200
"""Characters that are read of it."""


def preferred(accepted: str) -> tuple[str, ...]:
    """The languages of an `Accept-Language`, as two or three letters, the most wanted first, each once."""
    asked = sorted(_weighed(accepted[:_LONGEST]), key=lambda one: -one[1])
    return tuple(dict.fromkeys(language for language, weight in asked if weight > 0))


def spoken(wanted: Iterable[str]) -> Language:
    """The first of them that we speak; else English."""
    return next((ours for one in wanted for ours in LANGUAGES if ours == one), "en")


def _weighed(accepted: str) -> Iterator[tuple[str, float]]:
    for part in accepted.split(","):
        tag, _, quality = part.strip().lower().partition(";")
        language = tag.strip().partition("-")[0]
        if language.isascii() and language.isalpha():
            yield language, _weight(quality)


def _weight(quality: str) -> float:
    """One where nothing is said; nothing where it cannot be read."""
    name, _, value = quality.replace(" ", "").partition("=")
    if not name:
        return 1.0
    digits = value.replace(".", "", 1)
    return float(value) if name == "q" and digits.isascii() and digits.isdecimal() else 0.0
