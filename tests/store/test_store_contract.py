"""What any store must do, proven on real SQLite files and on a real PostgreSQL."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import Misconfigured
from bridge.evidence.canonical import Entry
from bridge.evidence.chain import GENESIS, extend
from bridge.heart.effects import Advance, Cancel, Hold
from bridge.model import BY_STOP, DAY, HOUR, MINUTE, Progress, Reply, ReplyId
from bridge.noun import replace
from bridge.ports import Accepted, InDoubt, NotProcessed, Refused
from bridge.privacy.pseudonym import handles
from bridge.reasons import Why
from bridge.store.books import senders as people
from bridge.store.books import sending
from bridge.store.engine import tables
from bridge.store.engine.belonging import recognise
from bridge.store.engine.store import Store
from bridge.store.engine.tables import decisions, events, senders
from bridge.store.looks.overview import overview
from tests.support.books import apply
from tests.support.clock import NOON, TestClock
from tests.support.events import MAN, Bridge, message, receipt, rules


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def bridge(store: Store, clock: TestClock) -> Bridge:
    return Bridge(store, clock)


async def rows(store: Store, query: Any) -> list[Any]:
    async def work(connection: AsyncConnection) -> list[Any]:
        return list((await connection.execute(query)).all())

    return await store.read(work)


async def outbox_rows(store: Store) -> list[Any]:
    return await rows(store, select(tables.outbox).order_by(tables.outbox.c.due_at))


async def claim(store: Store, now: int, limit: int = 8) -> list[sending.Claimed]:
    return await store.transact(lambda connection: sending.claim(connection, "sms", now, limit, rules()))


async def settle(store: Store, reply: ReplyId, outcome: Accepted, now: int) -> None:
    await store.transact(lambda connection: sending.settle(connection, reply, outcome, now, now))


async def held_reply(bridge: Bridge) -> Reply:
    """One message folded into one held reply, whose time has come."""
    await bridge.tell(message())
    await bridge.fold()
    bridge.clock.pass_(HOUR)
    return Reply(*(await rows(bridge.store, select(*sending._REPLY_COLUMNS)))[0])


async def test_what_was_appended_is_folded_in_order_of_arrival(store: Store, bridge: Bridge) -> None:
    texts = [message(f"text {n}", address=f"+3361234{n:04}") for n in range(450)]
    await bridge.tell(*texts)
    assert await bridge.fold() == 450
    placed = await rows(store, select(events.c.seq, events.c.place).order_by(events.c.place))
    assert [row.place for row in placed] == list(range(1, 451))
    assert [row.seq for row in placed] == sorted(row.seq for row in placed)


async def test_a_repeat_changes_nothing(store: Store, bridge: Bridge) -> None:
    original = message("salut", id_="SM1")
    altered = message("something else", id_="SM1")
    await bridge.tell(original, original)
    await bridge.tell(altered)
    await bridge.fold()
    await bridge.tell(original)
    assert await bridge.fold() == 0
    assert len(await rows(store, select(events.c.id))) == 1
    assert len(await outbox_rows(store)) == 1


async def test_repeats_in_parallel_change_nothing(store: Store, bridge: Bridge) -> None:
    original = message("salut", id_="SM1")
    await asyncio.gather(*(bridge.tell(original, message(id_=f"SM-{n}")) for n in range(20)))
    assert len(await rows(store, select(events.c.id))) == 21


async def test_strangers_met_at_once_by_several_processes_get_one_key_each(
    store: Store, clock: TestClock
) -> None:
    processes = [Bridge(store, clock) for _ in range(6)]
    await asyncio.gather(
        *(one.tell(*(message(address=f"+3361234{n:04}") for n in range(30))) for one in processes)
    )
    assert await processes[0].fold() == 180
    assert Why.UNREADABLE not in {row.why for row in await rows(store, select(decisions.c.why))}


async def test_each_event_gets_its_place_in_a_chain_that_verifies(store: Store, bridge: Bridge) -> None:
    await bridge.tell(*(message(f"text {n}") for n in range(5)))
    await bridge.fold()
    columns = (
        events.c.id,
        events.c.channel,
        events.c.kind,
        events.c.sender,
        events.c.received_at,
        events.c.sealed,
    )
    link = GENESIS
    for row in await rows(store, select(*columns, events.c.place, events.c.digest).order_by(events.c.place)):
        link = extend(link, Entry(*row[:6]))
        assert (link.place, link.digest) == (row.place, row.digest)


async def test_destroying_a_senders_key_erases_the_texts_and_leaves_the_chain_whole(
    store: Store, bridge: Bridge
) -> None:
    await bridge.tell(message("un secret"))
    before = await rows(store, select(events.c.sealed))

    async def erase(connection: AsyncConnection) -> None:
        await connection.execute(senders.update().values(key=None, address=None))

    await store.transact(erase)
    later = Bridge(store, bridge.clock)
    assert await later.fold() == 1
    assert await rows(store, select(events.c.sealed)) == before
    assert (await rows(store, select(decisions.c.why)))[0].why == Why.UNREADABLE


async def test_someone_erased_who_writes_again_is_heard(store: Store, bridge: Bridge) -> None:
    await bridge.tell(message())
    await bridge.fold()

    async def erase(connection: AsyncConnection) -> None:
        await connection.execute(senders.update().values(key=None, address=None))

    await store.transact(erase)
    later = Bridge(store, bridge.clock)
    await later.tell(message("me revoici"))
    assert await later.fold() == 1
    assert Why.UNREADABLE not in {row.why for row in await rows(store, select(decisions.c.why))}


async def test_no_number_and_no_text_is_stored_in_clear(store: Store, bridge: Bridge) -> None:
    await bridge.tell(message("une phrase que personne ne doit lire"))
    await bridge.fold()
    for table in (events, senders, decisions, tables.outbox):
        stored = repr(await rows(store, select(table)))
        assert "phrase" not in stored
        assert MAN[4:] not in stored


async def test_every_sender_bears_a_handle_of_their_own(store: Store, bridge: Bridge) -> None:
    await bridge.tell(*(message(address=f"+3361234{n:04}") for n in range(1500)))
    await bridge.fold()
    handles = [row.handle for row in await rows(store, select(senders.c.handle))]
    assert len(set(handles)) == 1500
    found = await store.read(lambda connection: people.by_handle(connection, handles[0]))
    assert found is not None


async def test_a_handle_that_is_taken_goes_to_nobody_else(store: Store, bridge: Bridge) -> None:
    await bridge.tell(message())
    sender = bridge.journal.sender("sms", MAN)
    first = next(handles(sender))

    async def usurp(connection: AsyncConnection) -> None:
        await connection.execute(senders.insert().values(id="0" * 32, handle=first))

    await store.transact(usurp)
    await bridge.fold()
    given = (await rows(store, select(senders.c.handle).where(senders.c.id == sender)))[0].handle
    assert given not in (None, first)


async def test_a_held_reply_is_claimed_once_and_only_when_due(bridge: Bridge) -> None:
    reply = await held_reply(bridge)
    assert await claim(bridge.store, reply.due_at - 1) == []
    claims = await asyncio.gather(*(claim(bridge.store, reply.due_at) for _ in range(5)))
    assert [len(claimed) for claimed in claims].count(1) == 1
    assert sum(len(claimed) for claimed in claims) == 1


@pytest.mark.parametrize(
    ("outcome", "progress"),
    [
        (Accepted("SM1"), Progress.ACCEPTED),
        (Refused("invalid_number"), Progress.FAILED),
        (NotProcessed("rate_limited"), Progress.HELD),
        (InDoubt("timeout"), Progress.IN_DOUBT),
    ],
)
async def test_an_outcome_settles_the_reply(
    bridge: Bridge, outcome: Accepted | Refused | NotProcessed | InDoubt, progress: Progress
) -> None:
    reply = await held_reply(bridge)
    now = bridge.clock()
    await claim(bridge.store, now)
    await bridge.store.transact(lambda c: sending.settle(c, reply.id, outcome, now, now + MINUTE))
    row = (await outbox_rows(bridge.store))[0]
    assert row.progress == progress
    assert (row.due_at == now + MINUTE) == (progress is Progress.HELD)


OLDER: list[tuple[Accepted | Refused | NotProcessed | InDoubt, Progress]] = [
    (Accepted("SM1"), Progress.ACCEPTED),
    (Refused("invalid_number"), Progress.SENDING),
    (NotProcessed("no_trace"), Progress.SENDING),
    (InDoubt("timeout"), Progress.SENDING),
]


@pytest.mark.parametrize(("late", "progress"), OLDER)
async def test_what_an_older_call_came_to_counts_only_where_it_was_taken(
    bridge: Bridge, late: Accepted | Refused | NotProcessed | InDoubt, progress: Progress
) -> None:
    """A process that stood still tells of its call while another one is making the next."""
    reply = await held_reply(bridge)
    now, gone = bridge.clock(), NotProcessed("no_trace")
    (older,) = await claim(bridge.store, now)
    await bridge.store.transact(lambda c: sending.settle(c, reply.id, gone, now, now, call=1))
    (newer,) = await claim(bridge.store, now)
    assert (older.attempts, newer.attempts) == (1, 2)
    await bridge.store.transact(lambda c: sending.settle(c, reply.id, late, now, now, call=1))
    assert (await outbox_rows(bridge.store))[0].progress == progress


RECEIPTS = [
    ([Progress.SENT, Progress.DELIVERED], Progress.DELIVERED),
    ([Progress.DELIVERED, Progress.SENT, Progress.ACCEPTED], Progress.DELIVERED),
    ([Progress.FAILED, Progress.DELIVERED], Progress.FAILED),
    ([Progress.SENT, Progress.SENT], Progress.SENT),
]


@pytest.mark.parametrize(("told", "reached"), RECEIPTS)
async def test_receipts_move_a_reply_forward_only(
    bridge: Bridge, told: list[Progress], reached: Progress
) -> None:
    reply = await held_reply(bridge)
    await claim(bridge.store, bridge.clock())
    for progress in told:
        await bridge.tell(receipt("SM9", progress, reply=reply.id))
        await bridge.fold()
    late = Accepted("SM9")
    await bridge.store.transact(lambda c: sending.settle(c, reply.id, late, bridge.clock(), bridge.clock()))
    row = (await outbox_rows(bridge.store))[0]
    assert (row.progress, row.message_id) == (reached, "SM9")


async def test_a_receipt_for_another_message_moves_nothing(bridge: Bridge) -> None:
    reply = await held_reply(bridge)
    now = bridge.clock()
    await claim(bridge.store, now)
    await bridge.store.transact(lambda c: sending.settle(c, reply.id, Accepted("SM1"), now, now))
    forged = Advance(reply.id, "SM2", Progress.FAILED, None)
    await bridge.store.transact(lambda c: apply(c, [forged], now))
    unknown = Advance(ReplyId("f" * 32), "SM3", Progress.DELIVERED, None)
    await bridge.store.transact(lambda c: apply(c, [unknown], now))
    assert (await outbox_rows(bridge.store))[0].progress == Progress.ACCEPTED


async def test_a_cancelled_reply_is_never_claimed(bridge: Bridge) -> None:
    reply = await held_reply(bridge)
    await bridge.store.transact(lambda c: apply(c, [Cancel(reply.sender, BY_STOP)], bridge.clock()))
    assert await claim(bridge.store, bridge.clock() + DAY) == []


async def test_a_reply_in_flight_is_not_cancelled(bridge: Bridge) -> None:
    reply = await held_reply(bridge)
    await claim(bridge.store, bridge.clock())
    await bridge.store.transact(lambda c: apply(c, [Cancel(reply.sender, BY_STOP)], bridge.clock()))
    assert (await outbox_rows(bridge.store))[0].progress == Progress.SENDING


async def test_a_reply_that_waited_too_long_expires(bridge: Bridge) -> None:
    reply = await held_reply(bridge)
    bridge.clock.now = reply.expires_at
    await bridge.store.transact(lambda c: sending.expire(c, bridge.clock()))
    assert await claim(bridge.store, bridge.clock()) == []
    assert (await outbox_rows(bridge.store))[0].progress == Progress.EXPIRED


async def test_what_a_crash_cut_off_is_in_doubt_and_not_sent_again(bridge: Bridge) -> None:
    await held_reply(bridge)
    now = bridge.clock()
    await claim(bridge.store, now)
    assert await bridge.store.transact(lambda c: sending.doubt(c, now - 1, now)) == 0
    assert await bridge.store.transact(lambda c: sending.doubt(c, now, now)) == 1
    assert await claim(bridge.store, now + DAY) == []


async def test_one_recipient_has_one_reply_in_flight(bridge: Bridge) -> None:
    reply = await held_reply(bridge)
    await bridge.tell(message("encore"))
    event = (await rows(bridge.store, select(events.c.id).order_by(events.c.seq.desc())))[0].id

    second = replace(reply, id=ReplyId("b" * 32), event=event, due_at=reply.due_at + 1)
    await bridge.store.transact(lambda connection: apply(connection, [Hold(second)], bridge.clock()))
    assert [one.reply.id for one in await claim(bridge.store, bridge.clock())] == [second.id]
    assert await claim(bridge.store, bridge.clock()) == []


async def test_nobody_is_sent_more_than_three_replies_in_a_day_whatever_is_queued(bridge: Bridge) -> None:
    reply = await held_reply(bridge)
    for number in range(6):
        await bridge.tell(message(f"text {number}"))
    fresh = await rows(bridge.store, select(events.c.id).where(events.c.place.is_(None)))

    async def queue(connection: AsyncConnection) -> None:
        copies = [
            replace(reply, id=ReplyId(f"{number:032x}"), event=row.id) for number, row in enumerate(fresh)
        ]
        await apply(connection, [Hold(one) for one in copies], bridge.clock())

    await bridge.store.transact(queue)
    now, sent = bridge.clock(), 0
    for turn in range(10):
        for one in await claim(bridge.store, now):
            sent += 1
            done = Accepted(f"SM{turn}")
            await settle(bridge.store, one.reply.id, done, now)
    assert sent == 3


async def test_the_schema_refuses_a_second_reply_to_one_event(bridge: Bridge) -> None:
    reply = await held_reply(bridge)
    values = {name: getattr(reply, name) for name in Reply.__struct_fields__} | {"id": "c" * 32}

    async def add(connection: AsyncConnection) -> None:
        await connection.execute(tables.outbox.insert().values(**values))

    with pytest.raises(IntegrityError):
        await bridge.store.transact(add)


async def test_the_overview_counts_replies_and_sums_money(bridge: Bridge) -> None:
    reply = await held_reply(bridge)
    before = await bridge.store.read(lambda connection: overview(connection, NOON))
    assert (before.reserved, before.spent, before.inbound) == (0, 0, 7_500)
    assert before.replies == {Progress.HELD: 1}
    now = bridge.clock()
    await claim(bridge.store, now)
    await bridge.store.transact(lambda c: sending.settle(c, reply.id, Accepted("SM1"), now, now))
    after = await bridge.store.read(lambda connection: overview(connection, NOON))
    assert (after.reserved, after.spent) == (0, 76_300)


async def test_a_database_knows_its_secret(store: Store) -> None:
    await store.transact(lambda connection: recognise(connection, b"a" * 32))
    await store.transact(lambda connection: recognise(connection, b"a" * 32))
    with pytest.raises(Misconfigured, match="REMPART_SECRET"):
        await store.transact(lambda connection: recognise(connection, b"b" * 32))


async def test_a_transaction_ends_even_when_its_caller_is_cancelled(store: Store) -> None:
    started = asyncio.Event()

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(text("INSERT INTO facts (name, value) VALUES ('one', '1')"))
        started.set()
        await asyncio.sleep(0.05)
        await connection.execute(text("INSERT INTO facts (name, value) VALUES ('two', '2')"))

    task = asyncio.create_task(store.transact(work))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.gather(*store._running)
    names = {row.name for row in await rows(store, text("SELECT name FROM facts"))}
    assert {"one", "two"} <= names


async def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    async def work(connection: AsyncConnection) -> None:
        await connection.execute(text("INSERT INTO facts (name, value) VALUES ('one', '1')"))
        raise ValueError("of the test's own making")

    with pytest.raises(ValueError, match="own making"):
        await store.transact(work)
    assert await rows(store, text("SELECT name FROM facts WHERE name = 'one'")) == []


async def test_the_clock_of_events_is_ours(store: Store, bridge: Bridge) -> None:
    await bridge.tell(message())
    assert (await rows(store, select(events.c.received_at)))[0].received_at == NOON
