"""What the team should see now: cards and home page, drawn up from the store."""

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge import pot
from bridge.card import Card, Home, Note
from bridge.cards import Day, RaidView, Standing, StandingMute, day_card, home_page, raid_card
from bridge.cards.buttons import aimed
from bridge.cards.day import with_late
from bridge.cards.finding import with_rules
from bridge.cards.thread import with_missing
from bridge.cards.threats import key_of, threats_card
from bridge.cards.waking import Paging, woken_for
from bridge.days import day_of, midnight
from bridge.loops.last_words import End
from bridge.model import DAY, DAY_CARD, HOUR, MINUTE, Micros, Page, Posture, Raid
from bridge.noun import Noun, replace
from bridge.ports import Clock
from bridge.reasons import Reason
from bridge.responses import Responses
from bridge.service.names import Names
from bridge.service.numbers import metered
from bridge.status import allowed, posture, states
from bridge.store.books import ledger, phrase_rules, posted, turns
from bridge.store.books.journal import Journal
from bridge.store.books.pages import standing
from bridge.store.books.rehearsing import rehearsed
from bridge.store.engine.store import Store
from bridge.store.looks import cards, found, team
from bridge.store.looks.overview import aside, overview
from bridge.store.looks.people import pace
from bridge.store.looks.threats import exposed, readers, threatened, threats_since
from bridge.store.looks.waiting import doubted, waiting
from bridge.text.segments import cheaper
from bridge.views import Absence, Ending, Night, Readers, StandingRule, Threatened, Trouble, Uncopied
from bridge.waking import mentioned
from bridge.wording import Words

_MOST_ENDS = 8
_WEEK: Micros = 7 * DAY
_LEFT_OVER: Micros = DAY // 2
"""For so long before midnight is looked for what the room was not told."""

_LASTING: Micros = 2 * MINUTE
"""The team is told of a trouble that has lasted so long; most pass by themselves."""


def words_of(responses: Responses, now: Micros) -> Words:
    """What the team is told is said in this language, and on the clock of this zone."""
    return Words(responses.feed.language, responses.zone, now=now)


class _Day(Noun):
    """A day's threats, and who opened them."""

    seen: Threatened
    read: Readers | None


