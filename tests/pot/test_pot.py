"""The pot cannot be drained: spent and reserved never pass what is allowed, whatever happens."""

import asyncio
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.effects import Cancel
from bridge.model import BY_STOP, DAY, DOUBTFUL, HOUR, IN_FLIGHT, MINUTE, RANK_STEP, Act, Progress, ReplyId
from bridge.noun import replace
from bridge.ports import Accepted, InDoubt, NotProcessed, Outcome, Refused
from bridge.pot import DAYS_SHARE, LEAST_DAY, Pace, Purse, day_top, hour_top, left, payable, refusal, runway
from bridge.reasons import Why
from bridge.service.board import Board
from bridge.store.books import ledger, sending
from bridge.store.engine.store import Store
from bridge.store.engine.tables import outbox as rows
from bridge.store.looks.overview import overview
from tests.support import sqlite
from tests.support.books import apply
from tests.support.clock import NOON, TestClock
from tests.support.events import Bridge, message, receipt, rules
from tests.support.examples import examples

PRICE = 76_300
SMALL = b"""
languages: [fr]
hold: {min: 0s, max: 30m}
pot: {total: 1, per_hour: 0.50, per_day: 0.80, inbound_reserve: 20%}
replies:
  - id: any
    say: {fr: Un mot.}
"""

CASES = [
    (Purse(), 0, 500_000, None),
    (Purse(spent=10**12), 0, 0, Why.POT_SPENT),
    (Purse(spent=700_000, reserved=100_000), 0, 0, Why.POT_SPENT),
    (Purse(spent=700_000, reserved=23_700), 0, PRICE, None),
    (Purse(inbound=950_000), 0, 50_000, Why.POT_SPENT),
    (Purse(spent=100_000, last_hour=423_700), 0, PRICE, None),
    (Purse(spent=100_000, last_hour=423_701), 0, PRICE - 1, None),
    (Purse(spent=100_000, last_day=723_701), 0, PRICE - 1, None),
    (Purse(spent=900_000, total=10_000_000), 0, 500_000, None),
    (Purse(), DOUBTFUL - RANK_STEP, 500_000, None),
    (Purse(), DOUBTFUL, 100_000, None),
    (Purse(doubtful=23_700), DOUBTFUL, PRICE, None),
    (Purse(doubtful=100_000), DOUBTFUL, 0, None),
]
"""Where the money stands, the rank of a reply; what a reply may cost now, and whether there is none
at all."""


@pytest.mark.parametrize(("purse", "rank", "most", "why"), CASES)
def test_what_can_be_paid_now_and_what_can_never_be(
    purse: Purse, rank: int, most: int, why: str | None
) -> None:
    assert payable(purse, rules(SMALL), rank) == most
    assert refusal(purse, PRICE, rules(SMALL)) == why
    assert refusal(purse, 0, rules(SMALL)) is None


PACES = [
    ("total: 3300, last_for: 30d", Purse(), (176_000_000, 1_056_000_000)),
    ("total: 3300", Purse(), (176_000_000, 1_056_000_000)),
    ("total: 3300, last_for: 60d", Purse(), (88_000_000, 528_000_000)),
    ("total: 3300, last_for: 30d", Purse(spent=1_320_000_000), (88_000_000, 528_000_000)),
    (
        "total: 3300, last_for: 30d",
        Purse(spent=1_320_000_000, last_hour=60_000_000, last_day=1_000_000_000),
        (92_000_000, 928_000_000),
    ),
    ("total: 3300, last_for: 1d", Purse(), (2_640_000_000, 2_640_000_000)),
    ("total: 3300, per_hour: 30, per_day: 150", Purse(), (30_000_000, 150_000_000)),
    ("total: 3300, per_hour: 500", Purse(), (500_000_000, 1_056_000_000)),
    ("total: 3300, last_for: 30d, per_hour: 500, per_day: 150", Purse(), (176_000_000, 150_000_000)),
    ("total: 20, last_for: 30d", Purse(), (1_066_666, 6_400_000)),
    ("total: 5, last_for: 1y", Purse(), (1_000_000, 5_000_000)),
]
"""What the rules say of the pot, where the money stands; what an hour and a day may cost."""


