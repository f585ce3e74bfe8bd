"""What people do to the pot: setting, topping up, correcting; who may; and what one sender may cost."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.acts.shared import LARGEST_POT
from bridge.model import DAY, HOUR, Act, EventId, Reply, ReplyId, SenderId
from bridge.noun import replace
from bridge.ports import Accepted
from bridge.pot import refusal_of_sender
from bridge.reasons import Why
from bridge.store.books import ledger, sending
from bridge.store.books.sending import Claimed, claim, settle
from bridge.store.engine.store import Store
from bridge.store.engine.tables import acts, decisions
from bridge.store.looks import cards
from bridge.wording import Words
from tests.support.books import spend
from tests.support.clock import NOON, TestClock
from tests.support.events import RULES, Bridge, message, rules

SPENT = 1_000_000


@pytest.fixture
async def bridge(store: Store) -> Bridge:
    """One euro was spent."""
    bridge = Bridge(store, TestClock())
    await store.transact(lambda connection: spend(connection, SPENT))
    return bridge


async def do(bridge: Bridge, verb: str, amount: str, channel: str = "command") -> tuple[str, str]:
    """An act of the operator's: the outcome, and the sentence."""
    act = Act(channel, f"{verb} {amount}", "U1", verb, amount, bridge.clock(), reason="invoice", member=True)
    await bridge.tell(act)
    await bridge.fold()
    rows = await bridge.store.read(lambda connection: connection.execute(select(acts)))
    row = rows.all()[-1]
    return row.outcome, Words("en").outcome(row.told)


DONE = [
    ("pot", "12.50", (12_500_000, SPENT), "The pot is €12.50 in all."),
    ("pot_add", "50", (3_350_000_000, SPENT), "€50.00 were added: the pot is €3,350.00 in all."),
    ("pot_correct", "0.5", (None, 1_500_000), "A correction of €0.50 is booked: €1.50 are spent in all."),
    ("pot_correct", "-0.2", (None, 800_000), "A correction of -€0.20 is booked: €0.80 are spent in all."),
    ("pot_correct", "-1", (None, 0), "A correction of -€1.00 is booked: €0.00 are spent in all."),
]


@pytest.mark.parametrize(("verb", "amount", "after", "told"), DONE)
async def test_the_pot_changes_and_says_how(
    bridge: Bridge, verb: str, amount: str, after: tuple[int | None, int], told: str
) -> None:
    assert await do(bridge, verb, amount) == ("done", told)
    purse = await bridge.store.read(lambda connection: ledger.load(connection, NOON))
    assert (purse.total, purse.spent) == after


