"""A reply that its provider took and never sent is not spent: the money goes back, and it waits."""

from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import update

from bridge.heart.step import LATER
from bridge.model import (
    BY_BLOCK,
    BY_MUTE,
    BY_STOP,
    DAY,
    HOUR,
    KEPT_BACK,
    SECOND,
    Contact,
    Message,
    Progress,
    Receipt,
    ReplyId,
    Verdict,
    Wish,
)
from bridge.noun import replace
from bridge.ports import Accepted, NotProcessed
from bridge.store.books import sending
from bridge.store.engine.store import Store
from bridge.store.engine.tables import outbox, senders
from tests.loops.sending import Scripted, accept, dispatching, held, one_round, replies
from tests.pot.test_settlement import PRICE, money, settle
from tests.support.acting import act
from tests.support.clock import TestClock
from tests.support.events import MAN, Bridge, message, receipt, rules

_TOMORROW = update(outbox).values(due_at=outbox.c.due_at + DAY)
SUSPENDED = replace(receipt("SM1", Progress.FAILED), error="account_suspended", never_left=True)


@pytest.fixture
async def bridge(sqlite_url: str) -> AsyncIterator[Bridge]:
    store = Store(sqlite_url)
    yield await taken(store)
    await store.close()


async def taken(store: Store) -> Bridge:
    """One reply, taken by the provider."""
    bridge = Bridge(store, TestClock())
    await held(bridge)
    (claimed,) = await bridge.store.transact(lambda c: sending.claim(c, "sms", bridge.clock(), 8, rules()))
    await settle(bridge, claimed.reply.id, Accepted("SM1"))
    return bridge


async def told(bridge: Bridge, *receipts: Receipt) -> None:
    """One after the other, each an event of its own."""
    for number, one in enumerate(receipts):
        await bridge.tell(replace(one, provider_id=f"{one.provider_id}:{number}"))
        await bridge.fold()


async def test_it_waits_with_its_money_back_and_is_then_sent_under_another_id(
    store: Store,
) -> None:
    bridge = await taken(store)
    await told(bridge, SUSPENDED)
    (row,) = await replies(bridge)
    assert (row.progress, row.message_id, row.error) == ("held", None, "account_suspended")
    assert row.due_at == bridge.clock() + LATER
    assert await money(bridge) == (0, 0)
    one = dispatching(bridge, channel := Scripted(accept))
    await one_round(one)
    assert (channel.sent, one.fault) == ([], "account_suspended")
    bridge.clock.pass_(LATER)
    await one_round(one)
    assert one.fault is None
    assert await money(bridge) == (PRICE, 0)
    assert (await replies(bridge))[0].progress == "accepted"


@pytest.mark.parametrize(("later", "fault"), [(True, None), (False, "account_suspended")])
async def test_what_came_back_before_another_went_well_is_past_for_the_next_process_too(
    store: Store, later: bool, fault: str | None
) -> None:
    bridge = await taken(store)
    await told(bridge, SUSPENDED)
    await bridge.store.transact(lambda connection: connection.execute(_TOMORROW))
    if later:
        await held(bridge, message(address="+33612345679"))
        one = dispatching(bridge, Scripted(accept))
        await one_round(one)
        assert one.fault is None
    next_life = dispatching(bridge, Scripted(accept))
    await one_round(next_life)
    assert [row.progress for row in await replies(bridge)] == (["accepted"] if later else []) + ["held"]
    assert next_life.fault == fault


def of_the_same(progress: Progress, **changes: object) -> Receipt:
    return replace(receipt("SM1", progress), **changes)  # type: ignore[arg-type]


STORIES: list[tuple[str, list[Receipt], str, tuple[int, int]]] = [
    ("failed", [SUSPENDED], "held", (0, 0)),
    ("told twice", [SUSPENDED, SUSPENDED], "held", (0, 0)),
    ("sent before", [of_the_same(Progress.SENT), SUSPENDED], "held", (0, 0)),
    ("sent after", [SUSPENDED, of_the_same(Progress.SENT)], "held", (0, 0)),
    ("queued after", [SUSPENDED, of_the_same(Progress.ACCEPTED)], "held", (0, 0)),
    ("charged nothing after", [SUSPENDED, replace(SUSPENDED, cost=0)], "held", (0, 0)),
    ("charged nothing with it", [replace(SUSPENDED, cost=0)], "held", (0, 0)),
    ("charged nothing before", [of_the_same(Progress.SENT, cost=0), SUSPENDED], "held", (0, 0)),
    ("charged with it", [replace(SUSPENDED, cost=70_000)], "failed", (70_000, 0)),
    ("delivered before", [of_the_same(Progress.DELIVERED), SUSPENDED], "delivered", (PRICE, 0)),
    ("filtered before", [of_the_same(Progress.FAILED, error="filtered"), SUSPENDED], "failed", (PRICE, 0)),
    ("charged before", [of_the_same(Progress.SENT, cost=70_000), SUSPENDED], "failed", (70_000, 0)),
    ("filtered", [of_the_same(Progress.FAILED, error="filtered")], "failed", (PRICE, 0)),
    ("of another", [replace(SUSPENDED, message_id="SM2")], "accepted", (PRICE, 0)),
]


