"""The feed: posts once, then edits; the newest state wins; a room that is away floods nobody."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import pytest

from bridge.card import Card, Note
from bridge.cards.thread import with_missing
from bridge.loops.feed import Feed
from bridge.model import HOUR, MINUTE, SECOND
from bridge.noun import replace
from bridge.ports import Unreachable
from bridge.store.books import posted
from bridge.store.books.posted import Posted
from bridge.store.engine.store import Store
from bridge.wording import Words
from tests.support.clock import TestClock


class Wall:
    """A room that keeps what it is shown."""

    name = "wall"

    def __init__(self) -> None:
        self.posted: dict[str, list[Card]] = {}
        self.notes: list[tuple[str, str]] = []
        self.away: Unreachable | None = None
        self.faults: list[Unreachable | None] = []
        """What the next notes meet."""

    async def post(self, card: Card) -> str:
        self._be_there()
        where = f"message {len(self.posted) + 1}"
        self.posted[where] = [card]
        return where

    async def edit(self, where: str, card: Card) -> bool:
        self._be_there()
        if where not in self.posted:
            return False
        self.posted[where].append(card)
        return True

    async def note(self, where: str, note: Note) -> None:
        self._be_there()
        fault = self.faults.pop(0) if self.faults else None
        if fault is None or fault.in_doubt:
            self.notes.append((where, note.key))
        if fault:
            raise fault

    def _be_there(self) -> None:
        if self.away:
            raise self.away


class Remembering(Wall):
    """One that can be asked what stands on it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    async def recall(self, card: Card) -> str | None:
        self.asked.append(card.key)
        return next((where for where, shown in self.posted.items() if shown[0].key == card.key), None)


class Threaded(Wall):
    """One in whose threads a card can stand."""

    def __init__(self) -> None:
        super().__init__()
        self.under: dict[str, str] = {}
        """Where cards stand that stand in a thread, with whose it is."""

    async def post_under(self, where: str, card: Card) -> str:
        here = await self.post(card)
        self.under[here] = where
        return here


class Dying(Exception):
    """The process ends here."""


class Desk:
    """What the cards should be, set by the test."""

    def __init__(self, *cards: Card) -> None:
        self.cards = list(cards)

    async def __call__(self) -> Sequence[Card]:
        return self.cards


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    opened = Store(sqlite_url)
    yield opened
    await opened.close()


async def turns(feed: Feed, count: int) -> None:
    """As the loop takes them: a room out of reach is no end."""
    for _ in range(count):
        with suppress(Unreachable):
            await feed.turn()


async def test_a_card_is_posted_once_and_then_edited(store: Store) -> None:
    wall, desk = Wall(), Desk(Card("day:1", "one"))
    feed = Feed(store, wall, TestClock(), desk)
    await turns(feed, 3)
    desk.cards = [Card("day:1", "two")]
    await turns(feed, 3)
    assert [card.title for card in wall.posted["message 1"]] == ["one", "two"]


async def test_a_restart_edits_what_was_posted_before_it(store: Store) -> None:
    wall = Wall()
    await turns(Feed(store, wall, TestClock(), Desk(Card("day:1", "one"))), 2)
    await turns(Feed(store, wall, TestClock(), Desk(Card("day:1", "two"))), 2)
    assert list(wall.posted) == ["message 1"]
    assert wall.posted["message 1"][-1].title == "two"


async def test_after_hours_of_absence_the_room_shows_the_present_and_nothing_floods(store: Store) -> None:
    wall, desk = Wall(), Desk(Card("raid:1", "0"))
    feed = Feed(store, wall, TestClock(), desk)
    await turns(feed, 1)
    wall.away = Unreachable("unreachable")
    for n in range(1, 500):
        desk.cards = [Card("raid:1", str(n))]
        await turns(feed, 1)
    wall.away = None
    await turns(feed, 5)
    assert [card.title for card in wall.posted["message 1"]] == ["0", "499"]


