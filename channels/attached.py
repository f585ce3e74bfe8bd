"""What is attached to a message, as a provider tells it: what each is, and where it lies. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from bridge.model import Form

MOST_MEDIA = 10
"""Providers hand over no more of one message."""

_LONGEST_URL, _LONGEST_TYPE = 1024, 64
_FORMS: Mapping[str, Form] = {"image": "picture", "audio": "voice", "video": "video"}

Attached = tuple[tuple[str, str], ...]


def attached(told: Iterable[tuple[str, str]]) -> Attached:
    """Of each its type and where the provider keeps it, as far as the provider says so."""
    return tuple((_kind(kind), url) for kind, url in islice(told, MOST_MEDIA) if _is_told(url))


def form_of(media: Sequence[tuple[str, str]]) -> Form:
    """What a message with such media is made of, by the first of them."""
    told = media[0][0].partition("/")[0] if media else ""
    return _FORMS.get(told, "file") if media else "text"


def _kind(told: str) -> str:
    return told if told.strip() and told.isprintable() and len(told) <= _LONGEST_TYPE else ""


def _is_told(url: str) -> bool:
    return bool(url.strip()) and url.isprintable() and len(url) <= _LONGEST_URL
