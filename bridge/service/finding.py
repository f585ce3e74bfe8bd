"""Looks for a phrase in what was written: in small slices, off the loop, and never in anybody's way.

Texts are sealed at rest. They are read a page at a time, opened and looked through in a thread, and let go:
of what was found only senders and the ids of the newest messages are kept. What cannot be opened is counted,
and breaks nothing. A look is good for what was decided before it, and for nothing that came later: whoever
takes it again, after a restart or in another process, finds the same.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import Misconfigured, RempartError
from bridge.heart.acts import find, hold_found, mute_found, rule_hold, rule_mute
from bridge.model import DAY, Act, EventId, Message, Micros, SenderId
from bridge.moderation.phrases import NoPhrase, Phrase, Text, read_phrase
from bridge.moderation.targets import FoundName, Ruling, read_found, read_ruling, written_people
from bridge.noun import Noun, replace
from bridge.store.books.journal import ENTRY, Journal, opened, readable
from bridge.store.engine.store import Store
from bridge.store.engine.tables import events
from bridge.store.looks import found as looks
from bridge.store.looks.found import Fared, Reached, Stretch
from bridge.wording import Words

BACKTEST: Micros = 30 * DAY
"""How far back a preview says what would have been caught."""

MOST_PEOPLE = 20_000
"""Whom one act can be about: it names each of them."""

MOST_KEPT = 300
"""Messages that are kept to be shown, the newest."""

SLICE = 200
"""Messages that are opened at a time: some twenty milliseconds."""

_REMEMBERED = 8
"""Looks that are kept in mind: whoever comes back later has them taken again."""

ABOUT_PEOPLE = frozenset({mute_found.VERB.name, hold_found.VERB.name})
ABOUT_PHRASES = frozenset({rule_mute.VERB.name, rule_hold.VERB.name})

Progressed = Callable[[int, int], None]
"""Called now and then with the number of messages that were looked at, and of all."""


async def _at_once() -> None:
    """Nobody has to be waited for."""


@dataclass(slots=True)
class Look:
    """What somebody looks for, and what was found so far."""

    id: EventId
    phrase: Phrase
    at: Micros
    since: Micros
    stretch: Stretch
    """All that is looked at: what a preview tells of goes back further than what an act is about."""
    of: int = 0
    looked: int = 0
    unreadable: int = 0
    wrote: Counter[SenderId] = field(default_factory=Counter)
    """How often each wrote it since `since`."""
    first: dict[SenderId, Micros] = field(default_factory=dict)
    """When each of those did so first."""
    wrote_long: Counter[SenderId] = field(default_factory=Counter)
    """How often each wrote it in all that time."""
    newest: list[tuple[EventId, SenderId]] = field(default_factory=list)


class Preview(Noun):
    """What a look has found, but for whom somebody left out."""

    look: Look
    name: FoundName
    people: frozenset[SenderId]
    spared: frozenset[SenderId]
    fared: Fared
    answered: int
    """Of all people of the backtest, those who were answered in that time."""
    paid: int
    """What that cost: micro-euros."""


class Finder:
    """Takes looks, each once."""

    def __init__(
        self,
        store: Store,
        journal: Callable[[], Journal],
        *,
        lull: Callable[[], Awaitable[object]] = _at_once,
        progressed: Progressed = lambda _looked, _of: None,
    ) -> None:
        """`lull` returns when intake has a moment."""
        self._store, self._journal = store, journal
        self._lull, self._progressed = lull, progressed
        self._looks: OrderedDict[EventId, Look] = OrderedDict()
        self._under_way: dict[EventId, asyncio.Task[Look]] = {}

    async def close(self) -> None:
        """Lets go of what is under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def begin(self, search: EventId, words: Words) -> Look:
        """The look as far as it has come; it goes on by itself. Raises `RempartError`."""
        if search in self._looks:
            self._looks.move_to_end(search)
            return self._looks[search]
        look = await self._store.read(lambda connection: self._read(connection, search))
        if look is None:
            raise RempartError(words.within("command")("no_search"))
        self._looks[search] = look
        self._under_way[search] = asyncio.create_task(self._take(look))
        while len(self._looks) > _REMEMBERED:
            old, _ = self._looks.popitem(last=False)
            task = self._under_way.pop(old, None)
            if task is not None:
                task.cancel()
        return look

    async def finished(self, search: EventId, words: Words) -> Look:
        """The whole look. Raises `RempartError`."""
        await self.begin(search, words)
        return await asyncio.shield(self._under_way[search])

    def is_finished(self, search: EventId) -> bool:
        """Whether a look has come to its end."""
        task = self._under_way.get(search)
        return task is not None and task.done()

    async def preview(self, name: FoundName, now: Micros, words: Words) -> Preview:
        """What was found, counted. Raises `RempartError`."""
        look = await self.finished(EventId(name.search), words)

        async def counted(connection: AsyncConnection) -> Preview:
            spared = await looks.pseudonyms(connection, name.spared)
            first = {one: at for one, at in look.first.items() if one not in spared}
            fared = await looks.fared(connection, first, now)
            answered, paid = await looks.paid(connection, look.wrote_long.keys() - spared, look.stretch.since)
            return Preview(look, name, frozenset(first), spared, fared, answered, paid)

        return await self._store.read(counted)

    async def named(self, act: Act, words: Words) -> Act:
        """An act on what was found, naming the people, or the phrase, itself. Others are as they were.

        Raises `RempartError` where nothing was found under that name.
        """
        if act.verb not in ABOUT_PEOPLE | ABOUT_PHRASES:
            return act
        name = read_found(act.target)
        if name is None:
            raise Misconfigured(words.within("command")("no_search"))
        look = await self.finished(EventId(name.search), words)
        spared = await self._store.read(lambda connection: looks.pseudonyms(connection, name.spared))
        if act.verb in ABOUT_PHRASES:
            return replace(act, target=str(Ruling(look.phrase.written, spared)))
        people = look.first.keys() - spared
        if len(people) > MOST_PEOPLE:
            raise RempartError(words.within("command")("too_many_found", most=MOST_PEOPLE))
        return replace(act, target=written_people(people))

    async def _read(self, connection: AsyncConnection, search: EventId) -> Look | None:
        """What somebody looked for, as the journal has it."""
        query: Select[Any] = select(*ENTRY, events.c.place).where(
            events.c.id == search, events.c.place.is_not(None)
        )
        rows = (await connection.execute(query)).all()
        asked = (await opened(connection, self._journal().keyring, rows)).get(search)
        if asked is None or not isinstance(asked.what, Act) or asked.what.verb != find.VERB.name:
            return None
        act = asked.what
        try:
            phrase = read_phrase(read_ruling(act.target).phrase)
        except NoPhrase:
            return None
        since = act.at - (act.length or find.USUAL_SPAN)
        stretch = Stretch(min(since, act.at - BACKTEST), rows[0].place)
        return Look(search, phrase, act.at, since, stretch)

    async def _take(self, look: Look) -> Look:
        """What could not be looked through is forgotten: whoever asks again begins anew."""
        try:
            return await self._looked_through(look)
        except BaseException:
            self._looks.pop(look.id, None)
            raise

    async def _looked_through(self, look: Look) -> Look:
        look.of = await self._store.read(lambda connection: looks.count(connection, look.stretch))
        reached: Reached | None = None
        while rows := await self._page(look, reached):
            await asyncio.to_thread(self._slice, look, rows)
            reached = rows[-1].decided_at, rows[-1].place
            self._progressed(look.looked, look.of)
            await self._lull()
        return look

    async def _page(self, look: Look, reached: Reached | None) -> Sequence[Row[Any]]:
        return await self._store.read(lambda found: looks.page(found, look.stretch, reached, SLICE))

    def _slice(self, look: Look, rows: Sequence[Row[Any]]) -> None:
        """Opens some messages, and looks through them. In a thread: it must touch nothing of the loop's."""
        unwrapped = self._journal().keyring.unwrapped
        for row in rows:
            look.looked += 1
            erased = row.key is None
            event = None if erased else readable(row, lambda row=row: unwrapped(row.sender, row.key))  # type: ignore[misc]
            if event is None or not isinstance(event.what, Message):
                look.unreadable += 1
            elif look.phrase.is_in(Text(event.what.text)):
                _enter(look, event.id, event.sender, row.decided_at)


def _enter(look: Look, event: EventId, sender: SenderId, at: Micros) -> None:
    """The newest come first."""
    look.wrote_long[sender] += 1
    if at < look.since:
        return
    look.wrote[sender] += 1
    look.first[sender] = at
    if len(look.newest) < MOST_KEPT:
        look.newest.append((event, sender))


def phrase_wanted(act: Act, words: Words) -> Act:
    """An act of looking, with the phrase in the one form that acts have. Raises `Misconfigured`."""
    if act.verb != find.VERB.name:
        return act
    try:
        phrase = read_phrase(act.target)
    except NoPhrase as none:
        raise Misconfigured(words.within("command")(none.code, **none.told)) from None
    return replace(act, target=str(Ruling(phrase.written)))


def shown(look: Look, spared: Collection[SenderId]) -> list[EventId]:
    """The messages that can be shown, the newest first, one of each sender."""
    seen: dict[SenderId, EventId] = {}
    for event, sender in look.newest:
        if sender not in spared:
            seen.setdefault(sender, event)
    return list(seen.values())
