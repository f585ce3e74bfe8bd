"""A reply is settled to what its provider charged: once, whichever way it differs from the worst case."""

import pytest
from structlog.testing import capture_logs

from bridge.model import DAY, EURO, HOUR, Micros, Progress, ReplyId
from bridge.noun import replace
from bridge.ports import Accepted, InDoubt, Outcome, Refused
from bridge.prices import DEAREST
from bridge.store.books import ledger, sending
from bridge.store.engine.store import Store
from bridge.store.looks.overview import overview
from tests.loops.sending import held, replies
from tests.support.books import spend
from tests.support.clock import NOON, TestClock
from tests.support.events import Bridge, receipt

PRICE = 76_300


@pytest.fixture
async def bridge(store: Store) -> Bridge:
    """One reply, taken by the provider."""
    bridge = Bridge(store, TestClock())
    await held(bridge)
    (claimed,) = await bridge.store.transact(
        lambda c: sending.claim(c, "sms", bridge.clock(), 8, bridge.folding.responses)
    )
    await settle(bridge, claimed.reply.id, Accepted("SM1"))
    return bridge


async def settle(bridge: Bridge, reply: ReplyId, outcome: Outcome) -> None:
    now = bridge.clock()
    await bridge.store.transact(lambda c: sending.settle(c, reply, outcome, now, now))


async def charged(
    bridge: Bridge, cost: int, progress: Progress = Progress.DELIVERED, sid: str = "SM1"
) -> None:
    """The provider tells what a reply cost."""
    told = receipt(sid, progress, at=NOON)
    await bridge.tell(replace(told, provider_id=f"{sid}:price", cost=cost))
    await bridge.fold()


async def money(bridge: Bridge) -> tuple[int, int]:
    seen = await bridge.store.read(lambda connection: overview(connection, bridge.clock()))
    return seen.spent, seen.reserved


@pytest.mark.parametrize("cost", [0, 1, 50_000, PRICE, 90_000])
async def test_what_was_charged_stands_in_place_of_the_worst_case(bridge: Bridge, cost: int) -> None:
    assert await money(bridge) == (PRICE, 0)
    await charged(bridge, cost)
    assert await money(bridge) == (cost, 0)
    (row,) = await replies(bridge)
    assert (row.cost, row.price, row.progress) == (cost, PRICE, Progress.DELIVERED)


async def test_it_is_booked_once_however_often_it_is_told(bridge: Bridge) -> None:
    for cost in (50_000, 50_000, 60_000):
        await charged(bridge, cost)
    assert await money(bridge) == (50_000, 0)


async def test_even_another_receipt_of_it_books_nothing_more(bridge: Bridge) -> None:
    await charged(bridge, 50_000)
    await bridge.tell(replace(receipt("SM1", Progress.DELIVERED), provider_id="SM1:again", cost=70_000))
    await bridge.fold()
    assert await money(bridge) == (50_000, 0)


async def test_a_failed_reply_that_cost_nothing_gives_everything_back(bridge: Bridge) -> None:
    await charged(bridge, 0, Progress.FAILED)
    assert await money(bridge) == (0, 0)
    assert (await replies(bridge))[0].progress == Progress.FAILED


async def test_a_reply_dearer_than_its_worst_case_is_warned_of(bridge: Bridge) -> None:
    with capture_logs() as logs:
        await charged(bridge, 90_000)
    warnings = [entry for entry in logs if entry["log_level"] == "warning"]
    assert [(entry["booked"], entry["cost"]) for entry in warnings] == [(PRICE, 90_000)]


@pytest.mark.parametrize("cost", [-1, DEAREST + 1, 1_000 * EURO])
async def test_what_no_segment_can_have_cost_is_not_booked(bridge: Bridge, cost: int) -> None:
    """By a receipt, by the provider's log, or by its answer to the call."""
    await charged(bridge, cost)
    assert await money(bridge) == (PRICE, 0)
    (row,) = await replies(bridge)
    await settle(bridge, row.id, Accepted("SM1", price=cost))
    assert await money(bridge) == (PRICE, 0)


async def test_what_our_number_sent_without_us_is_booked_as_well(bridge: Bridge) -> None:
    """As a reply that an older copy of the database knows nothing of: the account pays for it."""
    await charged(bridge, 50_000, sid="SM2")
    assert await money(bridge) == (PRICE + 50_000, 0)


async def test_the_hours_share_counts_what_was_charged(bridge: Bridge) -> None:
    await charged(bridge, 50_000)
    purse = await bridge.store.read(lambda connection: ledger.load(connection, bridge.clock() - HOUR))
    assert purse.last_hour == 50_000


WRONG = [(0, PRICE), (HOUR, PRICE), (HOUR + 1, 0), (3 * DAY, 0)]
"""How far a clock was ahead when the reply was handed over; what counts against the hour and the day."""


@pytest.mark.parametrize(("ahead", "counts"), WRONG)
async def test_what_a_clock_that_was_ahead_has_spent_does_not_fill_each_hour_until_then(
    bridge: Bridge, ahead: Micros, counts: int
) -> None:
    purse = await bridge.store.read(lambda connection: ledger.load(connection, bridge.clock() - ahead))
    assert (purse.last_hour, purse.last_day, purse.spent) == (counts, counts, PRICE)


async def test_what_a_correction_took_back_already_is_not_given_back_again(bridge: Bridge) -> None:
    await bridge.store.transact(lambda connection: spend(connection, -50_000))
    await charged(bridge, 0)
    assert await money(bridge) == (0, 0)


async def test_a_doubt_that_is_found_with_its_price_is_settled_at_once(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    await held(bridge)
    (claimed,) = await bridge.store.transact(
        lambda c: sending.claim(c, "sms", bridge.clock(), 8, bridge.folding.responses)
    )
    await settle(bridge, claimed.reply.id, InDoubt("timeout"))
    await charged(bridge, 50_000, sid="SM7")
    assert await money(bridge) == (0, PRICE)
    await settle(bridge, claimed.reply.id, Accepted("SM7", 50_000))
    assert await money(bridge) == (50_000, 0)


async def test_what_was_refused_is_never_settled(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    await held(bridge)
    (claimed,) = await bridge.store.transact(
        lambda c: sending.claim(c, "sms", bridge.clock(), 8, bridge.folding.responses)
    )
    await settle(bridge, claimed.reply.id, Refused("bad_number"))
    assert await money(bridge) == (0, 0)
    await charged(bridge, 50_000)
    costs = {row.id: row.cost for row in await replies(bridge)}
    assert costs.pop(claimed.reply.id) is None
    assert list(costs.values()) == [50_000], "what the provider charges for is another one"