REFUSED = [
    ("pot", "-1"),
    ("pot_add", "0"),
    ("pot_add", "-5"),
    ("pot_add", "some"),
    ("pot_add", "NaN"),
    ("pot_add", str(LARGEST_POT // 10**6)),
    ("pot_correct", "0"),
    ("pot_correct", "--1"),
    ("pot_correct", ""),
    ("pot_correct", "-1.0001"),
    ("pot_correct", "0.00001"),
    ("pot_correct", str(LARGEST_POT // 10**6)),
]


@pytest.mark.parametrize(("verb", "amount"), REFUSED)
async def test_what_makes_no_sense_changes_nothing(bridge: Bridge, verb: str, amount: str) -> None:
    outcome, told = await do(bridge, verb, amount)
    assert (outcome, told.startswith("Nothing was done")) == ("refused", True)
    purse = await bridge.store.read(lambda connection: ledger.load(connection, NOON))
    assert (purse.total, purse.spent) == (None, SPENT)


@pytest.mark.parametrize("verb", ["pot", "pot_add", "pot_correct"])
async def test_the_room_changes_the_pot_only_where_admins_are_named(bridge: Bridge, verb: str) -> None:
    outcome, told = await do(bridge, verb, "1", channel="slack")
    assert (outcome, "only the admins" in told) == ("refused", True)
    bridge.folding.responses = rules(RULES + b"organisers: {admins: [U1]}\n")
    assert (await do(bridge, verb, "2", channel="slack"))[0] == "done"


async def test_top_ups_add_up_within_one_batch(bridge: Bridge) -> None:
    told = [Act("command", f"{n}", "operator", "pot_add", "10", NOON, member=True) for n in range(3)]
    await bridge.tell(*told)
    await bridge.fold()
    purse = await bridge.store.read(lambda connection: ledger.load(connection, NOON))
    assert purse.total == 3_330_000_000


TIGHT = b"""
languages: [fr]
hold: {min: 0s, max: 0s}
reply_once_per: 0s
pot: {total: 100, per_hour: 50, per_day: 60, per_sender: 0.20}
replies: [{id: any, say: {fr: Un mot.}}]
"""
_IDS = ReplyId("a"), EventId("a"), SenderId("a")
SAID = [Reply(*_IDS, "sms", "", "any", "fr", "Un mot.", 1, 76_300, NOON, NOON + DAY) for _ in range(2)]
SHARE = Why.SENDER_SPENT


@pytest.mark.parametrize(
    ("price", "after", "why"),
    [(76_300, 0, SHARE), (47_400, 0, None), (47_401, 0, SHARE), (0, 0, None), (76_300, 30 * DAY, None)],
)
def test_what_one_sender_may_cost_within_thirty_days(price: int, after: int, why: str | None) -> None:
    assert refusal_of_sender(SAID, price, NOON + after, rules(TIGHT)) == why


async def whys(bridge: Bridge) -> list[str]:
    query = select(decisions.c.why).order_by(decisions.c.decided_at)
    rows = await bridge.store.read(lambda connection: connection.execute(query))
    return [row.why for row in rows]


async def test_one_sender_cannot_have_the_whole_pot(store: Store) -> None:
    bridge = Bridge(store, TestClock(), TIGHT)
    for _ in range(4):
        await bridge.tell(message(at=bridge.clock()))
        await bridge.fold()
        bridge.clock.pass_(DAY)
    assert [why == SHARE for why in await whys(bridge)] == [False, False, True, True]
    bridge.clock.pass_(30 * DAY)
    await bridge.tell(message(at=bridge.clock()))
    await bridge.fold()
    assert (await whys(bridge))[-1] != SHARE


async def test_by_a_dearer_way_nobody_costs_more_than_their_share_either(store: Store) -> None:
    bridge = Bridge(store, TestClock(), TIGHT)
    for _ in range(2):
        await bridge.tell(message(at=bridge.clock()))
        await bridge.fold()
        bridge.clock.pass_(1)
    now, taken = bridge.clock(), Accepted("other-1")

    async def dear(_connection: AsyncConnection, _reply: Reply) -> int:
        return 120_000

    async def leave() -> list[Claimed]:
        return await store.transact(
            lambda found: claim(found, "telnyx", now, 10, rules(TIGHT), served=("sms",), cost=dear)
        )

    (first,) = await leave()
    await store.transact(lambda found: settle(found, first.reply.id, taken, now, now))
    assert first.reply.price == 120_000
    assert await leave() == []
    own = await store.transact(lambda found: claim(found, "sms", now + HOUR, 10, rules(TIGHT)))
    assert [one.reply.price for one in own] == [76_300]


async def test_a_free_handle_costs_a_sender_nothing(store: Store) -> None:
    bridge = Bridge(store, TestClock(), TIGHT)
    for _ in range(5):
        free = replace(message(address="42", at=bridge.clock()), channel="telegram", metered=False)
        await bridge.tell(free)
        await bridge.fold()
        bridge.clock.pass_(DAY)
    assert SHARE not in await whys(bridge)


async def crowd(bridge: Bridge, first: int, count: int) -> None:
    people = range(first, first + count)
    await bridge.tell(*(message(f"salut {n}", address=f"+3361234{n:04}", at=bridge.clock()) for n in people))
    await bridge.fold()


async def test_the_days_costs_are_what_was_charged(store: Store) -> None:
    bridge = Bridge(store, TestClock(), TIGHT)
    await crowd(bridge, 0, 1)
    bridge.clock.pass_(HOUR)
    now = bridge.clock()
    (claimed,) = await store.transact(lambda c: sending.claim(c, "sms", now, 8, rules(TIGHT)))
    taken = Accepted("SM1", 50_000)
    await store.transact(lambda c: sending.settle(c, claimed.reply.id, taken, now, now))
    day = await store.read(lambda c: cards.day_view(c, "2026-09-21", now - HOUR, now))
    assert (day.replied, day.outbound) == (1, 50_000)