class _Seen(Noun):
    """What the cards are drawn from."""

    raids: tuple[RaidView, ...]
    day: Day
    yesterday: Day
    """What of it may not have been told yet."""
    threatened: "tuple[_Day, ...]"
    """The days whose threats stand on a card of their own."""
    night: Night | None
    paused: bool
    pages: tuple[Page, ...]
    """What people are woken for."""
    told: Collection[str]
    """Calls that yesterday's card has made already."""
    missing: Mapping[str, int]
    """How many notes of each card may be missing."""
    rules: tuple[StandingRule, ...]
    """Those about phrases."""


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
        uncopied: Callable[[], Uncopied | None] = lambda: None,
        absence: Callable[[], Absence | None] = lambda: None,
        down: Callable[[], Mapping[str, str]] = dict,
        names: Names | None = None,
        journal: Callable[[], Journal] | None = None,
        linked: bool = False,
    ) -> None:
        """`responses`: the rules in force; `refused`: why their newest edit is not; `mended_at`: when one
        took the place of a refused one; `uncopied`: why the database is not copied;
        `absence`: from which the service came back; `down`: other lines that do not run, with why;
        `names`: what people are called; `journal`: what opens the rules about phrases, where these are shown;
        `linked`: there is a status page to be opened from the room; the others: what the service knows of its
        channels."""
        self._linked = linked
        self._journal = journal
        self._store, self._clock, self._troubles = store, clock, troubles
        self._refused, self._mended_at, self._uncopied = refused, mended_at, uncopied
        self._absence, self._down = absence, down
        self._responses, self._channel_states = responses, channel_states
        self._names = names or Names(tuple)
        self._ends: dict[str, tuple[Micros, Ending]] = {}
        """How raids ended that are over, with when that was counted."""

    async def cards(self) -> Sequence[Card]:
        """Raids first, then the day."""
        now = self._clock()
        words = words_of(self._responses(), now)
        seen = await self._store.read(lambda connection: self._look(connection, now))
        raids = [replace(one, acts=await self._names.acts(one.acts, words)) for one in seen.raids]
        day = replace(seen.day, acts=await self._names.acts(seen.day.acts, words))
        drawn = {
            one.id: raid_card(one, words, now, sms_paused=seen.paused, night=seen.night) for one in raids
        }
        yesterday = replace(seen.yesterday, acts=await self._names.acts(seen.yesterday.acts, words))
        today = day_card(day, words, now, sms_paused=seen.paused, linked=self._linked)
        drawn[DAY_CARD] = with_late(today, yesterday, words, now)
        for one in seen.threatened:
            card = threats_card(one.seen, await self._readers(one.read, words), words, now)
            drawn[card.key] = card
        wake = self._responses().organisers.wake
        paging = Paging(await self._named(seen.pages, words), wake, words, now, seen.told)
        rules = await self._by_name(seen.rules, words)
        shown = (
            with_missing(paging.on(card, name), seen.missing.get(card.key, 0), words)
            for name, card in drawn.items()
        )
        channel = self._metered()
        drawn_up = (with_rules(card, rules, words) for card in shown)
        return [replace(card, buttons=aimed(card.buttons, channel, words)) for card in drawn_up]

    def _metered(self) -> str:
        return metered(self._channel_states())

    async def _named(self, pages: Sequence[Page], words: Words) -> list[Page]:
        """The same, taken by people with names."""
        names = await self._names.of({one.taken_by for one in pages if one.taken_by}, words)
        return [replace(one, taken_by=names.get(one.taken_by or "")) for one in pages]

    async def _readers(self, read: Readers | None, words: Words) -> Readers | None:
        """The same, by people with names."""
        if read is None:
            return None
        names = await self._names.of({who for who, _ in read.texts}, words)
        texts = tuple((names[who], texts) for who, texts in read.texts)
        return replace(read, texts=texts, last=names[read.last])

    async def home(self, page: int = 0, phrase: str = "") -> Home:
        """The team's home page, with a page of the mutes, or of those alone that `phrase` is part of."""
        now = self._clock()
        words = words_of(self._responses(), now)
        seen = await self._store.read(lambda connection: self._standing(connection, now))
        rules = await self._by_name(seen.rules, words)
        readers = {who for who, _ in seen.read}
        names = await self._names.of({one.by for one in seen.mutes} | readers, words)
        mutes = tuple(replace(one, by=names[one.by]) for one in seen.mutes)
        read = tuple((names[who], texts) for who, texts in seen.read)
        drawn = home_page(replace(seen, mutes=mutes, rules=rules, read=read), words, now, page, phrase)
        return replace(drawn, buttons=aimed(drawn.buttons, self._metered(), words))

    async def outcome(self, told: Reason) -> str:
        """What whoever acted is told; others of the team by their names."""
        words, about = self.words(), dict(told.data)
        by = str(about.get("by", ""))
        if by:
            about["by"] = (await self._names.of({by}, words))[by]
        return words.outcome(replace(told, data=tuple(about.items())))

    async def _by_name(self, rules: Sequence[StandingRule], words: Words) -> tuple[StandingRule, ...]:
        """The same rules about phrases, by people with names."""
        names = await self._names.of({one.rule.by for one in rules}, words)
        return tuple(replace(one, rule=replace(one.rule, by=names[one.rule.by])) for one in rules)

    def parting(self, end: End, at: Micros) -> Note:
        """What the room says by itself, once it has heard nothing of us since `at`. A death wakes everybody
        on the list; who stops us knows."""
        wake = mentioned(self._responses().organisers.wake) if end == "died" else ()
        return Note(end, self.words()(end, time=at), wake)

    def summons(self, page: Page) -> str:
        """What somebody of the team is told outside the room: without signs that double an SMS."""
        words = self.words()
        return cheaper(words("summons", what=woken_for(page, words)))

    async def _look(self, connection: AsyncConnection, now: Micros) -> "_Seen":
        paused = self._metered() in await team.load_pauses(connection, now)
        recent = await cards.recent_raids(connection, now - cards.REMEMBERED)
        seen = [await self._raid(connection, one, now) for one in recent[-3:]]
        date, begin = self._today(now)
        day = await cards.day_view(connection, date, begin, now)
        day = await self._with_warnings(connection, day, begin, sms_paused=paused)
        yesterday = await self._yesterday(connection, begin, now)
        threats = await self._threatened(connection, begin, now)
        night = await self._night(connection, now) if seen else None
        pages = await standing(connection, now)
        told = await posted.notes(connection, "day:", begin - DAY) if pages else frozenset()
        missing = await posted.doubtful(connection, begin)
        rules = await self._rules(connection, now)
        return _Seen(tuple(seen), day, yesterday, threats, night, paused, tuple(pages), told, missing, rules)

    async def _threatened(self, connection: AsyncConnection, today: Micros, now: Micros) -> tuple[_Day, ...]:
        """Today's threats; and for some hours yesterday's, where a room shows them."""
        zone, found = self._responses().zone, []
        for begin, end in ((today, now + 1), (midnight(day_of(today - 1, zone), zone), today)):
            date = day_of(begin, zone).isoformat()
            if end == today and (
                now - today >= _LEFT_OVER or not await posted.stands(connection, key_of(date))
            ):
                continue
            seen = await threatened(connection, date, begin, end)
            if seen is not None:
                found.append(_Day(seen, await readers(connection, begin, end)))
        return tuple(found)

    async def _yesterday(self, connection: AsyncConnection, midnight_: Micros, now: Micros) -> Day:
        """What happened shortly before midnight and is told once; without counts."""
        since = midnight_ - _LEFT_OVER
        return Day(
            *(day_of(midnight_ - 1, self._responses().zone).isoformat(), 0, 0, 0, 0, 0, 0, ()),
            acts=await cards.acts_of_no_raid(connection, since, now),
            threats=await threats_since(connection, since),
            turns=tuple(await turns.since(connection, since)),
            warned=tuple(await ledger.warned(connection, since)),
        )

    async def _raid(self, connection: AsyncConnection, raid: Raid, now: Micros) -> RaidView:
        """What is over hardly changes, and is counted anew once a minute only."""
        key = f"{raid.id}:{raid.grown_at}:{raid.ended_at}"
        at, known = self._ends.get(key, (0, None))
        fresh = known if 0 <= now - at < MINUTE else None
        view = await cards.raid_view(connection, raid, self._responses(), now, fresh)
        if self._responses().is_dry:
            view = replace(view, dry=True, rehearsed=await rehearsed(connection, raid.opened_at))
        if view.ending is not None and fresh is None:
            kept = list(self._ends.items())[-_MOST_ENDS:]
            self._ends = {**dict(kept), key: (now, view.ending)}
        return view

    async def _night(self, connection: AsyncConnection, now: Micros) -> Night:
        asked = await cards.night(connection, self._responses(), now)
        return replace(asked, troubles=self._lasting(now), refused=self._refused() is not None)

    def _lasting(self, now: Micros) -> tuple[Trouble, ...]:
        return tuple(one for one in self._troubles() if now - one.since >= _LASTING)

    async def _with_warnings(
        self, connection: AsyncConnection, day: Day, begin: Micros, *, sms_paused: bool
    ) -> Day:
        now, rules = self._clock(), self._responses()
        purse, late = await ledger.load(connection, now), await waiting(connection, now)
        hour = await pace(connection, now - HOUR, now)
        runway, mended = pot.runway(purse, rules, hour), self._mended_at()
        absence = self._absence()
        return replace(
            day,
            warned=tuple(await ledger.warned(connection, begin)),
            empty_at=None if runway is None else now + runway,
            waiting=late,
            limited=not sms_paused and pot.keeps_waiting(purse, rules, late),
            left=pot.left(purse, rules),
            open_until=purse.opened_until,
            doubted=await doubted(connection),
            aside=await aside(connection, begin),
            threats=await threats_since(connection, begin),
            dry=rules.is_dry,
            rehearsed=await rehearsed(connection, begin),
            troubles=self._lasting(now),
            turns=tuple(await turns.since(connection, begin)),
            refused=self._refused(),
            mended_at=mended if mended is not None and mended >= begin else None,
            uncopied=self._uncopied(),
            absence=absence if absence is not None and absence.until >= begin else None,
            down=tuple(self._down().items()),
        )

    async def _standing(self, connection: AsyncConnection, now: Micros) -> Standing:
        seen = await overview(connection, now)
        return Standing(
            posture=posture(seen),
            channels=tuple(states(seen, self._channel_states()).items()),
            total=allowed(seen, self._responses().pot.total),
            spent=seen.spent,
            reserved=seen.reserved,
            inbound=seen.inbound,
            mutes=tuple(_mute(one) for one in await team.standing_mutes(connection, now)),
            sms_paused=self._metered() in seen.paused,
            dry=self._responses().is_dry,
            shielded=seen.posture is Posture.SHIELD,
            rules=await self._rules(connection, now),
            read=tuple((one.actor, one.texts) for one in await exposed(connection, now - _WEEK)),
        )

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