async def test_a_room_that_asks_for_patience_is_heard(store: Store) -> None:
    wall = Wall()
    wall.away = Unreachable("rate_limited", retry_after=42 * SECOND)
    with pytest.raises(Unreachable) as away:
        await Feed(store, wall, TestClock(), Desk(Card("day:1", "one"))).turn()
    assert away.value.retry_after == 42 * SECOND


async def test_one_turn_makes_one_call_and_leaves_a_second_before_the_next(store: Store) -> None:
    wall, desk = Wall(), Desk(Card("raid:1", "a"), Card("day:1", "b"))
    feed = Feed(store, wall, TestClock(), desk)
    assert await feed.turn() > 1
    assert len(wall.posted) == 1
    await feed.turn()
    assert [cards[0].key for cards in wall.posted.values()] == ["raid:1", "day:1"]


async def test_a_milestone_is_told_once_in_the_thread(store: Store) -> None:
    wall = Wall()
    desk = Desk(Card("raid:1", "a", notes=(Note("count:100", "100 messages"), Note("over", "quiet"))))
    await turns(Feed(store, wall, TestClock(), desk), 6)
    await turns(Feed(store, wall, TestClock(), desk), 3)
    assert wall.notes == [("message 1", "count:100"), ("message 1", "over")]


async def test_a_card_that_somebody_deleted_is_posted_again(store: Store) -> None:
    wall, desk = Wall(), Desk(Card("day:1", "one"))
    feed = Feed(store, wall, TestClock(), desk)
    await turns(feed, 1)
    wall.posted.clear()
    desk.cards = [Card("day:1", "two")]
    await turns(feed, 3)
    assert [card.title for cards in wall.posted.values() for card in cards] == ["two"]


@pytest.mark.parametrize("spark", [(0, 3), (0, 0), ()], ids=["living", "quiet", "without_counts"])
async def test_a_cards_as_of_is_kept_true_once_a_minute(store: Store, spark: tuple[int, ...]) -> None:
    clock, wall = TestClock(), Wall()
    feed = Feed(store, wall, clock, Desk(Card("day:1", "one", spark=spark, footer="as of 12:00")))
    for _ in range(60):
        await turns(feed, 1)
        clock.pass_(2 * SECOND)
    assert len(wall.posted["message 1"]) == 3


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize(
    "cards", [("day:1",), ("raid:1", "day:1"), ("raid:1", "raid:2", "raid:3", "day:1")], ids=len
)
async def test_a_card_that_is_deleted_on_a_quiet_day_is_back_within_a_minute(
    store: Store, cards: tuple[str, ...], *, restarted: bool
) -> None:
    clock, wall, desk = (
        TestClock(),
        Wall(),
        Desk(*(Card(key, "quiet", notes=(Note(f"{key} n", "x"),)) for key in cards)),
    )
    feed = Feed(store, wall, clock, desk)
    await turns(feed, 2 * len(cards))
    wall.posted.clear()
    feed = Feed(store, wall, clock, desk) if restarted else feed
    deleted_at = clock()
    while clock() < deleted_at + MINUTE:
        clock.pass_(round(await feed.turn() * SECOND))
    assert sorted(shown[0].key for shown in wall.posted.values()) == sorted(cards)
    assert len(wall.notes) == len(cards)


REFUSED = Unreachable("invalid_blocks")
BUSY = Unreachable("rate_limited", retry_after=90 * SECOND)
PERHAPS = Unreachable("timeout", in_doubt=True)


async def test_a_room_that_wants_long_rests_hears_the_notes_all_the_same(store: Store) -> None:
    wall, clock = Wall(), TestClock()
    notes = tuple(Note(f"count:{n}", "messages") for n in range(3))
    feed = Feed(store, wall, clock, Desk(Card("raid:1", "a", notes=notes), Card("day:1", "b")))
    for _ in range(8):
        await turns(feed, 1)
        clock.pass_(10 * MINUTE)
    assert [key for _, key in wall.notes] == ["count:0", "count:1", "count:2"]
    assert [cards[0].key for cards in wall.posted.values()] == ["raid:1", "day:1"]


