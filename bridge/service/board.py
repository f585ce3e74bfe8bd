"""What the team should see now: cards and home page, drawn up from the store."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge import pot
from bridge.card import Card, Home, Note
from bridge.cards import Day, Standing, StandingMute, day_card, home_page, raid_card
from bridge.cards.finding import with_rules
from bridge.cards.thread import with_missing
from bridge.cards.waking import Paging
from bridge.days import day_of, midnight
from bridge.loops.last_words import End
from bridge.model import DAY, DAY_CARD, MINUTE, Micros, Page, Posture
from bridge.ports import Clock
from bridge.responses import Responses
from bridge.status import allowed, posture, states
from bridge.store.books import ledger, phrase_rules, posted
from bridge.store.books.journal import Journal
from bridge.store.books.pages import standing
from bridge.store.engine.store import Store
from bridge.store.looks import cards, found, team
from bridge.store.looks.aside import aside
from bridge.store.looks.overview import overview
from bridge.store.looks.threats import exposed, threats_since
from bridge.store.looks.waiting import doubted, waiting
from bridge.views import StandingRule, Trouble
from bridge.waking import mentioned
from bridge.wording import Words

_REMEMBERED: Micros = DAY // 2
"""How long after its end a raid's card is still kept up to date."""


_WEEK: Micros = 7 * DAY

_LASTING: Micros = 2 * MINUTE
"""The team is told of a trouble that has lasted so long; most pass by themselves."""


def words_of(responses: Responses, now: Micros) -> Words:
    """What the team is told is said in this language, and on the clock of this zone."""
    return Words(responses.feed.language, responses.zone, now=now)


class Board:
    """Draws up cards, in the language and the zone of the rules in force."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        responses: Callable[[], Responses],
        channel_states: Callable[[], dict[str, str]],
        troubles: Callable[[], Sequence[Trouble]] = tuple,
        *,
        refused: Callable[[], str | None] = lambda: None,
        mended_at: Callable[[], Micros | None] = lambda: None,
        journal: Callable[[], Journal] | None = None,
    ) -> None:
        """`responses`: the rules in force; `refused`: why their newest edit is not; `mended_at`: when one
        took the place of a refused one; `journal`: what opens the rules about phrases, where these are
        shown; the others: what the service knows of its channels."""
        self._journal = journal
        self._store, self._clock, self._troubles = store, clock, troubles
        self._refused, self._mended_at = refused, mended_at
        self._responses, self._channel_states = responses, channel_states

    async def cards(self) -> Sequence[Card]:
        """Raids first, then the day."""
        return await self._store.read(self._cards)

    async def home(self, page: int = 0, phrase: str = "") -> Home:
        """The team's home page, with a page of the mutes, or of those alone that `phrase` is part of."""
        return await self._store.read(lambda connection: self._home(connection, page, phrase))

    def parting(self, end: End, at: Micros) -> Note:
        """What the room says by itself, once it has heard nothing of us since `at`. A death wakes everybody
        on the list; who stops us knows."""
        wake = mentioned(self._responses().organisers.wake) if end == "died" else ()
        return Note(end, self.words()(end, time=at), wake)

    def summons(self, page: Page) -> str:
        """What somebody of the team is told outside the room."""
        words = self.words()
        return words("summons", what=words(page.told.code, **dict(page.told.data)))

    async def _cards(self, connection: AsyncConnection) -> Sequence[Card]:
        now, words = self._clock(), self.words()
        paused = "sms" in await team.load_pauses(connection, now)
        recent = await cards.recent_raids(connection, now - _REMEMBERED)
        seen = [await cards.raid_view(connection, one, self._responses(), now) for one in recent[-3:]]
        date, begin = self._today(now)
        day = await cards.day_view(connection, date, begin, now)
        day = await self._with_warnings(connection, day, begin, sms_paused=paused)
        raids = [raid_card(one, words, now, sms_paused=paused) for one in seen]
        drawn = {one.id: card for one, card in zip(seen, raids, strict=True)}
        drawn[DAY_CARD] = day_card(day, words, now, sms_paused=paused)
        rules = await self._rules(connection, now)
        paged = await self._with_pages(connection, drawn, begin)
        return tuple(with_rules(card, rules, words) for card in paged)

    async def _with_pages(
        self, connection: AsyncConnection, drawn: Mapping[str, Card], begin: Micros
    ) -> Sequence[Card]:
        """The cards with whom something wakes. What was said on yesterday's is not said again today."""
        now, wake = self._clock(), self._responses().organisers.wake
        pages = await standing(connection, now)
        told = await posted.notes(connection, "day:", begin - DAY) if pages else frozenset()
        paging, missing = (
            Paging(pages, wake, self.words(), now, told),
            await posted.doubtful(connection, begin),
        )
        return [
            with_missing(paging.on(card, name), missing.get(card.key, 0), self.words())
            for name, card in drawn.items()
        ]

    async def _with_warnings(
        self, connection: AsyncConnection, day: Day, begin: Micros, *, sms_paused: bool
    ) -> Day:
        now, rules = self._clock(), self._responses()
        purse, late = await ledger.load(connection, now), await waiting(connection, now)
        runway, mended = pot.runway(purse, rules), self._mended_at()
        return replace(
            day,
            warned=tuple(await ledger.warned(connection, begin)),
            empty_at=None if runway is None else now + runway,
            waiting=late,
            limited=late is not None and not sms_paused and pot.limits(purse, rules, late.price),
            left=pot.left(purse, rules),
            open_until=purse.opened_until,
            doubted=await doubted(connection),
            aside=await aside(connection, begin),
            threats=await threats_since(connection, begin),
            troubles=tuple(one for one in self._troubles() if now - one.since >= _LASTING),
            refused=self._refused(),
            mended_at=mended if mended is not None and mended >= begin else None,
        )

    async def _home(self, connection: AsyncConnection, page: int, phrase: str) -> Home:
        now = self._clock()
        seen = await overview(connection, now)
        standing = Standing(
            posture=posture(seen),
            channels=tuple(states(seen, self._channel_states()).items()),
            total=allowed(seen, self._responses().pot.total),
            spent=seen.spent,
            reserved=seen.reserved,
            inbound=seen.inbound,
            mutes=tuple(_mute(one) for one in await team.standing_mutes(connection, now)),
            sms_paused="sms" in seen.paused,
            shielded=seen.posture is Posture.SHIELD,
            rules=await self._rules(connection, now),
            read=tuple((one.actor, one.texts) for one in await exposed(connection, now - _WEEK)),
        )
        return home_page(standing, self.words(), now, page, phrase)

    async def _rules(self, connection: AsyncConnection, now: Micros) -> tuple[StandingRule, ...]:
        """The newest first."""
        if self._journal is None:
            return ()
        made = await phrase_rules.load(connection, self._journal())
        caught = await found.caught(connection) if made else {}
        standing = [one for one in made.values() if one.holds(now)]
        return tuple(StandingRule(one, caught.get(one.act, 0)) for one in reversed(standing))

    def words(self) -> Words:
        """How the team is spoken to now."""
        return words_of(self._responses(), self._clock())

    def _today(self, now: Micros) -> tuple[str, Micros]:
        zone = self._responses().zone
        today = day_of(now, zone)
        return today.isoformat(), midnight(today, zone)


def _mute(muted: team.Muted) -> StandingMute:
    return StandingMute(muted.act, muted.handle, muted.by, muted.reason, muted.until)