@pytest.mark.parametrize(("written", "purse", "tops"), PACES)
def test_what_an_hour_and_a_day_may_cost_follows_from_what_is_left(
    written: str, purse: Purse, tops: tuple[int, int]
) -> None:
    pot = SMALL.replace(b"total: 1, per_hour: 0.50, per_day: 0.80", written.encode())
    assert (hour_top(purse, rules(pot)), day_top(purse, rules(pot))) == tops


@pytest.mark.parametrize(("raid", "most"), [(True, 916_666), (False, 2_444_444)])
def test_the_doubtful_get_more_once_no_raid_is_on(raid: bool, most: int) -> None:
    pot = SMALL.replace(b"total: 1, per_hour: 0.50, per_day: 0.80", b"total: 3300, last_for: 30d")
    assert payable(Purse(raid=raid), rules(pot), DOUBTFUL) == most


@given(
    spent=st.integers(0, 10**10),
    last_day=st.integers(0, 10**10),
    share=st.floats(0, 1),
    days=st.integers(13, 400),
)
def test_no_day_takes_more_than_half_of_what_was_left_when_it_began(
    spent: int, last_day: int, share: float, days: int
) -> None:
    pot = rules(SMALL.replace(b"total: 1, per_hour: 0.50, per_day: 0.80", f"last_for: {days}d".encode()))
    purse = Purse(spent=spent, last_day=min(spent, last_day), last_hour=int(min(spent, last_day) * share))
    began = left(purse, pot) + purse.last_day
    paid = purse.last_day + payable(purse, pot)
    assert payable(purse, pot) == 0 or paid <= max(LEAST_DAY, began * DAYS_SHARE // 13)


@pytest.fixture
def bridge(store: Store) -> Bridge:
    return Bridge(store, TestClock(), SMALL)


async def money(bridge: Bridge) -> tuple[int, int]:
    seen = await bridge.store.read(lambda connection: overview(connection, bridge.clock()))
    return seen.spent, seen.reserved


async def crowd(bridge: Bridge, count: int, first: int = 0) -> None:
    await bridge.tell(
        *(message(address=f"+3361234{n:04}", at=bridge.clock()) for n in range(first, first + count))
    )
    await bridge.fold()


async def handed_over(bridge: Bridge) -> list[sending.Claimed]:
    """Everything that the pot pays for now, handed over to the provider."""
    gone: list[sending.Claimed] = []
    while more := await bridge.store.transact(
        lambda c: sending.claim(c, "sms", bridge.clock(), 8, bridge.folding.responses)
    ):
        gone += more
    return gone


async def test_a_crowd_is_answered_up_to_the_hours_share_and_the_rest_waits_its_turn(bridge: Bridge) -> None:
    await crowd(bridge, 10)
    assert await money(bridge) == (0, 0)
    left = []
    for _ in range(4):
        bridge.clock.pass_(HOUR)
        left.append(len(await handed_over(bridge)))
    assert left == [6, 4, 0, 0]


async def test_what_waits_is_counted_with_what_it_would_cost(bridge: Bridge) -> None:
    await crowd(bridge, 10)
    bridge.clock.pass_(HOUR)
    await handed_over(bridge)
    seen = await bridge.store.read(lambda connection: overview(connection, bridge.clock()))
    assert seen.waiting is not None
    assert (seen.waiting.replies, seen.waiting.cost) == (4, 4 * PRICE)


async def test_the_team_is_told_who_waits_for_money(bridge: Bridge) -> None:
    await crowd(bridge, 10)
    bridge.clock.pass_(HOUR)
    await handed_over(bridge)
    board = Board(bridge.store, bridge.clock, lambda: bridge.folding.responses, dict)
    (day,) = [card for card in await board.cards() if card.key.startswith("day:")]
    notes = [note.text for note in day.notes if note.key.startswith("short:")]
    assert len(notes) == 1
    assert notes[0].startswith("What an hour or a day may cost is spent. Waiting for their turn: 4 people")
    assert ("Waiting for their turn", "4 replies, €0.31") in [(fact.label, fact.value) for fact in day.facts]


async def test_the_least_doubtful_go_first_and_of_equals_the_newest(bridge: Bridge) -> None:
    await crowd(bridge, 9)
    ranks = [0, 300, 50, 0, DOUBTFUL, 0, 900, 50, DOUBTFUL]

    async def cast(connection: AsyncConnection) -> None:
        ids = await connection.scalars(select(rows.c.id).order_by(rows.c.due_at))
        for id_, rank in zip(ids.all(), ranks, strict=True):
            await connection.execute(rows.update().where(rows.c.id == id_).values(rank=rank))

    await bridge.store.transact(cast)
    bridge.clock.pass_(HOUR)
    first = await handed_over(bridge)
    assert [one.reply.rank for one in first] == [0, 0, 0, 50, 50, 300]
    due = [one.reply.due_at for one in first]
    assert due[0] > due[1] > due[2]
    assert due[3] > due[4]
    bridge.clock.pass_(HOUR)
    assert [one.reply.rank for one in await handed_over(bridge)] == [900, DOUBTFUL]


async def test_days_pass_and_the_total_holds(bridge: Bridge) -> None:
    for day in range(5):
        bridge.clock.now = NOON + day * 2 * DAY
        await crowd(bridge, 20, first=100 * day)
        for _ in range(6):
            bridge.clock.pass_(HOUR)
            await handed_over(bridge)
    spent, reserved = await money(bridge)
    assert spent + reserved <= 800_000
    assert spent + reserved > 700_000


async def test_what_is_withdrawn_or_refused_gives_its_money_back(bridge: Bridge) -> None:
    await crowd(bridge, 3)
    bridge.clock.pass_(HOUR)
    first, second, third = await bridge.store.transact(
        lambda c: sending.claim(c, "sms", bridge.clock(), 8, bridge.folding.responses)
    )
    for claimed, outcome in (
        (first, Refused("bad_number")),
        (second, Accepted("SM1")),
        (third, InDoubt("timeout")),
    ):
        await settle(bridge, claimed.reply.id, outcome)
    assert await money(bridge) == (PRICE, PRICE)
    await settle(bridge, third.reply.id, NotProcessed("no_trace"))
    await bridge.store.transact(lambda c: apply(c, [Cancel(third.reply.sender, BY_STOP)], bridge.clock()))
    assert await money(bridge) == (PRICE, 0)


async def settle(bridge: Bridge, reply: object, outcome: Outcome) -> None:
    now = bridge.clock()
    await bridge.store.transact(lambda c: sending.settle(c, reply, outcome, now, now))  # type: ignore[arg-type]


async def test_the_pot_can_be_set_by_the_operator_and_by_nobody_in_the_room(bridge: Bridge) -> None:
    for channel, total in (("slack", 3300), ("command", 5)):
        await bridge.tell(Act(channel, f"{channel} {total}", "U1", "pot", str(total), NOON, member=True))
    await bridge.fold()
    purse = await bridge.store.read(lambda connection: ledger.load(connection, NOON))
    assert purse.total == 5_000_000


async def test_a_free_handle_answers_when_the_pot_is_spent(bridge: Bridge) -> None:
    await crowd(bridge, 30)
    free = replace(message(address="42"), channel="telegram", metered=False)
    await bridge.tell(free)
    await bridge.fold()

    async def work(connection: AsyncConnection) -> int:
        return await connection.scalar(select(func.count()).where(rows.c.channel == "telegram")) or 0

    assert await bridge.store.read(work) == 1


async def test_each_step_of_warn_at_is_noted_once_and_anew_after_a_top_up(bridge: Bridge) -> None:
    async def warned() -> list[int]:
        return await bridge.store.read(lambda connection: ledger.warned(connection, 0))

    bridge.clock.now = NOON
    for day in range(4):
        bridge.clock.now = NOON + day * 2 * DAY
        await crowd(bridge, 10, first=100 * day)
        bridge.clock.pass_(HOUR)
        await handed_over(bridge)
        await crowd(bridge, 1, first=100 * day + 50)
    assert await warned() == [50, 80, 95]
    await bridge.tell(Act("command", "more", "operator", "pot", "1.5", NOON, member=True))
    await bridge.fold()
    assert await warned() == [50]


RUNWAYS = [
    (Purse(spent=400_000), Pace(replies=200_000), 2 * HOUR),
    (Purse(spent=400_000), Pace(), None),
    (Purse(spent=2_000_000), Pace(replies=1), 0),
    # Forty cents for replies beside twenty of the reserve: the reserve lasts for longer.
    (Purse(spent=400_000), Pace(replies=200_000, receiving=100_000), 2 * HOUR),
    # It is gone in half an hour, and then both are paid from one purse: sixty cents at eighty an hour.
    (Purse(spent=400_000), Pace(replies=400_000, receiving=400_000), 45 * MINUTE),
    (Purse(spent=400_000), Pace(receiving=600_000), HOUR),
    # An opened day's pace counts like any other, though no limit does.
    (Purse(spent=400_000, opened_until=1), Pace(replies=400_000), HOUR),
]


@pytest.mark.parametrize(("purse", "pace", "lasts"), RUNWAYS)
def test_the_runway_is_how_long_replies_can_be_paid_at_the_pace_of_the_last_hour(
    purse: Purse, pace: Pace, lasts: int | None
) -> None:
    assert runway(purse, rules(SMALL), pace) == lasts


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("message"), st.integers(0, 30)),
        st.tuples(st.just("stop"), st.integers(0, 30)),
        st.tuples(st.just("wait"), st.integers(1, 3 * DAY)),
        st.tuples(st.just("claim"), st.integers(1, 8)),
        st.tuples(st.just("outcome"), st.integers(0, 3)),
        st.tuples(st.just("receipt"), st.integers(0, 2)),
        st.tuples(st.just("expire"), st.just(0)),
        st.tuples(st.just("restart"), st.just(0)),
        st.tuples(st.just("set"), st.integers(0, 3)),
        st.tuples(st.just("add"), st.integers(0, 3)),
        st.tuples(st.just("correct"), st.integers(-3, 3)),
        st.tuples(st.just("charge"), st.integers(0, 3)),
        st.tuples(st.sampled_from(("open_day", "close_day")), st.just(0)),
    ),
    max_size=40,
)
CHARGES = (0, 50_000, PRICE, 90_000)
OUTCOMES: list[Outcome] = [Accepted("SM"), Refused("no"), NotProcessed("later"), InDoubt("timeout")]