@pytest.mark.parametrize("ours", [False, True], ids=["by its name", "with our id"])
@pytest.mark.parametrize(
    ("receipts", "progress", "cost"), [s[1:] for s in STORIES], ids=[s[0] for s in STORIES]
)
async def test_receipts_may_overtake_each_other(
    bridge: Bridge, receipts: list[Receipt], progress: str, cost: tuple[int, int], ours: bool
) -> None:
    (row,) = await replies(bridge)
    reply = ReplyId(row.id) if ours else None
    await told(bridge, *(replace(one, reply=reply) for one in receipts))
    rows = await replies(bridge)
    assert [row.progress for row in rows] == [progress]
    assert await money(bridge) == cost


LATE_RECEIPTS = [of_the_same(Progress.ACCEPTED), of_the_same(Progress.SENT), SUSPENDED]


@pytest.mark.parametrize("late", LATE_RECEIPTS, ids=lambda one: one.progress)
async def test_what_is_told_hours_later_of_an_attempt_before_the_last_one_is_past(
    bridge: Bridge, late: Receipt
) -> None:
    """Else a reply that never left would count as taken, and nobody would be answered."""
    (row,) = await replies(bridge)
    ours = replace(late, reply=ReplyId(row.id))
    await told(bridge, SUSPENDED)
    bridge.clock.pass_(LATER)
    await settle(bridge, await claimed_by(bridge), Accepted("SM2"))
    await told(bridge, replace(SUSPENDED, message_id="SM2", provider_id="SM2:failed"))
    await bridge.tell(replace(ours, provider_id="SM1:late"))
    await bridge.fold()
    assert [(row.progress, row.unsent) for row in await replies(bridge)] == [("held", "SM2")]


async def test_a_receipt_that_overtakes_the_answer_of_the_call_is_not_undone_by_it(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    await held(bridge)
    (claimed,) = await bridge.store.transact(lambda c: sending.claim(c, "sms", bridge.clock(), 8, rules()))
    await told(bridge, replace(SUSPENDED, reply=claimed.reply.id))
    await settle(bridge, claimed.reply.id, Accepted("SM1"))
    (row,) = await replies(bridge)
    assert (row.progress, row.unsent, await money(bridge)) == ("held", "SM1", (0, 0))


UNWANTED: list[Callable[[Bridge], Message | Contact]] = [
    lambda bridge: replace(message("STOP", at=bridge.clock()), wish=Wish.STOP),
    lambda bridge: message("stop", at=bridge.clock()),
    lambda bridge: Contact("sms", "1", MAN, bridge.clock(), open=False),
]


@pytest.mark.parametrize("said", UNWANTED)
async def test_whoever_said_stop_meanwhile_gets_nothing(
    bridge: Bridge, said: Callable[[Bridge], Message | Contact]
) -> None:
    await bridge.tell(said(bridge))
    await told(bridge, SUSPENDED)
    (row,) = await replies(bridge)
    assert (row.progress, await money(bridge)) == ("cancelled", (0, 0))
    assert row.error in (BY_STOP, BY_BLOCK)


async def test_whoever_was_muted_meanwhile_gets_nothing(bridge: Bridge) -> None:
    await bridge.tell(act("mute", MAN, bridge.clock(), "1", HOUR))
    await told(bridge, SUSPENDED)
    assert [(row.progress, row.error) for row in await replies(bridge)] == [("cancelled", BY_MUTE)]


GONE: list[tuple[Callable[[Bridge], Message | Contact], str]] = [
    (UNWANTED[0], BY_STOP),
    (UNWANTED[1], BY_STOP),
    (UNWANTED[2], BY_BLOCK),
]


@pytest.mark.parametrize("how", ["the provider tells it later", "the call itself was refused"])
@pytest.mark.parametrize(("said", "error"), GONE)
async def test_a_stop_that_came_before_the_call_and_was_read_after_it_holds_for_what_comes_back(
    store: Store, said: Callable[[Bridge], Message | Contact], error: str, how: str
) -> None:
    """In a rush the fold is behind: the reply is handed over before the STOP that came first is read."""
    bridge = Bridge(store, TestClock())
    await held(bridge)
    await bridge.tell(said(bridge))
    bridge.clock.pass_(SECOND)
    reply = await claimed_by(bridge)
    await bridge.fold()
    await come_back(bridge, reply, how)
    assert [(row.progress, row.error) for row in await replies(bridge)] == [("cancelled", error)]


async def claimed_by(bridge: Bridge) -> ReplyId:
    (one,) = await bridge.store.transact(lambda c: sending.claim(c, "sms", bridge.clock(), 8, rules()))
    return one.reply.id


async def come_back(bridge: Bridge, reply: ReplyId, how: str) -> None:
    if how == "the call itself was refused":
        await settle(bridge, reply, NotProcessed("20429"))
    else:
        await settle(bridge, reply, Accepted("SM1"))
        await told(bridge, SUSPENDED)


JUDGED = update(senders).values(verdict=Verdict.RAIDER)


@pytest.mark.parametrize("how", ["the provider tells it later", "the call itself was refused"])
async def test_what_comes_back_for_whom_a_raid_gathered_is_kept_back_like_the_others_in_it(
    store: Store, how: str
) -> None:
    """So that a false alarm holds it again."""
    bridge = Bridge(store, TestClock())
    await held(bridge)
    reply = await claimed_by(bridge)
    await bridge.store.transact(lambda c: c.execute(JUDGED))
    await come_back(bridge, reply, how)
    assert [(row.progress, row.error) for row in await replies(bridge)] == [("cancelled", KEPT_BACK)]


async def test_a_message_that_only_the_provider_knows_and_never_sent_was_no_answer(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    await told(bridge, replace(SUSPENDED, message_id="SM9"))
    assert await replies(bridge) == []
