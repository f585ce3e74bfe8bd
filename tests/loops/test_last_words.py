"""The dead man's switch on Slack's stand-in: told within five minutes of any end, and on no ordinary day."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from random import Random

import pytest

from bridge.card import Note
from bridge.errors import StoreUnavailable
from bridge.loops.last_words import AHEAD, EVERY, End, LastWords
from bridge.model import DAY, HOUR, MINUTE, SECOND, Micros
from bridge.ports import Parting, Unreachable
from bridge.store.engine.store import Store
from channels.slack.slack import Slack
from channels.standins.faults import Fault
from channels.standins.slack import SlackStandIn
from channels.standins.slack.methods import METHODS, ApiError, release
from channels.standins.slack.workspace import Json, Workspace
from tests.channels.slack_world import living, said
from tests.support.clock import TestClock

FIVE = 5 * MINUTE


def worded(end: End, at: Micros) -> Note:
    return Note(end, f"{end} at {at}", ("U0ONE", "here") if end == "died" else ())


class Well(Store):
    """A database that takes what it is given, or says that it cannot: pinged, and nothing else."""

    def __init__(self) -> None:
        self.fault: StoreUnavailable | None = None

    async def ping(self) -> None:
        """As told."""
        if self.fault:
            raise self.fault


class Life:
    """The service's lives, one after the other, in front of one Slack."""

    def __init__(self, room: Slack, standin: SlackStandIn, clock: TestClock) -> None:
        self.room, self.standin, self.clock, self.store = room, standin, clock, Well()
        self.begin()

    def begin(self) -> None:
        """A new life, that remembers nothing."""
        self.words = LastWords(self.store, self.room, self.clock, worded)

    async def live(self, length: Micros) -> None:
        """As the loop does; after a fault it comes again, as late as Slack asks for."""
        until = self.clock() + length
        while self.clock() < until:
            rest = 5.0
            with suppress(StoreUnavailable):
                try:
                    rest = await self.words.turn()
                except Unreachable as fault:
                    rest = max(rest, (fault.retry_after or 0) / SECOND)
            self.clock.pass_(round(rest * SECOND))

    @property
    def told(self) -> list[str]:
        """What the room says."""
        return [said(one) for one in self.standin.messages()]


@pytest.fixture
async def life() -> AsyncIterator[Life]:
    clock = TestClock()
    standin = SlackStandIn(now=lambda: datetime.fromtimestamp(clock() / SECOND, UTC))
    standin.limits.now = lambda: clock() / SECOND
    async with living(standin=standin) as world:
        yield Life(world.room, standin, clock)


async def test_whatever_ends_us_the_room_says_so_within_five_minutes_and_wakes_everyone(life: Life) -> None:
    await life.live(HOUR + 17 * SECOND)
    died_at = life.clock()
    assert life.told == []
    life.clock.pass_(FIVE)
    (message,) = life.standin.messages()
    assert "died at" in said(message)
    assert died_at < float(message["ts"]) * SECOND <= died_at + FIVE
    assert message["mentions"] == ["U0ONE", "here"]


async def test_a_day_of_ordinary_running_shows_nothing_and_keeps_to_slacks_limits(life: Life) -> None:
    await life.live(6 * HOUR)
    assert life.told == []
    assert len(life.standin.workspace.scheduled) == 1


async def test_a_restart_within_minutes_shows_nothing(life: Life) -> None:
    for _ in range(10):
        await life.live(7 * MINUTE)
        life.begin()
        life.clock.pass_(2 * MINUTE)
    assert life.told == []
    assert len(life.standin.workspace.scheduled) == 1


@pytest.mark.parametrize("ahead", [HOUR, 3 * DAY])
async def test_once_our_clock_is_set_back_the_room_says_so_as_soon_as_ever(life: Life, ahead: Micros) -> None:
    off = ahead
    life.words = LastWords(life.store, life.room, lambda: life.clock() + off, worded)
    await life.live(10 * MINUTE)
    stands = [life.words.stands]
    off = 0
    stands.append(life.words.stands)
    await life.words.turn()
    stands.append(life.words.stands)
    assert stands == [True, False, True]
    assert len(life.standin.workspace.scheduled) == 1
    life.clock.pass_(FIVE)
    (told,) = life.told
    assert "died at" in told


async def test_who_is_stopped_has_not_died(life: Life) -> None:
    await life.live(10 * MINUTE)
    await life.words.part()
    assert life.told == []
    life.clock.pass_(FIVE)
    (message,) = life.standin.messages()
    assert "stopped at" in said(message)
    assert message["mentions"] == []


async def test_who_is_stopped_and_started_again_was_never_gone(life: Life) -> None:
    await life.live(10 * MINUTE)
    await life.words.part()
    life.clock.pass_(2 * MINUTE)
    life.begin()
    await life.live(HOUR)
    assert life.told == []


@pytest.mark.parametrize(
    "method", ["chat.scheduleMessage", "chat.deleteScheduledMessage", "chat.scheduledMessages.list"]
)
@pytest.mark.parametrize(
    "fault", [Fault.RATE_LIMITED, Fault.ERROR_500_AFTER, Fault.RESET_AFTER, Fault.GARBLED_AFTER]
)
async def test_a_call_that_goes_wrong_is_made_good_before_anything_shows(
    life: Life, method: str, fault: Fault
) -> None:
    await life.live(5 * MINUTE)
    life.standin.faults.retry_after_seconds = 20
    life.standin.faults.next(fault, fault, on=method)
    await life.live(20 * MINUTE)
    assert life.told == []
    assert len(life.standin.workspace.scheduled) == 1


