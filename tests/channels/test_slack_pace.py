"""A busy raid starves nobody: what else is to be said is there in a minute, and Slack never asks for less."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest

from bridge.card import Card, Note
from bridge.loops.feed import Feed
from bridge.loops.last_words import LastWords
from bridge.model import MINUTE, SECOND, Micros
from bridge.store.engine.store import Store
from channels.standins.slack import SlackStandIn
from tests.channels.slack_world import World, living, said
from tests.support.clock import TestClock

PER_SECOND = 30


class Busy:
    """A raid of thirty messages a second, and a day that changes now and then."""

    def __init__(self, clock: TestClock) -> None:
        self.clock, self.began_at = clock, clock()
        self.day = "quiet"
        self.notes: tuple[Note, ...] = ()

    async def __call__(self) -> Sequence[Card]:
        """The raid's card is another one at each look."""
        messages = PER_SECOND * (self.clock() - self.began_at) // SECOND
        raid = Card("raid:1", "Raid 1", (f"{messages} messages",), notes=self.notes)
        return raid, Card("day:1", "Today", (self.day,), notes=self.notes)


class Evening:
    """The room, its feed and its last words on the stand-in's clock, which also counts Slack's limits."""

    def __init__(self, world: World, store: Store, clock: TestClock) -> None:
        self.world, self.clock, self.busy = world, clock, Busy(clock)
        self.feed = Feed(store, world.room, clock, self.busy)
        self.words = LastWords(store, world.room, clock, lambda end, at: Note(end, f"{end} {at}"))
        self.due: Micros = clock()

    async def pass_(self, length: Micros) -> None:
        """As the loops do. A refusal would raise."""
        until = self.clock() + length
        while self.clock() < until:
            if self.clock() >= self.due:
                self.due = self.clock() + round(await self.words.turn() * SECOND)
            self.clock.pass_(round(await self.feed.turn() * SECOND))

    def shown(self, title: str) -> str:
        """What a card says."""
        return next(said(one) for one in self.world.standin.messages() if title in said(one))

    def threads(self) -> list[str]:
        """What was said in all threads."""
        return [said(note) for one in self.world.standin.messages() for note in one["replies"]]


@pytest.fixture
async def evening(sqlite_url: str) -> AsyncIterator[Evening]:
    clock, store = TestClock(), Store(sqlite_url)
    standin = SlackStandIn(now=lambda: datetime.fromtimestamp(clock() / SECOND, UTC))
    standin.limits.now = lambda: clock() / SECOND
    async with living(standin=standin) as world:
        yield Evening(world, store, clock)
    await store.close()


async def test_the_day_and_every_note_are_there_within_a_minute(evening: Evening) -> None:
    await evening.pass_(2 * MINUTE)
    for round_ in range(2):
        evening.busy.day = f"changed {round_}"
        evening.busy.notes = tuple(Note(f"{round_} {n}", f"said {round_} {n}") for n in range(10))
        await evening.pass_(MINUTE)
        assert evening.busy.day in evening.shown("Today")
        assert [one for one in evening.threads() if f"said {round_}" in one] == [
            *(f"said {round_} {n}" for n in range(10)),
            *(f"said {round_} {n}" for n in range(10)),
        ]
    messages = int(evening.shown("Raid 1").split("\n")[1].split()[0])
    shown_at = evening.busy.began_at + messages * SECOND // PER_SECOND
    assert evening.clock() - shown_at < MINUTE


async def test_a_card_that_somebody_deletes_is_back_within_a_minute(evening: Evening) -> None:
    await evening.pass_(MINUTE)
    evening.world.standin.workspace.messages.clear()
    await evening.pass_(MINUTE)
    assert sorted(said(one).split("\n")[0] for one in evening.world.standin.messages()) == ["Raid 1", "Today"]
