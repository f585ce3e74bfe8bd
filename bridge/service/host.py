"""What a room may ask of the host: to act, to see texts, to see how things stand."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import tzinfo
from typing import Any, Literal

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.card import Bundle, Discovery, Home, Sample
from bridge.cards.rehearsal import labels, would_have
from bridge.errors import RempartError
from bridge.explaining.explain import Explaining
from bridge.heart.acts import find, look_up, may, rehearsed, threats
from bridge.model import HOUR, Act, EventId, Message
from bridge.moderation.directory import Directory
from bridge.moderation.targets import FoundName, read_found
from bridge.noun import replace
from bridge.ports import Append
from bridge.privacy.pseudonym import event_id
from bridge.reasons import Reason
from bridge.responses import Responses
from bridge.service.board import Board
from bridge.service.door import settled_act, settled_question
from bridge.service.doubting import bundles
from bridge.service.finding import Finder, phrase_wanted
from bridge.service.found import finding_of, mutings
from bridge.store.books.journal import Journal, opened
from bridge.store.engine.store import Store
from bridge.store.looks import cards, team
from bridge.store.looks.rehearsed import rehearsed_entries
from bridge.store.looks.threats import expose, threat_entries
from bridge.wording import Words

_LOOK = 0.1  # seconds between looks for a decision
_MOST_LOOKS = 200
_SAMPLES = 10


class TeamHost:
    """The host as a room sees it."""

    def __init__(
        self,
        *,
        store: Store,
        journal: Journal,
        append: Append,
        board: Board,
        explaining: Explaining,
        responses: Callable[[], Responses],
        directory: Directory,
        finder: Finder,
        link: Callable[[], str | None] = lambda: None,
    ) -> None:
        """Wires it to the journal and the board; `responses` are the rules in force."""
        self._finder, self._link = finder, link
        self._store, self._journal, self._append = store, journal, append
        self._board, self._explaining, self._responses = board, explaining, responses
        self._directory = directory

    @property
    def language(self) -> Literal["en", "fr"]:
        """What the team reads, as the rules in force say."""
        return self._responses().feed.language

    @property
    def zone(self) -> tzinfo:
        """Where the team's clock stands, as they say."""
        return self._responses().zone

    @property
    def region(self) -> str:
        """The country of our own number."""
        return self._directory.region

    def status_link(self) -> str | None:
        """A fresh link to the status page, where one can be opened from outside."""
        return self._link()

    async def act(self, act: Act) -> str:
        """Journals an act, and tells what became of it once it is decided."""
        _, told = await self.do(act)
        return await self._board.outcome(told)

    async def do(self, act: Act) -> tuple[str, Reason]:
        """Like `act`, with the outcome in a word, and what the actor is told not worded yet."""
        words = self._words()
        act = settled_act(phrase_wanted(act, words), self._directory, words)
        act = await self._finder.named(act, words)
        await self._append([act])
        return await decided(self._store, act, words)

    async def home(self, page: int = 0, phrase: str = "") -> Home:
        """The team's home page."""
        return await self._board.home(page, phrase)

    async def find(self, act: Act) -> Discovery:
        """What was written that holds a phrase; that somebody looked, or tried to, is journalled."""
        told = await self.act(act)
        if not self.may(act):
            raise RempartError(told)
        words = self._words()
        search = event_id(act.channel, "act", act.provider_id)
        name = FoundName(search) if act.verb == find.VERB.name else read_found(act.target)
        if name is None:
            raise RempartError(words.within("command")("no_search"))
        seen = await self._finder.preview(name, act.at, words)
        shown = await finding_of(self._store, self._journal, seen, act.at, words)
        if shown.samples:
            await self._exposed(act, len(shown.samples))
        return shown

    async def why(self, target: str) -> str:
        """Why a sender is held, muted or answered."""
        words = self._words()
        return await self._explaining.tell(settled_question(target, self._directory, words), words)

    async def look_up(self, act: Act) -> str:
        """The same by address, journalled, and no more than so often an hour."""
        since = act.at - HOUR
        looks = await self._store.read(lambda found: team.count_acts(found, act.actor, act.verb, since))
        if looks >= look_up.PER_HOUR:
            raise RempartError(self._words().within("why")("looked_up_often", most=look_up.PER_HOUR))
        told = await self.act(act)
        if not self.may(act):
            raise RempartError(told)
        return await self.why(act.target)

    def may(self, act: Act) -> bool:
        """Whether the rules in force give its actor the right."""
        return may(act, self._responses())

    @property
    def organisers(self) -> Collection[str]:
        """Whom the rules in force name."""
        named = self._responses().organisers
        return {*named.moderators, *named.admins, *named.wake}

    async def samples(self, act: Act) -> Sequence[Sample]:
        """Some texts of a raid, of a dry run, or threats, newest first; that somebody looked, or tried, is
        journalled."""
        told = await self.act(act)
        if not self.may(act):
            raise RempartError(told)
        shown = await self._store.read(lambda connection: self._texts(connection, act))
        await self._exposed(act, len(shown))
        return shown

    async def _exposed(self, act: Act, texts: int) -> None:
        """Notes how much somebody was shown: who reads the most should not read on alone."""
        id_ = EventId(event_id(act.channel, "act", act.provider_id))
        await self._store.transact(lambda found: expose(found, id_, act.actor, act.at, texts))

    async def doubtful(self, act: Act) -> Sequence[Bundle]:
        """The doubtful people who wait, by likeness; that somebody looked, or tried to, is journalled."""
        told = await self.act(act)
        if not self.may(act):
            raise RempartError(told)
        words = self._words()
        shown = await self._store.read(lambda found: bundles(found, self._journal, words, act.at))
        await self._exposed(act, sum(one.sample is not None for one in shown))
        return shown

    async def _texts(self, connection: AsyncConnection, act: Act) -> list[Sample]:
        if act.verb == rehearsed.VERB.name:
            return await self._rehearsed(connection, act)
        if act.verb == threats.VERB.name:
            rows = await threat_entries(connection, _SAMPLES)
        else:
            rows = await cards.sample_entries(connection, act.target, _SAMPLES)
        return await self._samples(connection, act, rows)

    async def _rehearsed(self, connection: AsyncConnection, act: Act) -> list[Sample]:
        """Each with what would have come of it, and a label for what it is."""
        rows = await rehearsed_entries(connection, _SAMPLES)
        words, shown = self._words(), await self._samples(connection, act, rows)
        told = {row.handle: would_have(row.progress, row.error, row.due_at, words) for row in reversed(rows)}
        return [
            replace(
                one, why=f"{told[one.handle]} {one.why}", buttons=(*labels(one.handle, words), *one.buttons)
            )
            for one in shown
        ]

    async def _samples(self, connection: AsyncConnection, act: Act, rows: Sequence[Row[Any]]) -> list[Sample]:
        events = await opened(connection, self._journal.keyring, rows)
        words = self._words()
        judged = await self._explaining.judgements(connection, {row.sender for row in rows}, words)
        buttons = await mutings(connection, {row.sender: row.handle for row in rows}, act.at, words)
        seen = [(row.handle, event) for row in rows if (event := events.get(row.id)) is not None]
        return [
            Sample(
                handle,
                words.heard(event.what),
                event.received_at,
                judged[event.sender],
                buttons[event.sender],
            )
            for handle, event in seen
            if isinstance(event.what, Message)
        ]

    def _words(self) -> Words:
        return self._board.words()


async def decided(store: Store, act: Act, words: Words) -> tuple[str, Reason]:
    """The outcome and what the actor is told, once decided; another process may be the one that folds.

    Raises `RempartError` when it takes too long.
    """
    event = EventId(event_id(act.channel, "act", act.provider_id))
    for _ in range(_MOST_LOOKS):
        told = await store.read(lambda connection: team.outcome(connection, event))
        if told is not None:
            return told
        await asyncio.sleep(_LOOK)
    raise RempartError(words.within("command")("undecided"))
