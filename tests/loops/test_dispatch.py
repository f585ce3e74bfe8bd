"""Dispatch: what is due is handed over once; whatever happens to the call, the row says what is known."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from bridge.loops import dispatch
from bridge.loops.dispatch import LONGEST_CALL, LONGEST_REST, Dispatch, recover
from bridge.loops.rhythm import Loop
from bridge.model import CALLS_AT_ONCE, DAY, HOUR, MINUTE, SECOND, Micros, Outgoing, Progress
from bridge.noun import replace
from bridge.ports import Accepted, InDoubt, NotProcessed, Outcome, Refused
from bridge.store.engine import connecting
from bridge.store.engine.store import Store
from bridge.store.engine.tables import outbox, senders
from tests.loops.sending import Scripted, accept, dispatching, hang, held, one_round, replies
from tests.support.clock import TestClock
from tests.support.events import MAN, NUMBER, Bridge, message, receipt
from tests.support.locks import locked

PROSE = "what a provider said of somebody"


@pytest.fixture(autouse=True)
def log() -> Iterator[list[Any]]:
    """What was reported."""
    with capture_logs() as lines:
        yield lines


@pytest.fixture
async def bridge(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bridge]:
    monkeypatch.setattr(connecting, "BUSY_TIMEOUT_MS", 50)  # a test need not wait as long as a provider would
    store = Store(sqlite_url)
    yield Bridge(store, TestClock())
    await store.close()


async def test_a_due_reply_is_handed_over_once_with_all_that_the_channel_needs(bridge: Bridge) -> None:
    await held(bridge)
    channel = Scripted(accept)
    one = dispatching(bridge, channel)
    for _ in range(5):
        await one_round(one)
    (row,) = await replies(bridge)
    assert channel.sent == [Outgoing(row.id, MAN, NUMBER, row.text)]
    assert (row.progress, row.message_id, row.attempts) == ("accepted", f"SM{row.id}", 1)
    assert (one.outcomes, one.failing) == ({"Accepted": 1}, False)


@pytest.mark.parametrize("proof", [Progress.ACCEPTED, Progress.SENT, Progress.DELIVERED])
async def test_a_call_of_which_nobody_knew_is_no_fault_once_it_is_known_to_have_been_taken(
    bridge: Bridge, proof: Progress
) -> None:
    """Else a single odd answer would count as a provider that fails until somebody else writes."""
    await held(bridge)
    one = dispatching(bridge, Scripted(InDoubt("http_500")))
    await one_round(one)
    await one_round(one)
    assert one.fault == "http_500"
    (row,) = await replies(bridge)
    await bridge.tell(receipt("SM1", proof, reply=row.id))
    await bridge.fold()
    await one_round(one)
    assert one.fault is None


PEOPLE = [message(address=f"+336123456{n:02}") for n in range(30)]


@pytest.mark.parametrize("fault", [InDoubt("disconnected"), NotProcessed("unreachable")])
async def test_a_provider_at_which_all_comes_to_nothing_is_called_seldom_and_the_others_stay_held(
    bridge: Bridge, fault: Outcome
) -> None:
    """What is held can take another way; what is in doubt must wait until this one can be asked."""
    await held(bridge, *PEOPLE)
    one = dispatching(bridge, channel := Scripted(fault))
    for _ in range(10):
        await one_round(one)
    assert len(channel.sent) == CALLS_AT_ONCE
    bridge.clock.pass_(MINUTE)
    for _ in range(10):
        await one_round(one)
    assert len(channel.sent) == CALLS_AT_ONCE + 1


async def test_all_are_sent_again_once_it_is_known_that_what_was_in_doubt_was_taken(bridge: Bridge) -> None:
    await held(bridge, *PEOPLE)
    one = dispatching(bridge, channel := Scripted(*[InDoubt("timeout")] * CALLS_AT_ONCE, accept))
    await one_round(one)
    await one_round(one)
    assert len(channel.sent) == CALLS_AT_ONCE
    for n, reply in enumerate(channel.sent):
        await bridge.tell(receipt(f"SM{n}", Progress.SENT, reply=reply.id))
    await bridge.fold()
    for _ in range(10):
        await one_round(one)
    assert len(channel.sent) == len(PEOPLE)


@pytest.mark.parametrize("newer", [InDoubt("timeout"), NotProcessed("unreachable")])
async def test_nor_does_it_end_the_fault_of_a_newer_call(bridge: Bridge, newer: Outcome) -> None:
    await held(bridge, message(address="+33612345671"), message(address="+33612345672"))
    one = dispatching(bridge, channel := Scripted(InDoubt("http_500"), newer))
    await one_round(one)
    await bridge.tell(receipt("SM1", Progress.SENT, reply=channel.sent[0].id))
    await bridge.fold()
    await one_round(one)
    assert one.fault == getattr(newer, "code", None)


async def test_a_process_that_stood_still_since_it_claimed_a_reply_does_not_hand_it_over(
    bridge: Bridge,
) -> None:
    """Another one may have taken care of it meanwhile."""
    await held(bridge)
    channel = Scripted(accept)
    one = dispatching(bridge, channel)
    (claimed,) = await one._claim(CALLS_AT_ONCE)
    bridge.clock.pass_(LONGEST_CALL + SECOND)
    await one._one(claimed)
    (row,) = await replies(bridge)
    assert (channel.sent, row.progress, row.error) == ([], "held", "late")


OUTCOMES: list[tuple[Outcome, str, str | None, bool]] = [
    (Accepted("SM1"), "accepted", None, False),
    (Refused("invalid_number"), "failed", "invalid_number", False),
    (NotProcessed("rate_limited"), "held", "rate_limited", True),
    (InDoubt("disconnected"), "in_doubt", "disconnected", True),
]


@pytest.mark.parametrize(("outcome", "progress", "error", "failing"), OUTCOMES)
async def test_the_outcome_of_the_call_is_written_down(
    bridge: Bridge, outcome: Outcome, progress: str, error: str | None, failing: bool
) -> None:
    await held(bridge)
    one = dispatching(bridge, Scripted(outcome))
    await one_round(one)
    (row,) = await replies(bridge)
    assert (row.progress, row.error) == (progress, error)
    assert (one.outcomes, one.failing) == ({type(outcome).__name__: 1}, failing)


async def test_a_row_is_marked_sending_before_the_provider_is_called(bridge: Bridge) -> None:
    await held(bridge)
    seen: list[str] = []

    async def look(reply: Outgoing) -> Outcome:
        seen.extend(row.progress for row in await replies(bridge))
        return await accept(reply)

    await one_round(dispatching(bridge, Scripted(look)))
    assert seen == ["sending"]


async def test_a_call_that_never_returns_is_given_up_and_left_in_doubt(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "LONGEST_CALL", SECOND // 50)
    await held(bridge)
    channel = Scripted(hang)
    one = dispatching(bridge, channel)
    await one_round(one)
    (row,) = await replies(bridge)
    assert (row.progress, row.error) == ("in_doubt", "timeout")
    assert not one.calls
    bridge.clock.pass_(DAY)
    await one_round(one)
    assert len(channel.sent) == 1


def test_no_call_is_waited_for_longer_than_thirty_seconds() -> None:
    assert LONGEST_CALL == 30 * SECOND


UNFORESEEN = [ValueError(PROSE), KeyError(), RuntimeError(), asyncio.CancelledError(), UnicodeError(PROSE)]


@pytest.mark.parametrize("error", UNFORESEEN, ids=lambda error: type(error).__name__)
async def test_after_an_exception_nobody_foresaw_the_reply_is_in_doubt_and_the_rest_goes_on(
    bridge: Bridge, error: BaseException, log: list[Any]
) -> None:
    await held(bridge, message(), message(address="+33698765432"))
    one = dispatching(bridge, Scripted(error, accept))
    await one_round(one)
    await one_round(one)
    found = {(row.progress, row.error) for row in await replies(bridge)}
    assert found == {("in_doubt", "unforeseen"), ("accepted", None)}
    assert [line["log_level"] for line in log] == ["error", "info", "info"]
    assert PROSE not in str([line | {"exc_info": None} for line in log])


@pytest.mark.parametrize("outcome", [Accepted("SM\ud800"), Refused("\ud800"), InDoubt("\ud800")])
async def test_an_outcome_that_cannot_be_written_down_leaves_the_reply_in_doubt(
    bridge: Bridge, outcome: Outcome
) -> None:
    await held(bridge)
    await one_round(dispatching(bridge, Scripted(outcome)))
    assert [(row.progress, row.error) for row in await replies(bridge)] == [("in_doubt", "unwritable")]


async def test_a_provider_that_gives_two_replies_one_id_leaves_the_second_in_doubt(bridge: Bridge) -> None:
    await held(bridge, message(), message(address="+33698765432"))
    one = dispatching(bridge, Scripted(Accepted("SM1")))
    await one_round(one)
    assert sorted(row.progress for row in await replies(bridge)) == ["accepted", "in_doubt"]


async def test_while_the_store_is_locked_an_outcome_waits_and_is_then_written_down(
    bridge: Bridge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: list[Any]
) -> None:
    monkeypatch.setattr(dispatch, "_STORE_PAUSE", 0.01)
    await held(bridge)
    answered, gate = asyncio.Event(), asyncio.Event()

    async def slow(reply: Outgoing) -> Outcome:
        answered.set()
        await gate.wait()
        return await accept(reply)

    channel = Scripted(slow)
    one = dispatching(bridge, channel)
    await one.turn()
    await answered.wait()
    async with locked(tmp_path / "rempart.db"):
        gate.set()
        while not [line for line in log if "waits" in line["event"]]:
            await asyncio.sleep(0.01)
        assert [row.progress for row in await replies(bridge)] == ["sending"]
    await asyncio.gather(*one.calls)
    (row,) = await replies(bridge)
    assert (row.progress, row.message_id) == ("accepted", f"SM{row.id}")
    assert len(channel.sent) == 1


async def test_one_channels_hang_delays_nobody_on_another(bridge: Bridge) -> None:
    mine = [message(address=f"+3361234{n:04}") for n in range(CALLS_AT_ONCE + 3)]
    others = [
        replace(message(address=f"{n}"), channel="telegram", provider_id=f"{n}", metered=False)
        for n in range(CALLS_AT_ONCE + 3)
    ]
    await held(bridge, *mine, *others)
    stuck, free = Scripted(hang), Scripted(accept, name="telegram")
    loops = [(one := dispatching(bridge, channel), Loop(channel.name, one.turn)) for channel in (stuck, free)]
    running = [asyncio.create_task(loop.run()) for _, loop in loops]
    async with asyncio.timeout(20):
        while len(await sent(bridge, "telegram")) < len(others):
            await asyncio.sleep(0.02)
    assert len(stuck.sent) == CALLS_AT_ONCE
    assert await sent(bridge, "sms") == []
    for one, loop in loops:
        loop.stop()
        for call in one.calls:
            call.cancel()
    await asyncio.gather(*running)


async def sent(bridge: Bridge, channel: str) -> list[Any]:
    return [row for row in await replies(bridge) if row.channel == channel and row.progress == "accepted"]


async def test_only_so_many_calls_are_under_way_at_once(bridge: Bridge) -> None:
    await held(bridge, *(message(address=f"+3361234{n:04}") for n in range(CALLS_AT_ONCE + 3)))
    gate = asyncio.Event()

    async def slow(reply: Outgoing) -> Outcome:
        await gate.wait()
        return await accept(reply)

    channel = Scripted(slow)
    one = dispatching(bridge, channel)
    assert await one.turn() == 0.0
    assert 0.0 < await one.turn() <= LONGEST_REST
    async with asyncio.timeout(30):
        while len(channel.sent) < CALLS_AT_ONCE:
            await asyncio.sleep(0.01)
    assert len(one.calls) == len(channel.sent) == CALLS_AT_ONCE
    gate.set()
    await asyncio.gather(*one.calls)
    await one_round(one)
    assert len(channel.sent) == len({reply.id for reply in channel.sent}) == CALLS_AT_ONCE + 3


@pytest.mark.parametrize(
    ("early", "rest"),
    [(SECOND // 2, 0.5), (SECOND // 1000, 0.05), (HOUR, LONGEST_REST), (0, 0.0), (-MINUTE, 0.0)],
)
async def test_the_rest_lasts_until_the_next_reply_is_due_and_never_long(
    bridge: Bridge, early: Micros, rest: float
) -> None:
    await bridge.tell(message())
    await bridge.fold()
    bridge.clock.now = (await replies(bridge))[0].due_at - early
    one = dispatching(bridge, Scripted(accept))
    assert await one_round(one) == pytest.approx(rest)
    assert bool(one.outcomes) == (early <= 0)


VAIN: list[tuple[Outcome, int]] = [
    (NotProcessed("account_inactive"), 2 * CALLS_AT_ONCE),
    (NotProcessed("http_451"), 2 * CALLS_AT_ONCE),
    (NotProcessed("unreachable"), 2 * CALLS_AT_ONCE),
    (NotProcessed("rate_limited"), 2 * CALLS_AT_ONCE),
    (Refused("bad_number"), 3 * CALLS_AT_ONCE),
]


@pytest.mark.parametrize(("outcome", "most"), VAIN, ids=str)
async def test_while_all_calls_come_to_nothing_the_others_wait_and_one_tries(
    bridge: Bridge, outcome: Outcome, most: int
) -> None:
    await held(bridge, *(message(address=f"+3361234{n:04}") for n in range(3 * CALLS_AT_ONCE)))
    channel = Scripted(outcome)
    one = dispatching(bridge, channel)
    for _ in range(10):
        await one_round(one)
        bridge.clock.pass_(SECOND)
    tried = len({reply.id for reply in channel.sent})
    assert tried <= most
    assert (tried == 3 * CALLS_AT_ONCE) == (most == 3 * CALLS_AT_ONCE)


async def test_as_soon_as_one_gets_through_all_do(bridge: Bridge) -> None:
    await held(bridge, *(message(address=f"+3361234{n:04}") for n in range(3 * CALLS_AT_ONCE)))
    channel = Scripted(*[NotProcessed("credentials")] * CALLS_AT_ONCE, accept)
    one = dispatching(bridge, channel)
    for _ in range(8):
        await one_round(one)
        bridge.clock.pass_(30 * SECOND)
    assert {row.progress for row in await replies(bridge)} == {"accepted"}


class Busy:
    """A provider that takes so many replies a second, and says of the others that they are too much."""

    def __init__(self, bridge: Bridge, a_second: int, told: Micros | None) -> None:
        self._bridge, self._most, self._told = bridge, a_second, told
        self.taken: list[str] = []
        self._second, self._came = 0, 0

    async def take(self, reply: Outgoing) -> Outcome:
        second = self._bridge.clock() // SECOND
        self._second, self._came = second, self._came + 1 if second == self._second else 1
        if self._came > self._most:
            return NotProcessed("rate_limited", self._told)
        self.taken.append(reply.id)
        return Accepted(f"SM{reply.id}")


@pytest.mark.parametrize("told", [None, SECOND])
@pytest.mark.parametrize("a_second", [1, 5])
async def test_a_provider_that_takes_only_so_many_a_second_gets_them_all_soon(
    bridge: Bridge, a_second: int, told: Micros | None
) -> None:
    """Called eight at a time it would refuse nearly all of them, each time anew, until they are too old."""
    await held(bridge, *PEOPLE)
    busy, begun = Busy(bridge, a_second, told), bridge.clock()
    one = dispatching(bridge, Scripted(busy.take))
    while len(busy.taken) < len(PEOPLE) and bridge.clock() < begun + 5 * MINUTE:
        bridge.clock.pass_(max(SECOND // 20, round(await one_round(one) * SECOND)))
    assert len(set(busy.taken)) == len(busy.taken) == len(PEOPLE)


async def test_that_one_chat_is_written_to_too_often_slows_nobody_else_down(bridge: Bridge) -> None:
    await held(bridge, *PEOPLE)
    too_much = NotProcessed("rate_limited", retry_after=MINUTE)

    async def take(reply: Outgoing) -> Outcome:
        return too_much if reply.address == PEOPLE[-1].address else await accept(reply)

    one = dispatching(bridge, Scripted(take))
    for _ in range(2 + len(PEOPLE) // CALLS_AT_ONCE):
        await one_round(one)
    assert sorted(row.progress for row in await replies(bridge)) == ["accepted"] * 29 + ["held"]


async def test_with_nothing_to_send_it_looks_again_before_long(bridge: Bridge) -> None:
    assert await one_round(dispatching(bridge, Scripted(accept))) == LONGEST_REST


async def test_a_reply_that_must_wait_for_another_is_not_asked_for_all_the_time(bridge: Bridge) -> None:
    await held(bridge)
    one = dispatching(bridge, Scripted(InDoubt("timeout"), accept))
    await one_round(one)
    (doubtful,) = await replies(bridge)
    await bridge.tell(message("encore"))
    ((entry,), _) = await bridge.store.read(lambda connection: bridge.journal.unfolded(connection, 1))
    second = {**doubtful._mapping, "id": "f" * 32, "event": entry.id, "progress": Progress.HELD}

    async def queue(connection: AsyncConnection) -> None:
        await connection.execute(outbox.insert().values(**second))

    await bridge.store.transact(queue)
    assert await one_round(one) == LONGEST_REST
    assert one.outcomes == {"InDoubt": 1}


async def test_nothing_is_sent_to_somebody_who_was_erased(bridge: Bridge) -> None:
    await held(bridge)

    async def erase(connection: AsyncConnection) -> None:
        await connection.execute(senders.update().values(key=None, address=None))

    await bridge.store.transact(erase)
    channel = Scripted(accept)
    await one_round(dispatching(bridge, channel))
    (row,) = await replies(bridge)
    assert (row.progress, row.error, channel.sent) == ("failed", "erased", [])


async def test_an_address_that_is_no_proper_text_is_handed_over_as_it_came(bridge: Bridge) -> None:
    await held(bridge, replace(message(address="half \ud800"), metered=False))
    channel = Scripted(accept)
    await one_round(dispatching(bridge, channel))
    assert [reply.address for reply in channel.sent] == ["half \ud800"]


PATIENCE: list[tuple[Micros | None, list[Micros]]] = [
    (None, [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR, HOUR]),
    (3 * SECOND, [5 * SECOND, 30 * SECOND]),
    (20 * SECOND, [20 * SECOND, 30 * SECOND]),
    (20 * MINUTE, [20 * MINUTE] * 4 + [HOUR]),
    (2 * HOUR, [HOUR, HOUR]),
    (10**25, [HOUR, HOUR]),
]


@pytest.mark.parametrize(("told", "waits"), PATIENCE)
async def test_what_was_not_processed_is_tried_again_later_and_later_or_when_the_provider_says(
    bridge: Bridge, told: Micros | None, waits: list[Micros]
) -> None:
    await held(bridge)
    one = dispatching(bridge, Scripted(NotProcessed("rate_limited", retry_after=told)))
    for wait in waits:
        await set_expiry(bridge)
        await one_round(one)
        (row,) = await replies(bridge)
        assert (row.progress, row.due_at) == ("held", bridge.clock() + wait)
        bridge.clock.now = row.due_at


async def set_expiry(bridge: Bridge) -> None:
    """Keeps replies from being given up, which is not what is tried here."""

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(outbox.update().values(expires_at=bridge.clock() + 10 * DAY))

    await bridge.store.transact(work)


async def test_a_reply_that_waited_too_long_is_given_up_unsent(bridge: Bridge) -> None:
    await held(bridge)
    bridge.clock.now = (await replies(bridge))[0].expires_at
    channel = Scripted(accept)
    await one_round(dispatching(bridge, channel))
    assert [row.progress for row in await replies(bridge)] == ["expired"]
    assert channel.sent == []


RECOVERIES = [
    (True, 0, Progress.IN_DOUBT),
    (True, HOUR, Progress.IN_DOUBT),
    (False, 0, Progress.SENDING),
    (False, LONGEST_CALL, Progress.SENDING),
    (False, 2 * LONGEST_CALL, Progress.IN_DOUBT),
    (True, -HOUR, Progress.IN_DOUBT),
    (False, -LONGEST_CALL, Progress.SENDING),
    (False, -HOUR, Progress.IN_DOUBT),
]
"""How much later it is looked: earlier, where the clock was ahead and was set right by a restart."""


@pytest.mark.parametrize(("alone", "later", "progress"), RECOVERIES)
async def test_calls_that_nobody_makes_any_more_are_put_in_doubt(
    store: Store, alone: bool, later: Micros, progress: Progress
) -> None:
    """Where others dispatch too, a call is theirs for as long as it could still be under way."""
    bridge = Bridge(store, TestClock())
    await held(bridge)
    cut_off = dispatching(bridge, Scripted(hang))
    await cut_off.turn()
    for call in cut_off.calls:
        call.cancel()
    await asyncio.gather(*cut_off.calls, return_exceptions=True)
    bridge.clock.pass_(later)
    assert await recover(store, bridge.clock, alone=alone) == int(progress is Progress.IN_DOUBT)
    (row,) = await replies(bridge)
    assert row.progress == progress
    channel = Scripted(accept)
    await one_round(dispatching(bridge, channel))
    assert channel.sent == []


WISHES: list[tuple[Outcome, bool]] = [
    (Refused("opted_out", opted_out=True), False),
    (Refused("handset_unreachable"), True),
]


@pytest.mark.parametrize(("outcome", "asked_again"), WISHES)
async def test_whom_the_provider_refuses_for_their_own_wish_is_tried_again_once_they_let_us_write(
    bridge: Bridge, outcome: Outcome, asked_again: bool
) -> None:
    """They told the provider STOP, and not us: before we were there, or to another number of the account."""
    channel = Scripted(outcome, accept)
    one = writing_down(dispatching(bridge, channel), bridge)
    await held(bridge)
    await one_round(one)
    await held(bridge, message("toujours là ?"))
    await one_round(one)
    assert len(channel.sent) == 1 + asked_again
    await held(bridge, message("START"), message("et maintenant ?"))
    await one_round(one)
    assert len(channel.sent) == 2


async def test_what_costs_nothing_is_tried_again_where_the_channel_tells_of_blocks_itself(
    bridge: Bridge,
) -> None:
    """Who blocked a bot and writes to it again has let it write: of both there are events."""
    channel = Scripted(Refused("blocked", opted_out=True), accept, name="telegram")
    one = writing_down(dispatching(bridge, channel), bridge)
    for text in ("salut", "me revoilà"):
        await held(bridge, replace(message(text), channel="telegram", metered=False))
        await one_round(one)
    assert len(channel.sent) == 2


def writing_down(one: Dispatch, bridge: Bridge) -> Dispatch:
    one.journal = bridge.journal
    return one