NOTES: list[tuple[list[Unreachable | None], int]] = [
    ([None], 1),
    ([BUSY], 1),
    ([REFUSED], 1),
    ([Unreachable("unreachable")], 1),
    ([Unreachable("not_in_channel")], 1),
    ([BUSY, REFUSED, BUSY], 1),
    ([PERHAPS], 1),
    ([BUSY, PERHAPS], 1),
]


@pytest.mark.parametrize(("faults", "said"), NOTES, ids=str)
async def test_a_note_is_said_once_whatever_the_room_answers_first(
    store: Store, faults: list[Unreachable | None], said: int
) -> None:
    wall, clock = Wall(), TestClock()
    wall.faults = list(faults)
    feed = Feed(store, wall, clock, Desk(Card("day:1", "a", notes=(Note("warned:50", "half of it"),))))
    for _ in range(8):
        await turns(feed, 1)
        clock.pass_(100 * SECOND)
    assert [key for _, key in wall.notes] == ["warned:50"] * said
    assert wall.faults == []


async def kept(store: Store) -> Posted:
    return await store.read(lambda connection: posted.load(connection, "wall", "day:1"))


async def test_what_may_not_have_been_said_is_known_and_told_apart(store: Store) -> None:
    wall, notes = Wall(), (Note("warned:50", "half of it"), Note("warned:80", "most of it"))
    wall.faults = [PERHAPS]
    await turns(Feed(store, wall, TestClock(), Desk(Card("day:1", "a", notes=notes))), 4)
    assert (await kept(store)).notes == ("warned:80",)
    assert (await kept(store)).doubtful == ("warned:50",)
    assert await store.read(lambda connection: posted.doubtful(connection, 0)) == {"day:1": 1}
    told = with_missing(Card("day:1", "a"), 1, Words("en")).lines
    assert told == ("1 note of this thread may be missing: the room did not say whether it took it.",)
    assert with_missing(Card("day:1", "a"), 0, Words("en")).lines == ()


class Killed(BaseException):
    """The process is gone in the middle of a call."""


async def test_a_crash_while_a_note_is_said_is_a_doubt_and_says_nothing_twice(store: Store) -> None:
    wall, desk = Wall(), Desk(Card("day:1", "a", notes=(Note("warned:50", "half of it"),)))
    await turns(Feed(store, wall, TestClock(), Desk(Card("day:1", "a"))), 1)

    async def dies(_where: str, _note: Note) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wall, "note", dies)
        with pytest.raises(Killed):
            await Feed(store, wall, TestClock(), desk).turn()
    await turns(Feed(store, wall, TestClock(), desk), 4)
    assert wall.notes == []
    assert (await kept(store)).doubtful == ("warned:50",)


async def test_a_note_that_is_refused_keeps_nothing_else_back(store: Store) -> None:
    wall = Wall()
    wall.faults = [REFUSED]
    notes = (Note("too long", "x"), Note("warned:50", "half of it"))
    feed = Feed(store, wall, TestClock(), Desk(Card("raid:1", "a", notes=notes), Card("day:1", "b")))
    await turns(feed, 6)
    assert wall.notes == [("message 1", "warned:50")]
    assert [cards[0].key for cards in wall.posted.values()] == ["raid:1", "day:1"]


async def test_a_busy_raid_keeps_neither_the_day_nor_a_note_back(store: Store) -> None:
    """The raid's card changes with every message; what else is to be shown is there within a minute."""
    clock, wall, desk = TestClock(), Wall(), Desk()

    def is_shown(title: str, notes: tuple[Note, ...] = ()) -> None:
        desk.cards = [Card("raid:1", f"{clock()} messages", notes=notes), Card("day:1", title)]

    feed = Feed(store, wall, clock, desk)
    for title, notes in (("one", ()), ("two", ()), ("two", (Note("count:100", "100 messages"),))):
        since = clock()
        while clock() < since + MINUTE:
            is_shown(title, notes)
            clock.pass_(round(await feed.turn() * SECOND))
    assert [card.title for card in wall.posted["message 2"] if card.title == "two"]
    assert wall.notes == [("message 1", "count:100")]


