"""What a dossier counts: by sender, by time, in money. It grows as the entries go by, and holds no text
but a few of each sender."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.days import iso_second
from bridge.model import DAY, HOUR, MINUTE, SECOND, Message, MicroEuros, Micros, SenderId
from bridge.noun import replace

MOST_TEXTS = 3
"""Texts of one sender that the report shows; all of them are in the entries."""

_MOST_THREATS = 400
_MOST_BARS = 90
_STEPS = (
    SECOND,
    5 * SECOND,
    15 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    DAY,
    7 * DAY,
)

TRAFFIC_DATA: Micros = 365 * DAY
"""How long operators in France keep who wrote to whom: one year, to be checked by a lawyer."""


@dataclass(slots=True)
class Person:
    """One sender."""

    handle: str
    channel: str
    address: str
    messages: int = 0
    threats: int = 0
    first: Micros = 0
    last: Micros = 0
    inbound: MicroEuros = 0
    calls: int = 0
    """How many of the messages were calls."""
    verdict: str = ""
    texts: list[tuple[Micros, Message, bool]] = field(default_factory=list)
    """Instant, what was written, and whether it reads like a threat."""

    def heard(self, message: Message, at: Micros, cost: MicroEuros, *, threat: bool) -> None:
        """Counts one message."""
        self.first = at if not self.messages else min(self.first, at)
        self.last = max(self.last, at)
        called = message.form == "call"
        self.messages, self.threats = self.messages + 1, self.threats + threat
        self.calls, self.inbound = self.calls + called, self.inbound + cost
        if len(self.texts) < MOST_TEXTS and not called:
            slim = replace(message, provider_id="", line="", address=self.address)
            self.texts.append((at, slim, threat))


@dataclass(slots=True)
class Threat:
    """A text that reads like a threat, by whoever wrote it first."""

    at: Micros
    handle: str
    messages: int = 0
    senders: set[SenderId] = field(default_factory=set)


@dataclass(slots=True)
class Figures:
    """Everything that is counted."""

    begin: Micros
    step: Micros
    """How long a bar of the timeline is."""
    bars: list[int] = field(default_factory=list)
    people: dict[SenderId, Person] = field(default_factory=dict)
    rows: dict[SenderId, Counter[int]] = field(default_factory=dict)
    """Messages by bar, for each sender."""
    threats: dict[str, Threat] = field(default_factory=dict)
    """The texts that a reader must see first, each once, in the order in which they came."""
    kinds: Counter[str] = field(default_factory=Counter)
    altered: list[int] = field(default_factory=list)
    """Places whose entry is no longer what the log holds of it."""
    erased: int = 0
    """Entries of people who were erased: nobody can open them any more."""
    requests: int = 0
    genuine: int = 0
    checked: int = 0

    def message(
        self, sender: SenderId, handle: str, what: Message, at: Micros, cost: MicroEuros, *, threat: bool
    ) -> Person:
        """Counts one message."""
        person = self.people.get(sender)
        if person is None:
            person = self.people[sender] = Person(handle, what.channel, what.address)
        person.heard(what, at, cost, threat=threat)
        bar = min(max(0, (at - self.begin) // self.step), len(self.bars) - 1)
        self.bars[bar] += 1
        self.rows.setdefault(sender, Counter())[bar] += 1
        if threat:
            self._threatens(what.text, sender, handle, at)
        return person

    def _threatens(self, text: str, sender: SenderId, handle: str, at: Micros) -> None:
        if text not in self.threats and len(self.threats) >= _MOST_THREATS:
            return
        known = self.threats.setdefault(text, Threat(at, handle))
        known.messages += 1
        known.senders.add(sender)

    def ranked(self) -> Sequence[tuple[SenderId, Person]]:
        """The senders: who threatened, then who wrote most, first."""
        return sorted(self.people.items(), key=lambda one: (-one[1].threats, -one[1].messages, one[1].first))

    @property
    def messages(self) -> int:
        """How many there are."""
        return sum(self.bars)


def begun(first: Micros, last: Micros) -> Figures:
    """Figures for what happened between two instants."""
    span = max(1, last - first)
    step = next((one for one in _STEPS if span / one <= _MOST_BARS), max(_STEPS[-1], span // _MOST_BARS))
    begin = first - first % step
    return Figures(begin, step, [0] * ((last - begin) // step + 1))


def plain(
    figures: Figures, replied: Mapping[SenderId, tuple[int, MicroEuros]], about: Mapping[str, Any]
) -> dict[str, Any]:
    """The figures as plain data; money in euros, instants in ISO 8601."""
    outbound = sum(cost for _, cost in replied.values())
    inbound = sum(one.inbound for one in figures.people.values())
    return {
        **about,
        "messages": figures.messages,
        "calls": sum(one.calls for one in figures.people.values()),
        "senders": len(figures.people),
        "several": sum(one.messages > 1 for one in figures.people.values()),
        "threats": sum(one.threats for one in figures.people.values()),
        "replies": sum(count for count, _ in replied.values()),
        "costs": {
            "received": inbound / 1_000_000,
            "replies": outbound / 1_000_000,
            "total": (inbound + outbound) / 1_000_000,
        },
        "kinds": dict(sorted(figures.kinds.items())),
        "altered": figures.altered,
        "erased": figures.erased,
        "requests": figures.requests,
        "requests_checked": figures.checked,
        "requests_genuine": figures.genuine,
        "bars": {
            "begin": iso_second(figures.begin),
            "seconds": figures.step // 1_000_000,
            "messages": figures.bars,
        },
    }