class World:
    """A bridge to which anything may happen in any order."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge, self.serial, self.allowed = bridge, 0, 800_000
        self.flying: list[sending.Claimed] = []
        self.taken: list[tuple[str, ReplyId]] = []
        self.corrected = self.raised = self.dearer = 0
        self.total = 1_000_000

    async def happen(self, what: str, how: int) -> None:  # noqa: C901 - a table of what may happen
        clock, store = self.bridge.clock, self.bridge.store
        self.serial += 1
        match what:
            case "message" | "stop":
                text = "salut" if what == "message" else "STOP"
                await self.bridge.tell(message(text, address=f"+336123400{how:02}", at=clock()))
                await self.bridge.fold()
            case "wait":
                clock.pass_(how)
            case "claim":
                self.flying += await store.transact(
                    lambda c: sending.claim(c, "sms", clock(), how, rules(SMALL))
                )
            case "outcome" if self.flying:
                await self._settle(self.flying.pop(), OUTCOMES[how])
            case "receipt" if self.flying or self.taken:
                progress = (Progress.SENT, Progress.DELIVERED, Progress.FAILED)[how]
                sid, reply = self.taken[-1] if self.taken else (f"SM{self.serial}", self.flying[0].reply.id)
                await self.bridge.tell(receipt(sid, progress, reply=reply))
                await self.bridge.fold()
            case "expire":
                await store.transact(lambda c: sending.expire(c, clock()))
            case "restart":
                self.bridge, self.flying = Bridge(store, clock, SMALL), []
                await store.transact(lambda c: sending.doubt(c, clock(), clock()))
            case "charge" if self.taken:
                await self._charge(*self.taken.pop(), CHARGES[how])
            case "set":
                self.total = how * 1_000_000
                await self._act("pot", str(how))
            case "add" if how:
                self.total += how * 1_000_000
                await self._act("pot_add", str(how))
            case "open_day" | "close_day":
                await self._act(what, "")
            case "correct" if how:
                before, _ = await money(self.bridge)
                await self._act("pot_correct", str(Decimal(how) / 10))
                moved = (await money(self.bridge))[0] - before
                self.corrected, self.raised = self.corrected + moved, self.raised + max(0, moved)
        self.allowed = max(self.allowed, self.total * 4 // 5)

    async def _act(self, verb: str, amount: str) -> None:
        now, serial = self.bridge.clock(), f"{verb} {self.serial}"
        await self.bridge.tell(Act("command", serial, "operator", verb, amount, now, member=True))
        await self.bridge.fold()

    async def _charge(self, sid: str, reply: ReplyId, cost: int) -> None:
        """Told twice, as receipts are; told again later, it is no news either."""
        told = replace(receipt(sid, Progress.DELIVERED, reply=reply), provider_id=f"{sid}:price", cost=cost)
        self.dearer += max(0, cost - PRICE)
        await self.bridge.tell(told, replace(told, provider_id=f"{sid}:price again", cost=cost + 1))
        await self.bridge.tell(told)
        await self.bridge.fold()

    async def _settle(self, claimed: sending.Claimed, outcome: Outcome) -> None:
        named = Accepted(f"SM{self.serial}") if isinstance(outcome, Accepted) else outcome
        if isinstance(named, Accepted):
            self.taken.append((named.message_id, claimed.reply.id))
        await settle(self.bridge, claimed.reply.id, named)

    async def check(self) -> None:
        spent, reserved = await money(self.bridge)
        # Only what the provider charged beyond the worst case, and what was booked by hand, may pass it.
        assert spent + reserved <= self.allowed + self.dearer + self.raised
        counted, held = await self.bridge.store.read(self._counted)
        assert reserved == held
        # A settlement gives back no more than a correction has left: then the books stand above the rows.
        assert spent == counted + self.corrected or (spent >= 0 > self.corrected)

    async def _counted(self, connection: AsyncConnection) -> tuple[int, int]:
        """The same money, counted from the rows."""
        held = select(func.sum(rows.c.price)).where(rows.c.progress.in_(IN_FLIGHT))
        taken = select(func.sum(ledger.BOOKED)).where(
            rows.c.progress.not_in(IN_FLIGHT), rows.c.message_id.is_not(None)
        )
        return int(await connection.scalar(taken) or 0), int(await connection.scalar(held) or 0)


@given(STEPS)
@settings(max_examples=examples(25))
def test_whatever_happens_the_books_balance_and_the_limit_holds(steps: list[tuple[str, int]]) -> None:
    async def live() -> None:
        with tempfile.TemporaryDirectory() as folder:
            store = Store(sqlite.migrated(Path(folder) / "rempart.db"))
            world = World(Bridge(store, TestClock(), SMALL))
            for what, how in steps:
                await world.happen(what, how)
                await world.check()
            await store.close()

    asyncio.run(live())