async def test_a_note_that_one_card_is_refused_is_said_of_another_one(store: Store) -> None:
    wall, both = Wall(), (Note("warned:50", "half of it"),)
    wall.faults = [REFUSED]
    desk = Desk(Card("raid:1", "a", notes=both), Card("day:1", "b", notes=both))
    await turns(Feed(store, wall, TestClock(), desk), 6)
    assert wall.notes == [("message 2", "warned:50")]


async def test_a_note_that_was_refused_is_said_after_a_restart(store: Store) -> None:
    wall, desk = Wall(), Desk(Card("day:1", "a", notes=(Note("warned:50", "half of it"),)))
    wall.faults = [BUSY]
    await turns(Feed(store, wall, TestClock(), desk), 2)
    assert wall.notes == []
    await turns(Feed(store, wall, TestClock(), desk), 2)
    assert wall.notes == [("message 1", "warned:50")]


async def dies_in_the_middle(store: Store, wall: Wall, *, taken: bool) -> None:
    """The card is on its way to the room when the process is killed: the room has taken it, or has not."""
    post = wall.post

    async def last_words(card: Card) -> str:
        if taken:
            await post(card)
        raise Dying

    wall.post = last_words  # type: ignore[method-assign]  # as a kill would have it
    with pytest.raises(Dying):
        await Feed(store, wall, TestClock(), Desk(Card("raid:1", "one"))).turn()
    wall.post = post  # type: ignore[method-assign]


@pytest.mark.parametrize("taken", [True, False])
async def test_a_card_that_was_on_its_way_when_the_process_died_stands_once(
    store: Store, *, taken: bool
) -> None:
    wall = Remembering()
    await dies_in_the_middle(store, wall, taken=taken)
    await turns(Feed(store, wall, TestClock(), Desk(Card("raid:1", "two"))), 4)
    assert len(wall.posted) == 1
    assert wall.posted["message 1"][-1].title == "two"
    assert wall.asked == ["raid:1"]


async def test_a_room_that_cannot_be_asked_shows_it_rather_twice_than_never(store: Store) -> None:
    wall = Wall()
    await dies_in_the_middle(store, wall, taken=False)
    await turns(Feed(store, wall, TestClock(), Desk(Card("raid:1", "two"))), 4)
    assert len(wall.posted) == 1


class Slow(Wall):
    """A room that takes everything, and says so when nobody listens any more."""

    async def post(self, card: Card) -> str:
        await super().post(card)
        raise PERHAPS