async def test_slack_out_of_reach_for_an_hour_says_it_once_and_goes_on(life: Life) -> None:
    await life.live(5 * MINUTE)
    life.standin.faults.outage = True
    await life.live(HOUR)
    life.standin.faults.outage = False
    await life.live(2 * HOUR)
    assert len(life.told) == 1
    assert len(life.standin.workspace.scheduled) == 1


async def test_a_service_that_cannot_store_is_not_well(life: Life) -> None:
    await life.live(5 * MINUTE)
    life.store.fault = StoreUnavailable("The database cannot be used: the disk is full.")
    await life.live(10 * MINUTE)
    assert len(life.told) == 1


async def test_without_the_scope_it_is_said_by_its_code(life: Life) -> None:
    life.standin.workspace.scopes = frozenset()
    with pytest.raises(Unreachable, match="missing_scope"):
        await life.words.turn()


class Direct:
    """The stand-in's workspace without HTTP between: weeks of it cost seconds."""

    name = "slack"

    def __init__(self, workspace: Workspace, luck: Random) -> None:
        self.workspace, self.luck = workspace, luck
        self.calls: list[float] = []
        self.unlucky = 0.0

    async def leave(self, words: Note, at: Micros) -> Parting:
        told = await self._call("chat.scheduleMessage", text=words.text, post_at=at // SECOND)
        return Parting(told["scheduled_message_id"], at // SECOND * SECOND)

    async def left(self) -> list[Parting]:
        told = await self._call("chat.scheduledMessages.list")
        return [Parting(one["id"], one["post_at"] * SECOND) for one in told["scheduled_messages"]]

    async def withdraw(self, parting: Parting) -> None:
        await self._call("chat.deleteScheduledMessage", scheduled_message_id=parting.id)

    async def _call(self, method: str, **arguments: object) -> Json:
        release(self.workspace)
        self.calls.append(self.workspace.now())
        before, after = (self.luck.random() < self.unlucky for _ in range(2))
        if before:
            raise Unreachable("rate_limited", retry_after=30 * SECOND)
        try:
            told = METHODS[method](self.workspace, {"channel": self.workspace.channel, **arguments})
        except ApiError as error:
            raise Unreachable(str(error.answer["error"])) from None
        if after:
            raise Unreachable("timeout", in_doubt=True)
        return told


@pytest.mark.parametrize(("days", "unlucky"), [(60, 0.0), (20, 0.02)])
async def test_sixty_days_of_ordinary_running_show_nothing(days: int, unlucky: float) -> None:
    """Restarts and calls that go wrong belong to ordinary running; so do Slack's limits."""
    clock, luck = TestClock(), Random(7)
    workspace = Workspace(lambda: datetime.fromtimestamp(clock() / SECOND, UTC))
    room = Direct(workspace, luck)
    room.unlucky = unlucky
    words = LastWords(Well(), room, clock, worded)
    end = clock() + days * DAY
    while clock() < end:
        try:
            rest = await words.turn()
        except Unreachable as fault:
            rest = max(5.0, (fault.retry_after or 0) / SECOND)
        clock.pass_(round(rest * SECOND))
        if luck.random() < 1 / 1000:
            words = LastWords(Well(), room, clock, worded)
            clock.pass_(MINUTE)
    release(workspace)
    assert workspace.messages == []
    assert len(workspace.scheduled) <= 2
    busiest = max(
        sum(at <= one < at + 60 for one in room.calls[n : n + 60]) for n, at in enumerate(room.calls[::50])
    )
    assert busiest <= 50
    clock.pass_(FIVE)
    release(workspace)
    assert len(workspace.messages) >= 1


class Late(Direct):
    """Takes everything, and from some time on says so when nobody listens any more."""

    is_late = False

    async def _call(self, method: str, **arguments: object) -> Json:
        told = await super()._call(method, **arguments)
        if self.is_late:
            raise Unreachable("timeout", in_doubt=True)
        return told


@pytest.mark.parametrize("slow", [0, 10 * MINUTE])
async def test_a_room_that_answers_too_late_does_not_call_us_dead_again_and_again(slow: Micros) -> None:
    clock = TestClock()
    workspace = Workspace(lambda: datetime.fromtimestamp(clock() / SECOND, UTC))
    room = Late(workspace, Random(1))
    words = LastWords(Well(), room, clock, worded)

    async def live(length: Micros) -> None:
        until = clock() + length
        while clock() < until:
            rest = 5.0
            with suppress(Unreachable):
                rest = await words.turn()
            clock.pass_(round(rest * SECOND))

    await live(slow)
    room.is_late = True
    await live(HOUR)
    release(workspace)
    assert len(workspace.messages) <= 2
    room.is_late = False
    await live(HOUR)
    release(workspace)
    assert len(workspace.messages) <= 2
    assert len(workspace.scheduled) == 1


def test_the_room_speaks_within_five_minutes_and_there_is_time_to_withdraw() -> None:
    assert AHEAD < FIVE
    assert AHEAD - EVERY > 2 * MINUTE
