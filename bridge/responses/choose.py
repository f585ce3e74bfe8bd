"""Which reply a message gets: the first rule whose conditions all hold, and why. Pure."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from bridge.model import SECOND, Micros
from bridge.noun import Noun
from bridge.reasons import Reason, Why, because
from bridge.responses.expressions import found
from bridge.responses.rules import Responses, Rule, When
from bridge.text.reading import Reading, read
from bridge.text.tokens import words


class Asked(Protocol):
    """What rules can ask about a message; each is asked only where a rule does, since to tell takes time."""

    @property
    def channel(self) -> str:
        """The channel that it came in on."""

    @property
    def language(self) -> str:
        """The language to answer in."""

    @property
    def text(self) -> str:
        """What it says."""

    @property
    def first(self) -> bool:
        """Whether the sender never wrote before."""

    @property
    def at(self) -> Micros:
        """When it was written."""


class Facts(Noun):
    """What is asked, known beforehand."""

    channel: str
    language: str
    text: str
    first: bool
    """The sender never wrote before."""
    at: Micros


class Around(Protocol):
    """Everything about a message but its text."""

    @property
    def channel(self) -> str:
        """The channel that it came in on."""

    @property
    def language(self) -> str:
        """The language to answer in."""

    @property
    def first(self) -> bool:
        """Whether the sender never wrote before."""

    @property
    def minute(self) -> int:
        """When, in minutes of the day, in the zone of the rules."""


class Circumstance(Noun):
    """What stands around a message, known beforehand."""

    channel: str
    language: str
    first: bool
    minute: int
    """Of the day, in the zone of the rules."""


class _Met(Noun):
    """What stands around a message that came in."""

    facts: Asked
    zone: ZoneInfo

    @property
    def channel(self) -> str:
        return self.facts.channel

    @property
    def language(self) -> str:
        return self.facts.language

    @property
    def first(self) -> bool:
        return self.facts.first

    @property
    def minute(self) -> int:
        local = datetime.fromtimestamp(self.facts.at // SECOND, self.zone)
        return local.hour * 60 + local.minute


Reasons = tuple[Reason, ...] | None
"""Why a condition holds; nothing where it is not asked; `None` where it does not hold."""


def choose(responses: Responses, facts: Asked) -> tuple[Rule | None, tuple[Reason, ...]]:
    """The rule that answers, or `None`; and the reasons, which never quote what the sender wrote."""
    circumstance, text = _Met(facts, responses.zone), read(facts.text)
    for rule in responses.replies:
        reasons = _reasons(rule.when, circumstance, text)
        if reasons is not None:
            return rule, reasons or (because(Why.EVERY_MESSAGE),)
    return None, (because(Why.NO_RULE),)


def fits(when: When, circumstance: Around) -> bool:
    """Whether every condition but those about the text holds."""
    return _circumstantial(when, circumstance) is not None


def spoken(text: str) -> str:
    """The words of a text between single spaces, so that a phrase in it is a part of the string."""
    return _between_spaces(words(text))


def _between_spaces(said: Iterable[str]) -> str:
    return f" {' '.join(said)} "


def _reasons(when: When, circumstance: Around, text: Reading) -> Reasons:
    around = _circumstantial(when, circumstance)
    if around is None:
        return None
    said = _words(when, text)
    if said is None:
        return None
    matched = _regex(when, text)
    return None if matched is None else around + said + matched


def _circumstantial(when: When, circumstance: Around) -> Reasons:
    reasons: tuple[Reason, ...] = ()
    for condition in _CONDITIONS:
        reason = condition(when, circumstance)
        if reason is None:
            return None
        reasons += reason
    return reasons


def _first(when: When, circumstance: Around) -> Reasons:
    if when.first is None and when.repeat is None:
        return ()
    first = circumstance.first
    if (when.first is not None and when.first != first) or (when.repeat is not None and when.repeat == first):
        return None
    return (because(Why.FIRST_MESSAGE if first else Why.WROTE_BEFORE),)


def _channel(when: When, circumstance: Around) -> Reasons:
    if when.channel is None:
        return ()
    over = because(Why.OVER_CHANNEL, channel=circumstance.channel)
    return (over,) if circumstance.channel in when.channel else None


def _language(when: When, circumstance: Around) -> Reasons:
    if when.language is None:
        return ()
    spoken_in = because(Why.IN_LANGUAGE, language=circumstance.language)
    return (spoken_in,) if circumstance.language in when.language else None


def _time(when: When, circumstance: Around) -> Reasons:
    if when.time is None:
        return ()
    span = because(Why.BETWEEN, begin=when.time.start, end=when.time.end)
    return (span,) if when.time.holds(circumstance.minute) else None


_CONDITIONS: tuple[Callable[[When, Around], Reasons], ...] = (_first, _channel, _language, _time)

_phrase = lru_cache(maxsize=4096)(spoken)


def _words(when: When, text: Reading) -> Reasons:
    if when.words is None:
        return ()
    said = _between_spaces(text.words)
    occurring = next((phrase for phrase in when.words if _phrase(phrase) in said), None)
    return None if occurring is None else (because(Why.HAS_WORDS, phrase=occurring),)


def _regex(when: When, text: Reading) -> Reasons:
    if when.regex is None:
        return ()
    return (because(Why.MATCHES),) if found(when.regex, text.text) else None
