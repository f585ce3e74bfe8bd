"""The counter: what commands ask, as plain data: in the running service, or on the database alone."""

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.clock import iso
from bridge.errors import Misconfigured
from bridge.explaining.explain import Explaining
from bridge.grammar import LONGEST_REASON
from bridge.heart.acts import doubtful
from bridge.model import DAY, Act, Micros
from bridge.moderation.directory import Directory
from bridge.moderation.roles import OPERATOR
from bridge.ports import Clock
from bridge.prices import Tariff, in_force
from bridge.reasons import Reason
from bridge.responses import Responses
from bridge.responses.lines import no_line
from bridge.service.board import words_of
from bridge.service.control import Verb
from bridge.service.door import settled_question
from bridge.service.doubting import Crowd, crowds
from bridge.status import Status, describe, describe_prices, euros
from bridge.store.books import lessons, raids, tariff
from bridge.store.books.journal import Journal
from bridge.store.engine.store import Store
from bridge.store.looks import team
from bridge.store.looks.overview import Overview, RaidCount, overview
from bridge.store.looks.saved import saved
from bridge.store.looks.waiting import chosen
from bridge.text.shown import plain
from bridge.views import Chosen, Trouble
from bridge.wording import Words

Told = Mapping[str, Any]

_NOTHING: Told = {}
_LONGEST_WORD = 32
_LONGEST_TARGET = 96
_LONGEST: Micros = 1_000 * 365 * DAY


@dataclass(frozen=True, slots=True)
class Counter:
    """Each question takes plain data and tells plain data; what it may raise is a `RempartError`."""

    store: Store
    clock: Clock
    explaining: Explaining
    responses: Callable[[], Responses]
    """The rules in force."""
    channel_states: Callable[[], Mapping[str, str]]
    do: Callable[[Act], Awaitable[tuple[str, Reason]]]
    """Journals an act; the outcome in a word, and what is told, once it is decided."""
    runs: Callable[[AsyncConnection], Awaitable[bool | None]]
    """Whether a service runs; `None` where nobody can know."""
    journal: Callable[[], Journal]
    """What opens texts; asked for only by the questions that show some."""
    folds: Callable[[AsyncConnection], Awaitable[bool]]
    """Whether a process decides now: of several, one does."""
    refused: Callable[[], str | None] = lambda: None
    """Why the newest edit of the rules is not in force."""
    directory: Directory = field(default_factory=Directory)
    """Who can be meant."""
    troubles: Callable[[], Sequence[Trouble]] = tuple
    """What the service knows of halves of channels that do not work."""
    empty: bool = False
    """There is no database yet: nothing has ever happened here, and looking must not make one."""

    def questions(self) -> Mapping[str, Verb]:
        """Everything that can be asked, by its name."""
        asked = self.status, self.act, self.doubtful, self.mutes, self.lessons, self.prices, self.why
        return {question.__name__: question for question in asked}

    async def status(self, _asked: Told = _NOTHING) -> Status:
        """How things stand."""
        now, rules = self.clock(), self.responses()

        async def look(connection: AsyncConnection) -> tuple[bool | None, bool, Overview, Tariff]:
            seen, told = await overview(connection, now), await tariff.load(connection)
            counted = [await _with_saved(connection, one, rules, now) for one in seen.raids]
            seen = replace(seen, raids=tuple(counted))
            return await self.runs(connection), await self.folds(connection), seen, told

        nothing: tuple[bool, bool, Overview, Tariff] = False, False, Overview(), {}
        runs, folds, seen, told = nothing if self.empty else await self.store.read(look)
        prices, states = in_force(rules, told, now), self.channel_states()
        return describe(
            seen,
            states,
            rules.pot.total,
            prices,
            running=runs,
            deciding=folds,
            rules_refused=self.refused(),
            troubles=self.troubles(),
        )

    async def act(self, asked: Told) -> Told:
        """Does what the operator asks for; whoever can open the database may do everything."""
        outcome, told = await self.do(_operator_act(asked, self.clock()))
        words = words_of(self.responses(), self.clock())
        return {"outcome": outcome, "told": words.outcome(told), **told.plain()}

    async def doubtful(self, _asked: Told = _NOTHING) -> Told:
        """The doubtful people who wait, by likeness, each group with a text: the look is journalled."""
        now = self.clock()
        await self.do(_operator_act({"verb": doubtful.VERB.name}, now))
        words, journal = Words("en", self.responses().zone, now=now), self.journal()

        async def look(connection: AsyncConnection) -> tuple[list[Crowd], list[Chosen]]:
            return await crowds(connection, journal, now), await chosen(connection)

        groups, undoable = await self.store.read(look)
        undo = [{"act": one.act, "told": words.outcome(one.told)} for one in undoable]
        return {"doubtful": [_crowd(one) for one in groups], "undo": undo}

    async def mutes(self, _asked: Told = _NOTHING) -> Told:
        """The mutes in force, the newest first."""
        now = self.clock()
        standing = await self.store.read(lambda connection: team.standing_mutes(connection, now))
        return {
            "mutes": [
                {"sender": mute.handle, "until": iso(mute.until), "by": mute.by, "reason": mute.reason}
                for mute in standing
            ]
        }

    async def lessons(self, _asked: Told = _NOTHING) -> Told:
        """Every lesson, the newest first."""
        taught = await self.store.read(lessons.listed)
        return {"lessons": [_lesson(one) for one in taught]}

    async def prices(self, _asked: Told = _NOTHING) -> Told:
        """What a segment costs, and by whose word."""
        told = {} if self.empty else await self.store.read(tariff.load)
        return {"prices": describe_prices(in_force(self.responses(), told, self.clock()))}

    async def why(self, asked: Told) -> Told:
        """How a sender or a message is treated, and why; the command line speaks English."""
        words = Words("en", self.responses().zone, now=self.clock())
        meant = settled_question(str(asked.get("target", "")), self.directory, words)
        return await self.explaining.explain(meant, words)


