"""What a rules file that is in order would cost, and what is odd about it. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from bridge.model import DAY, MINUTE, MicroEuros, Micros
from bridge.noun import Noun
from bridge.quantities import LONGEST
from bridge.responses.placeholders import filled, values
from bridge.responses.reach import Unreachable, unreachable
from bridge.responses.rules import Pot, Responses, Rule
from bridge.text.segments import Costly, Size, cheaper, costly, measure, room

_QUOTES = frozenset({'""', "''", "“”", "„“", "«»", "‘’", "’’", "””", "``"})

_LONGEST_NUMBER = "+" + "8" * 15
"""E.164 allows 15 digits."""


class Price(Noun):
    """What one wording costs where it goes."""

    channel: str
    country: str
    amount: MicroEuros


class Checked(Noun):
    """One wording of one reply, measured."""

    rule: str
    language: str
    number: int
    """Its place among the wordings of that language, from 1."""
    text: str
    size: Size
    """With its placeholders filled as long as they can get."""
    prices: tuple[Price, ...]
    """For every channel with prices that the reply may go over; empty where none has."""
    costly: tuple[Costly, ...]
    better: Size
    """Its size once every costly character is written the cheap way."""
    after: tuple[Price, ...]
    """Its prices then."""
    used: int
    """Characters as they are billed, placeholders filled."""
    room: int
    """How many of them its segments hold: 160 in one."""

    @property
    def quoted(self) -> bool:
        """Whether quotes stand around it that would be sent: those of the file are none of the text's."""
        ends = self.text.strip()[:1] + self.text.strip()[-1:]
        return len(self.text.strip()) > 1 and ends in _QUOTES

    @property
    def loose(self) -> str:
        """What nobody sees at its ends and would be sent: spaces, or the line break of a `|` or a `>`."""
        ends = self.text[: -len(self.text.lstrip())] + self.text[len(self.text.rstrip()) :]
        return "break" if "\n" in ends else "space" if ends else ""

    @property
    def worst(self) -> MicroEuros:
        """The highest of the prices."""
        return max((price.amount for price in self.prices), default=0)

    @property
    def best(self) -> MicroEuros:
        """The highest of the prices once every costly character is written the cheap way."""
        return max((price.amount for price in self.after), default=0)


class Fallback(Noun):
    """A reply has no wording in a language: whoever writes in it gets the default language."""

    rule: str
    language: str


class Narrow(Noun):
    """A way without prices for countries that others of the ways have: who is there waits for those."""

    way: str
    countries: tuple[str, ...]


class Findings(Noun):
    """All that can be said of a file without running it."""

    wordings: tuple[Checked, ...]
    unreachable: tuple[Unreachable, ...]
    fallbacks: tuple[Fallback, ...]
    narrow: tuple[Narrow, ...]
    alone: str | None
    """The only way, where one is listed and none beside it."""
    too_little: tuple[str, ...]
    """The limits of the pot that are below what any reply costs."""
    too_late: bool
    """Whether a reply may have to wait for longer than it has."""


def lint(responses: Responses) -> Findings:
    """Measures every wording, and looks for replies that are never given or not in every language."""
    wordings = tuple(checked for rule in responses.replies for checked in _checked(responses, rule))
    return Findings(
        wordings,
        unreachable(responses),
        tuple(
            Fallback(rule.id, language)
            for rule in responses.replies
            for language in responses.languages
            if language not in rule.say
        ),
        tuple(_narrow(responses)),
        responses.ways[0] if len(responses.ways) == 1 else None,
        tuple(_too_little(responses.pot, wordings)),
        _longest_wait(responses) > responses.answer_within,
    )


def _too_little(pot: Pot, wordings: Sequence[Checked]) -> Iterator[str]:
    cheapest = min((price.amount for one in wordings for price in one.prices), default=0)
    limits = {
        "total": pot.for_replies,
        "per_hour": pot.per_hour,
        "per_day": pot.per_day,
        "per_sender": pot.per_sender,
    }
    return (name for name, limit in limits.items() if limit is not None and limit < cheapest)


def _longest_wait(responses: Responses) -> Micros:
    """A hold that ends in quiet hours ends with them; with those of a whole day, never."""
    quiet = responses.quiet
    if quiet is None:
        return responses.hold.max
    minutes = (quiet.end - quiet.start) % (DAY // MINUTE)
    return responses.hold.max + (minutes * MINUTE or LONGEST)


def _narrow(responses: Responses) -> Iterable[Narrow]:
    reached = responses.reached
    for way, countries in reached.items():
        missing = {country for there in reached.values() for country in there} - countries
        if missing:
            yield Narrow(way, tuple(sorted(missing)))


def _checked(responses: Responses, rule: Rule) -> Iterable[Checked]:
    for language, texts in rule.say.items():
        for number, text in enumerate(texts, start=1):
            sent = _longest(text, language, responses.zone)
            size, better = measure(sent), measure(cheaper(sent))
            prices, after = _prices(responses, rule, size), _prices(responses, rule, better)
            dear, (used, holds) = costly(sent), room(sent)
            yield Checked(rule.id, language, number, text, size, prices, dear, better, after, used, holds)


def _longest(text: str, language: str, zone: ZoneInfo) -> str:
    """The text with placeholders filled, in the month that makes it dearest: names of months differ."""
    if "$" not in text:
        return text
    instants = ((28 + 30 * month) * DAY - 1 for month in range(12))
    texts = [filled(text, values(_LONGEST_NUMBER, at, zone, language)) for at in instants]
    return max(texts, key=lambda sent: measure(sent).segments)


def _prices(responses: Responses, rule: Rule, size: Size) -> tuple[Price, ...]:
    channels: Sequence[str] = rule.when.channel or tuple(responses.prices)
    return tuple(
        Price(channel, country, amount * responses.units(channel, size.segments))
        for channel in channels
        if channel in responses.prices
        for country, amount in responses.prices[channel].outbound.items()
    )
