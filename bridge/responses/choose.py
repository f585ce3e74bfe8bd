"""Which reply a message gets: the first rule whose conditions all hold, and why. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bridge.model import SECOND, Micros
from bridge.reasons import Reason, Why, because
from bridge.responses.expressions import found
from bridge.responses.rules import Responses, Rule, When
from bridge.text.reading import Reading, read
from bridge.text.tokens import words


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules can ask about a message."""

    channel: str
    language: str
    text: str
    first: bool
    """The sender never wrote before."""
    at: Micros


@dataclass(frozen=True, slots=True)
class Circumstance:
    """Everything about a message but its text."""

    channel: str
    language: str
    first: bool
    minute: int
    """Of the day, in the zone of the rules."""


Reasons = tuple[Reason, ...] | None
"""Why a condition holds; nothing where it is not asked; `None` where it does not hold."""


def choose(responses: Responses, facts: Facts) -> tuple[Rule | None, tuple[Reason, ...]]:
    """The rule that answers, or `None`; and the reasons, which never quote what the sender wrote."""
    local = datetime.fromtimestamp(facts.at // SECOND, responses.zone)
    minute = local.hour * 60 + local.minute
    circumstance = Circumstance(facts.channel, facts.language, facts.first, minute)
    text = read(facts.text)
    for rule in responses.replies:
        reasons = _reasons(rule.when, circumstance, text)
        if reasons is not None:
            return rule, reasons or (because(Why.EVERY_MESSAGE),)
    return None, (because(Why.NO_RULE),)


def fits(when: When, circumstance: Circumstance) -> bool:
    """Whether every condition but those about the text holds."""
    return _circumstantial(when, circumstance) is not None


def spoken(text: str) -> str:
    """The words of a text between single spaces, so that a phrase in it is a part of the string."""
    return _between_spaces(words(text))


def _between_spaces(said: Iterable[str]) -> str:
    return f" {' '.join(said)} "


def _reasons(when: When, circumstance: Circumstance, text: Reading) -> Reasons:
    around = _circumstantial(when, circumstance)
    if around is None:
        return None
    said = _words(when, text)
    if said is None:
        return None
    matched = _regex(when, text)
    return None if matched is None else around + said + matched


def _circumstantial(when: When, circumstance: Circumstance) -> Reasons:
    reasons: tuple[Reason, ...] = ()
    for condition in _CONDITIONS:
        reason = condition(when, circumstance)
        if reason is None:
            return None
        reasons += reason
    return reasons


def _first(when: When, circumstance: Circumstance) -> Reasons:
    wanted = {when.first, None if when.repeat is None else not when.repeat} - {None}
    if not wanted:
        return ()
    if wanted != {circumstance.first}:
        return None
    return (because(Why.FIRST_MESSAGE if circumstance.first else Why.WROTE_BEFORE),)


def _channel(when: When, circumstance: Circumstance) -> Reasons:
    if when.channel is None:
        return ()
    over = because(Why.OVER_CHANNEL, channel=circumstance.channel)
    return (over,) if circumstance.channel in when.channel else None


def _language(when: When, circumstance: Circumstance) -> Reasons:
    if when.language is None:
        return ()
    spoken_in = because(Why.IN_LANGUAGE, language=circumstance.language)
    return (spoken_in,) if circumstance.language in when.language else None


def _time(when: When, circumstance: Circumstance) -> Reasons:
    if when.time is None:
        return ()
    span = because(Why.BETWEEN, begin=when.time.start, end=when.time.end)
    return (span,) if when.time.holds(circumstance.minute) else None


_CONDITIONS: tuple[Callable[[When, Circumstance], Reasons], ...] = (_first, _channel, _language, _time)

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