LINE = "line"
"""What a question names the line by that it is about."""


def questions(lines: Mapping[str, Counter]) -> Mapping[str, Verb]:
    """Everything that can be asked of lines, by their names, the first line first: of that line which the
    question names, else of the first; but of how things stand all of them tell where none is named."""
    asked = {name: one.questions() for name, one in lines.items()}
    told = {question: partial(_of_line, asked, question) for question in next(iter(asked.values()))}
    return told | {"status": partial(_all, asked)} if len(lines) > 1 else told


async def _of_line(lines: Mapping[str, Mapping[str, Verb]], question: str, asked: Told) -> Told:
    """Raises `Misconfigured` where there is no such line."""
    named = asked.get(LINE)
    if named is None:
        return await next(iter(lines.values()))[question](asked)
    if not named or named not in lines:
        raise no_line(str(named), [name for name in lines if name])
    return await lines[named][question](asked)


async def _all(lines: Mapping[str, Mapping[str, Verb]], asked: Told) -> Told:
    """The first line's status as if it were the only one, and that of each."""
    if asked.get(LINE) is not None:
        return await _of_line(lines, "status", asked)
    told = {name: await one["status"](asked) for name, one in lines.items()}
    return {**next(iter(told.values())), "lines": told}


async def _with_saved(
    connection: AsyncConnection, count: RaidCount, rules: Responses, now: Micros
) -> RaidCount:
    raid = await raids.called(connection, count.id)
    return replace(count, saved=await saved(connection, raid, rules, now)) if raid else count


def _crowd(one: Crowd) -> Told:
    told = {"group": one.name, "people": one.people, "euros": euros(one.cost), "alike": one.alike}
    return told | {"handle": one.sample.handle, "text": one.sample.text, "at": iso(one.sample.at)}


def _lesson(one: lessons.Taught) -> Told:
    told = asdict(one)
    times = {name: None if told[name] is None else iso(told[name]) for name in ("at", "undone_at")}
    return {"lesson": told.pop("id"), **told, **times}


def _length(asked: object) -> Micros | None:
    """Raises `Misconfigured`: what is no length must not be written down as one."""
    if asked is None or (type(asked) is int and 0 < asked <= _LONGEST):
        return asked
    raise Misconfigured("This is no length of time: write 90s, 10m, 2h or 7d.")


def _operator_act(asked: Told, now: Micros) -> Act:
    """What could not be stored is cleaned and cut to size: whoever asked hears what became of it."""
    return Act(
        channel=OPERATOR,
        provider_id=uuid.uuid4().hex,
        actor="operator",
        verb=plain(str(asked.get("verb", "")))[:_LONGEST_WORD],
        target=plain(str(asked.get("target", ""))).strip()[:_LONGEST_TARGET],
        at=now,
        length=_length(asked.get("length")),
        reason=" ".join(plain(str(asked.get("reason", ""))).split())[:LONGEST_REASON],
        member=True,
    )
