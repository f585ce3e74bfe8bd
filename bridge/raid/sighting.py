"""What the detectors look at, one message reduced to what a raid can be seen by; and what they report."""

import re
from collections.abc import Iterator
from hashlib import blake2b

from bridge.model import ClusterKind, Event, EventId, Message, Micros, SenderId
from bridge.noun import Noun
from bridge.raid.sketch import FUZZY, LONG, LONGEST, sketch
from bridge.raid.suspicion import suspicion_of
from bridge.raid.suspicion.lessons import NO_LESSONS, Lessons
from bridge.reasons import Reason
from bridge.text.reading import Reading, read

_TOKEN = re.compile(r"\w+")

DRESSED = "\N{REPLACEMENT CHARACTER}"
"""What stands for every text that a machine dressed up, however it looks."""

_LAST_DIGITS = 4
"""A range of 10,000 numbers is all that share the digits before these."""


class Sighting(Noun):
    """One message as the detectors see it."""

    event: EventId
    sender: SenderId
    at: Micros
    first: bool
    """The sender's first message: shares are counted over people, not over messages."""
    letters: str
    """The letters of the unmasked text, without spaces: what copies have in common. A short text keeps its
    numbers too: what differs in nothing else is as a rule said by different people."""
    sketch: tuple[int, ...]
    """The smallest keyed hashes of the letters' shingles: near copies share most of them. Empty where only
    equal texts are copies."""
    suspicion: int
    """How abusive the register looks, per mille."""
    typed: str
    """The text as it was typed, to the letter: people who write the same write it differently."""
    block: str | None
    """A keyed hash of the range of 10,000 numbers that the sender's belongs to; `None` on a free channel."""
    call: bool = False
    """Somebody rang: there is nothing to be seen but that, and how often."""
    runs: tuple[int, ...] = ()
    """As `sketch`, of any text, without its numbers: what variants of it have in common."""


class Traits(Noun):
    """What a sighting has of its text alone; each stands there, too."""

    letters: str
    sketch: tuple[int, ...]
    suspicion: int
    """Without what the team taught."""
    typed: str
    runs: tuple[int, ...]


def traits_of(text: str, key: bytes) -> Traits:
    """Reduces a text to what the detectors look at. `key`: what hashes are keyed with."""
    reading = read(text)
    letters, fuzzy = _letters(reading.text, reading.unmasked)
    runs = sketch(without_numbers(letters), int.from_bytes(key[:4]))
    return Traits(letters, runs if fuzzy else (), suspicion_of(reading.unmasked), _typed(reading), runs)


def sight(
    event: Event,
    message: Message,
    at: Micros,
    key: bytes,
    *,
    first: bool,
    lessons: Lessons = NO_LESSONS,
    traits: Traits | None = None,
) -> Sighting:
    """Reduces a message likewise; `traits`: those of its text, where they are known."""
    seen = traits or traits_of(message.text, key)
    call = message.form == "call"
    return Sighting(
        event.id,
        event.sender,
        at,
        first and not call,
        seen.letters,
        seen.sketch,
        lessons.corrected(seen.suspicion, message.text),
        seen.typed,
        _block(message, key),
        call,
        seen.runs,
    )


def _typed(reading: Reading) -> str:
    return DRESSED if reading.dressed else reading.text[:LONGEST].strip()


def is_cased(letters: str) -> bool:
    """Whether their script has capitals: letters are small ones."""
    return letters.upper() != letters


def _letters(text: str, unmasked: str) -> tuple[str, bool]:
    """What copies are seen by, and whether a likeness will do."""
    letters = unmasked.replace(" ", "")[:LONGEST]
    numbers = "".join(_numbers(text[:LONGEST])) if len(letters) < LONG else ""
    return letters + numbers, len(letters) >= FUZZY and not numbers


def without_numbers(letters: str) -> str:
    """Without those that a short text keeps: they stand behind its letters."""
    return letters.rstrip("0123456789")


def _numbers(text: str) -> Iterator[str]:
    return (one for one in _TOKEN.findall(text) if one.isascii() and one.isdigit())


def _block(message: Message, key: bytes) -> str | None:
    if not message.metered or not message.address.startswith("+"):
        return None
    return blake2b(message.address[:-_LAST_DIGITS].encode(), key=key[:64], digest_size=8).hexdigest()


class Finding(Noun):
    """Senders who have a technique in common, with the reason."""

    kind: ClusterKind
    key: str
    """Tells this cluster from others of its kind."""
    members: tuple[SenderId, ...]
    """Whom it newly concerns, earlier senders included."""
    messages: int
    """How many messages it newly counts."""
    reason: Reason
    grave: bool = True
    """Whether this alone is reason enough to raise the posture."""
