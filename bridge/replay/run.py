"""The replay itself: lines become events, the world takes them, the clock runs on, the rows are written."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from bridge.evidence.canonical import kind_of
from bridge.model import Event, Happening, Message, MicroEuros, Micros, SenderId, Stance
from bridge.noun import Noun, field
from bridge.privacy.pseudonym import event_id
from bridge.reach import reach
from bridge.replay.episodes import episodes, stances_since
from bridge.replay.rows import Row, Told, write_rows
from bridge.replay.saved import saved
from bridge.replay.summary import summarise
from bridge.replay.trace import Label, Line
from bridge.replay.world import World, is_number, open_world, person_at
from bridge.responses import Responses
from bridge.saved import ByHour
from bridge.text.segments import measure

SEED = b"rempart replay"
"""Behind every choice and pseudonym of a replay: the same trace and rules give the same rows."""

LINE = "+33700000000"
"""The public number that a trace was written to."""

_METERED = "sms"
"""The channel whose replies cost money, also where the rules give it no price; others do when priced."""

_SURELY_ONE = 70
"""Characters that fit one segment in either encoding, if each takes one place."""

Team = Callable[[World, Sequence[Told], Micros], Iterable[tuple[Event, tuple[SenderId, ...]]]]
"""Asked before each message, with those that came before it, for what somebody does then: acts, each with the
senders whom it is about."""


class Outcome(Noun):
    """What a replay tells, however long it is; the world is there for whoever wants to look closer."""

    rows: Collection[Row]
    """In the order of the trace."""
    summary: Mapping[str, Any]
    world: World
    labels: Mapping[str, Label] | None
    """What each message is, where somebody said so."""
    since: Micros = 0
    """From when on it is told; what was before is remembered all the same."""

    def lines(self) -> Iterator[str]:
        """The rows as they are written: a line of JSON a message."""
        return (row.line() for row in self.rows)

    def saved(self) -> ByHour:
        """What the same rules would have paid beyond, without detector and team, by the hour."""
        return saved(self.world, episodes(self.world, self.since))

    def stances(self) -> Sequence[Stance]:
        """The changes of posture, oldest first."""
        return stances_since(self.world, self.since)


class Result(Outcome):
    """What a replay tells that remembers everything."""

    rows: Sequence[Row]
    events: Mapping[str, Event] = field(default_factory=dict)
    """By the message's id in the trace."""


def replay(
    lines: Iterable[Line],
    responses: Responses,
    labels: Mapping[str, Label] | None = None,
    *,
    seed: bytes = SEED,
    team: Team = lambda _world, _told, _now: (),
) -> Result:
    """Runs a trace under `responses`; lines out of order are sorted by time first; `team` acts meanwhile.

    Every message is remembered, because the team may look back. One that is too long for that, and at which
    nobody acts: `bridge.replay.long`.
    """
    given = list(lines)
    world = open_world(responses, seed, seed)
    told = _told(world, sorted(given, key=_at), team)
    world.provider.run()
    rows = {row.id: row for row in write_rows(world, told)}
    events = {one.id: one.event for one in told}
    ordered = [rows[line.id] for line in given]
    summary = summarise(world, ordered, events.__getitem__, labels)
    return Result(ordered, summary, world, labels, events=events)


def _at(line: Line) -> Micros:
    return line.at


def _told(world: World, lines: Sequence[Line], team: Team) -> list[Told]:
    read, heard = Reader(world.books.responses, world.books.seed), list[Told]()
    for line in lines:
        for act, everybody in team(world, heard, line.at):
            world.take(act, line.at, everybody)
        event = read.event(line)
        world.take(event, line.at)
        heard.append(Told(line.id, event, line.at, price_of_one(event.what, world.books.responses)))
    return heard


class Reader:
    """Makes events of lines."""

    def __init__(self, responses: Responses, key: bytes) -> None:
        """`key` makes the pseudonyms."""
        self._responses = responses
        self._priced, self._rings_out = {_METERED, *responses.prices}, responses.calls.ring_out
        self._sender = lru_cache(maxsize=10_000)(partial(person_at, key))

    def event(self, line: Line) -> Event:
        """The event that the journal would hold."""
        message = Message(
            channel=line.channel,
            provider_id=line.id,
            line=LINE,
            address=line.sender,
            text=line.text,
            at=line.at,
            segments=self._units(line),
            form=line.kind,
            metered=line.channel in self._priced or is_number(line.sender),
        )
        sender: SenderId = self._sender(line.channel, line.sender)
        return Event(event_id(line.channel, kind_of(message), line.id), sender, line.at, message)

    def _units(self, line: Line) -> int:
        """What the provider bills for: nothing of a call that hears a busy line."""
        if line.kind == "call":
            return int(self._rings_out)
        measured = segments(line.text) if line.channel in self._priced else 1
        return self._responses.units(line.channel, measured)


def price_of_one(message: Happening, responses: Responses) -> MicroEuros:
    """What a reply of one segment would cost; nothing where there is no price, or no charge."""
    if not isinstance(message, Message) or not message.metered:
        return 0
    if message.form == "call" and not responses.reply_to_calls:
        return 0
    where = reach(message.address)
    return 0 if where.obstacle else responses.price_out(message.channel, where.country) or 0


def segments(text: str) -> int:
    """How many units the provider bills; what is surely one is not measured, which takes long."""
    if len(text) <= _SURELY_ONE and (text.isascii() or max(text) <= "\uffff"):
        return 1
    return measure(text).segments
