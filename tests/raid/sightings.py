"""Sightings, with everything that a test does not care about filled in."""

from itertools import count

from bridge.model import SECOND, Event, EventId, Micros, SenderId
from bridge.noun import replace
from bridge.privacy.pseudonym import sender_id
from bridge.raid.sighting import Sighting, sight
from tests.support.clock import NOON
from tests.support.events import message

KEY = b"the key of the tests"
MILD, HARSH = 100, 950
"""A suspicion that nobody has, and one that is above whatever is usual."""

_serial = count(1)


def who(n: int) -> SenderId:
    """The pseudonym of somebody."""
    return sender_id(b"k" * 32, "sms", number(n))


def number(n: int) -> str:
    """Numbers as far apart as those of people are: no two of a few thousand share a range."""
    return f"+336{n * 10_007 % 10_000:04}{n // 10_000:04}"


def sighting(
    sender: int = 1,
    *,
    at: Micros = NOON,
    first: bool = True,
    suspicion: int = MILD,
    block: str | None = None,
) -> Sighting:
    """A message of which only so much is known: it has no letters, and so no copies."""
    return Sighting(_event(), who(sender), at, first, "", (), suspicion, "", block)


def written(
    text: str, sender: int = 1, *, at: Micros = NOON, first: bool = True, suspicion: int | None = None
) -> Sighting:
    """A message with a text, reduced as the heart reduces it."""
    what = message(text, address=number(sender), at=at)
    seen = sight(Event(_event(), who(sender), at, what), what, at, KEY, first=first)
    return seen if suspicion is None else replace(seen, suspicion=suspicion)


def after(n: int, pause: Micros = SECOND) -> Micros:
    """The instant of the n-th of several messages."""
    return NOON + n * pause


def _event() -> EventId:
    return EventId(f"{next(_serial):032x}")