async def test_a_room_that_takes_cards_and_answers_nothing_is_not_flooded_with_them(store: Store) -> None:
    wall, clock = Slow(), TestClock()
    feed = Feed(store, wall, clock, Desk(Card("raid:1", "one"), Card("day:1", "one")))
    for _ in range(HOUR // (15 * SECOND)):
        await turns(feed, 1)
        clock.pass_(15 * SECOND)
    shown = [cards[0].key for cards in wall.posted.values()]
    assert max(map(shown.count, shown)) <= 15
    assert set(shown) == {"raid:1", "day:1"}


async def test_a_room_is_not_well_again_because_nothing_was_asked_of_it(store: Store) -> None:
    wall, clock = Wall(), TestClock()
    feed = Feed(store, wall, clock, Desk(Card("day:1", "one")))
    wall.away = PERHAPS
    for _ in range(3):
        with pytest.raises(Unreachable, match="timeout"):
            await feed.turn()
    wall.away = None
    clock.pass_(10 * SECOND)
    assert await feed.turn() > 0
    assert len(wall.posted) == 1


async def test_a_card_in_doubt_keeps_no_other_one_back_and_is_put_up_again_soon(store: Store) -> None:
    wall, clock = Wall(), TestClock()
    desk = Desk(Card("day:1", "one"))
    feed = Feed(store, wall, clock, desk)
    await turns(feed, 1)
    desk.cards = [Card("raid:1", "one"), Card("day:1", "two")]
    wall.away = PERHAPS
    await turns(feed, 1)
    wall.away = None
    await turns(feed, 2)
    assert [card.title for card in wall.posted["message 1"]] == ["one", "two"]
    clock.pass_(10 * SECOND)
    await turns(feed, 2)
    assert [card.key for card in wall.posted["message 2"]] == ["raid:1"]


async def test_a_card_that_was_certainly_not_taken_is_not_asked_about(store: Store) -> None:
    wall = Remembering()
    feed = Feed(store, wall, TestClock(), Desk(Card("raid:1", "one")))
    wall.away = Unreachable("unreachable")
    await turns(feed, 2)
    wall.away = Unreachable("timeout", in_doubt=True)
    await turns(feed, 1)
    assert wall.asked == []
    wall.away = None
    await turns(feed, 2)
    assert wall.asked == ["raid:1"]
    assert len(wall.posted) == 1


DAY, HUNG = Card("day:1", "the day"), Card("threats:1", "one", under="day:1")


async def test_a_card_stands_in_the_thread_of_another_and_is_edited_there(store: Store) -> None:
    wall, desk = Threaded(), Desk(HUNG, DAY)
    feed = Feed(store, wall, TestClock(), desk)
    await turns(feed, 3)
    assert wall.under == {"message 2": "message 1"}
    assert [card.title for card in wall.posted["message 1"]] == ["the day"]
    desk.cards = [replace(HUNG, title="two"), DAY]
    await turns(feed, 3)
    assert [card.title for card in wall.posted["message 2"]] == ["one", "two"]
    assert len(wall.posted) == 2


async def test_it_is_edited_also_where_the_other_is_drawn_no_more_and_never_posted_for_that(
    store: Store,
) -> None:
    wall, desk = Threaded(), Desk(DAY, HUNG)
    feed = Feed(store, wall, TestClock(), desk)
    await turns(feed, 2)
    desk.cards = [replace(HUNG, title="two"), Card("threats:0", "yesterday's", under="day:0")]
    await turns(feed, 3)
    assert [card.title for card in wall.posted["message 2"]] == ["one", "two"]
    assert len(wall.posted) == 2


async def test_it_hangs_anew_under_what_was_posted_anew(store: Store) -> None:
    wall, desk = Threaded(), Desk(DAY, HUNG)
    feed = Feed(store, wall, TestClock(), desk)
    await turns(feed, 2)
    del wall.posted["message 1"]
    wall.posted["gone"] = []  # numbers go on
    desk.cards = [replace(DAY, title="later"), HUNG]
    await turns(feed, 4)
    assert wall.under == {"message 2": "message 1", "message 4": "message 3"}


async def test_a_room_without_threads_for_cards_goes_without(store: Store) -> None:
    wall = Wall()
    await turns(Feed(store, wall, TestClock(), Desk(HUNG, DAY)), 4)
    assert [cards[0].key for cards in wall.posted.values()] == ["day:1"]


async def test_what_cannot_be_hung_up_keeps_nothing_else_back(store: Store) -> None:
    class Gone(Threaded):
        async def post_under(self, where: str, card: Card) -> str:
            if where not in self.posted:
                raise Unreachable("thread_not_found")
            return await super().post_under(where, card)

    wall, desk, clock = Gone(), Desk(DAY), TestClock()
    feed = Feed(store, wall, clock, desk)
    await turns(feed, 1)
    del wall.posted["message 1"]
    wall.posted["gone"] = []
    desk.cards = [replace(DAY, title="later"), HUNG]
    await turns(feed, 3)
    clock.pass_(MINUTE)
    await turns(feed, 2)
    assert wall.under == {"message 3": "message 2"}
