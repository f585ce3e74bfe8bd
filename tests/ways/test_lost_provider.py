"""A provider is lost in the middle of a raid: nobody is left out, nobody gets two, and the pot holds.

Real channels over HTTP against the stand-ins of all three, on both engines; only the clock is turned.
"""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import CALLS_AT_ONCE, HOUR, MINUTE, SECOND, Message, Progress, Receipt, Turn
from bridge.store.books import turns
from bridge.store.engine.store import Store
from bridge.store.engine.tables import delays, events, outbox
from bridge.ways import PATIENCE, WELL_FOR
from channels.standins.faults import Fault
from tests.support.events import NUMBER, message
from tests.support.raiding import PASTE, Scene, number, ordinary
from tests.support.ways import WAYS, Roads

PEOPLE = 30
UNHEARD = frozenset({"sent", "delivered"})
"""Statuses that nobody is told of."""
RAIDERS = range(500, 512)


@pytest.fixture
async def roads(store: Store) -> AsyncIterator[Roads]:
    """On either engine."""
    async with Roads(store).open() as roads:
        yield roads


@pytest.fixture
async def file(sqlite_url: str) -> AsyncIterator[Store]:
    opened = Store(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def paths(file: Store) -> AsyncIterator[Roads]:
    """In a file: what is the same on both engines is tried on one."""
    async with Roads(file).open() as roads:
        yield roads


def from_people(roads: Roads, people: range, channel: str = "sms", line: str = NUMBER) -> list[Message]:
    """Each writes a text of their own."""
    said = ordinary()
    return [
        Message(channel, f"{channel}{n}", line, number(n), said[n], roads.clock(), metered=True)
        for n in people
    ]


async def until_all_have_left(roads: Roads, minutes: int = 40) -> None:
    """Time passes until nothing is held, or in doubt, any more."""
    for _ in range(minutes):
        await roads.step(MINUTE)
        if not {"held", "sending", "in_doubt"} & {row.progress for row in await roads.rows()}:
            return


async def test_a_provider_dies_in_the_middle_of_a_raid(roads: Roads) -> None:
    people = {number(n) for n in range(PEOPLE)}
    await roads.bridge.tell(*from_people(roads, range(PEOPLE)))
    await roads.bridge.tell(*(message(PASTE, address=number(n), at=roads.clock()) for n in RAIDERS))
    await roads.bridge.fold()
    roads.clock.pass_(MINUTE)
    # Of the first eight, one is taken and nobody hears of it, and one is not taken and nobody hears of that
    # either. The next eight are still queued as the account is suspended.
    roads.twilio.faults.callbacks.drop = UNHEARD
    roads.twilio.faults.next(Fault.RESET_AFTER, Fault.RESET_BEFORE)
    await roads.send("sms")
    await roads.settled()
    roads.twilio.faults.callbacks.drop = frozenset()
    await _queued_before_it_was_suspended(roads)
    taken = {row.sender for row in await roads.rows() if row.progress == "in_doubt"}
    assert len(taken) == 2
    await until_all_have_left(roads)
    rows = await roads.rows()
    assert {row.progress for row in rows if row.progress != "cancelled"} <= {"sent", "delivered", "accepted"}
    got = roads.received()
    assert {one: got[one] for one in people} == dict.fromkeys(people, 1)
    assert max(got.values()) == 1
    assert not {number(n) for n in RAIDERS} & set(got)
    assert {row.way for row in rows if row.progress != "cancelled"} == {"", "telnyx"}
    assert len(roads.telnyx.sent) > PEOPLE // 3
    # What was taken unheard of was found where it was, and left there.
    lost = [row for row in rows if row.doubts]
    assert sorted((row.way, row.progress) for row in lost) == [("", "delivered"), ("telnyx", "delivered")]


async def _queued_before_it_was_suspended(roads: Roads) -> None:
    """One claim goes out while the account still takes, and is suspended before any of it has left."""
    roads.twilio.delay(0.2)
    await roads.send("sms")
    roads.twilio.account.status = "suspended"
    await roads.settled()


async def test_each_reply_that_left_another_way_is_in_the_journal_with_its_way_and_its_line(
    paths: Roads,
) -> None:
    paths.twilio.account.status = "suspended"
    await paths.bridge.tell(*from_people(paths, range(3)))
    await until_all_have_left(paths)
    sent = [one for one in await paths.deeds("send") if one["outcome"] == "Accepted"]
    assert {(one["way"], one["line"], one["price"]) for one in sent} == {("telnyx", "+33644000000", 90_000)}
    (turned,) = await paths.deeds("way")
    assert (turned["channel"], turned["left"], turned["way"]) == ("sms", "sms", "telnyx")
    assert turned["code"] == "account_inactive"
    assert {one.from_ for one in paths.telnyx.sent} == {"+33644000000"}


async def test_what_is_in_doubt_stays_where_it_is_for_as_long_as_nobody_knows(roads: Roads) -> None:
    roads.twilio.faults.callbacks.drop = UNHEARD
    roads.twilio.faults.next(Fault.RESET_AFTER)
    await roads.bridge.tell(*from_people(roads, range(2)))
    await roads.bridge.fold()
    roads.clock.pass_(MINUTE)
    await roads.send("sms")
    roads.twilio.account.status = "suspended"
    roads.twilio.account.token = "another, which nobody has told us"
    for _ in range(12):
        await roads.step(5 * MINUTE)
    doubted = [row for row in await roads.rows() if row.progress == "in_doubt"]
    assert [(row.way, row.doubts) for row in doubted] == [("", 1)]
    assert len(roads.telnyx.sent) == 0
    assert max(roads.received().values()) == 1


async def test_a_provider_that_fails_is_waited_for_five_minutes_and_comes_back_once_it_is_well(
    paths: Roads,
) -> None:
    await paths.bridge.tell(*from_people(paths, range(2)))
    await paths.bridge.fold()
    paths.twilio.faults.next(*[Fault.RATE_LIMITED] * 500)
    for _ in range(PATIENCE // MINUTE):
        await paths.step(MINUTE - SECOND)
    assert paths.telnyx.sent == []
    await until_all_have_left(paths, 10)
    assert len(paths.telnyx.sent) == 2
    paths.twilio.faults._queues.clear()
    for _ in range(WELL_FOR // MINUTE + 2):
        await paths.step(MINUTE)
    turned = [
        (one.left, one.way, one.code) for one in await paths.bridge.store.read(lambda c: turns.since(c, 0))
    ]
    assert turned == [("sms", "telnyx", "rate_limited"), ("telnyx", "sms", "")]
    await paths.bridge.tell(*from_people(paths, range(10, 12)))
    await until_all_have_left(paths, 5)
    assert len(paths.twilio.sent) == 2


async def test_it_is_known_after_a_restart_which_way_replies_take(paths: Roads) -> None:
    paths.twilio.account.status = "suspended"
    await paths.bridge.tell(*from_people(paths, range(2)))
    await until_all_have_left(paths)
    paths.restart()
    tried = len(paths.twilio.account.log.of("outbound-api"))
    await paths.bridge.tell(*from_people(paths, range(10, 12)))
    await until_all_have_left(paths, 5)
    assert len(paths.telnyx.sent) == 4
    assert len(paths.twilio.account.log.of("outbound-api")) == tried


async def test_where_the_second_way_is_lost_too_the_telephone_sends(paths: Roads) -> None:
    paths.twilio.account.status, paths.telnyx.account.blocked = "suspended", True
    await paths.bridge.tell(*from_people(paths, range(4)))
    await until_all_have_left(paths)
    assert [len(one) for one in (paths.twilio.sent, paths.telnyx.sent, paths.phone.sent)] == [0, 0, 4]
    assert max(paths.received().values()) == 1


async def test_what_the_second_way_costs_more_than_the_pot_has_waits(store: Store) -> None:
    """Four at 7.63 cents are there; at 9 cents it pays three."""
    small = WAYS.replace(b"total: 100, per_hour: 100, per_day: 100", b"total: 0.31").replace(
        b"ways: [sms, telnyx, gateway]", b"ways: [sms, telnyx]"
    )
    async with Roads(store, small).open() as roads:
        roads.twilio.account.status = "suspended"
        await roads.bridge.tell(*from_people(roads, range(4)))
        for _ in range(20):
            await roads.step(MINUTE)
        assert len(roads.telnyx.sent) == 3
        assert sorted(row.progress for row in await roads.rows()) == [*["delivered"] * 3, "held"]


async def test_whom_the_second_way_has_no_price_for_waits_and_keeps_nobody_waiting(file: Store) -> None:
    abroad = WAYS.replace(b"sms: {in: 0, out: {FR: 0.0763}}", b"sms: {in: 0, out: {FR: 0.0763, BE: 0.1}}")
    async with Roads(file, abroad.replace(b", gateway]", b"]")).open() as roads:
        roads.twilio.account.status = "suspended"
        belgians = [f"+32470{n:06d}" for n in range(CALLS_AT_ONCE + 2)]
        await roads.bridge.tell(*from_people(roads, range(2)))
        roads.clock.pass_(SECOND)
        await roads.bridge.tell(*(message(ordinary()[50 + n], address=one) for n, one in enumerate(belgians)))
        for _ in range(30):
            await roads.step(MINUTE)
        assert sorted(one.to for one in roads.telnyx.sent) == sorted(number(n) for n in range(2))
        assert {row.error for row in await roads.rows() if row.progress == "held"} == {"no_price"}
        roads.twilio.account.status = "active"
        for _ in range(40):
            await roads.step(MINUTE)
        assert sorted(roads.received()) == sorted([*belgians, number(0), number(1)])


async def test_while_the_team_keeps_sms_silent_nothing_leaves_another_way(paths: Roads) -> None:
    paths.twilio.account.status = "suspended"
    await paths.bridge.tell(*from_people(paths, range(2)))
    await Scene(paths.bridge).act("pause", "sms", length=2 * HOUR)
    for _ in range(30):
        await paths.step(MINUTE)
    assert paths.received() == {}
    await Scene(paths.bridge).act("resume", "sms")
    await until_all_have_left(paths)
    assert len(paths.telnyx.sent) == 2


async def test_one_person_is_one_person_on_every_number(paths: Roads) -> None:
    """One reply, and a STOP to one number is a STOP to all."""
    await paths.bridge.tell(*from_people(paths, range(2)))
    await paths.bridge.tell(*from_people(paths, range(2), "telnyx", "+33644000000"))
    await paths.bridge.fold()
    assert len(await paths.rows()) == 2
    stop = Message("telnyx", "stop", "+33644000000", number(0), "STOP", paths.clock(), metered=True)
    await paths.bridge.tell(stop)
    await until_all_have_left(paths)
    assert dict(paths.received()) == {number(1): 1}


async def test_whoever_writes_to_the_second_number_is_answered_from_it_at_its_price(paths: Roads) -> None:
    await paths.bridge.tell(*from_people(paths, range(1), "telnyx", "+33644000000"))
    await until_all_have_left(paths)
    (row,) = await paths.rows()
    assert (row.channel, row.way, row.price, row.progress) == ("telnyx", "", 90_000, "delivered")
    assert await paths.deeds("way") == []


async def test_receipts_of_the_second_way_are_of_the_reply(paths: Roads) -> None:
    paths.twilio.account.status = "suspended"
    (one,) = from_people(paths, range(1))
    paths.telnyx.faults.undeliverable[one.address] = 40001
    await paths.bridge.tell(one)
    await until_all_have_left(paths, 10)
    (row,) = await paths.rows()
    assert (row.way, row.progress, row.error) == ("telnyx", "failed", "landline")
    late = Receipt(
        "sms", "SM1:failed", "SM1", row.id, one.address, row.progress, paths.clock(), never_left=True
    )
    await paths.bridge.tell(late)
    await paths.bridge.fold()
    assert [(row.progress, row.way) for row in await paths.rows()] == [("failed", "telnyx")]


async def test_what_is_told_too_late_to_have_never_left_takes_the_other_way_at_once(paths: Roads) -> None:
    first, second = from_people(paths, range(2))
    paths.twilio.faults.callbacks.drop = UNHEARD
    await paths.bridge.tell(first)
    await paths.bridge.fold()
    paths.clock.pass_(MINUTE)
    await paths.send("sms")
    (row,) = await paths.rows()
    paths.twilio.account.status = "suspended"
    await paths.bridge.tell(second)
    await paths.step(MINUTE)
    await paths.step(MINUTE)
    assert [one["way"] for one in await paths.deeds("way")] == ["telnyx"]
    queued = Receipt(
        "sms",
        "SM1:failed",
        row.message_id,
        row.id,
        first.address,
        Progress.FAILED,
        paths.clock(),
        never_left=True,
    )
    await paths.bridge.tell(queued)
    await paths.step(MINUTE)
    await paths.step(MINUTE)
    assert sorted(one.to for one in paths.telnyx.sent) == sorted([first.address, second.address])


async def test_what_the_team_holds_back_is_not_hastened(paths: Roads) -> None:
    paths.twilio.account.status = "suspended"
    await paths.bridge.tell(*from_people(paths, range(1)))
    await paths.bridge.fold()
    paths.clock.pass_(MINUTE)
    await paths.send("sms")
    later = paths.clock() + 8 * MINUTE

    async def hold_back(connection: AsyncConnection) -> None:
        act = select(func.max(events.c.id)).scalar_subquery()
        reply = select(outbox.c.id).scalar_subquery()
        told = {"due_at": later, "until": later, "at": paths.clock()}
        await connection.execute(delays.insert().values(act=act, reply=reply, **told))
        await connection.execute(update(outbox).values(due_at=later))

    await paths.bridge.store.transact(hold_back)
    for _ in range(7):
        await paths.step(MINUTE)
    assert (len(await paths.deeds("way")), paths.telnyx.sent) == (1, [])
    await until_all_have_left(paths, 5)
    assert len(paths.telnyx.sent) == 1


async def test_what_rests_for_the_night_is_not_hastened(file: Store) -> None:
    night = WAYS + b"quiet: {from: 12h, to: 20h, zone: Europe/Paris}\n"
    async with Roads(file, night).open() as roads:
        await roads.bridge.tell(*from_people(roads, range(1)))
        await roads.bridge.fold()
        (row,) = await roads.rows()
        assert row.due_at > roads.clock() + HOUR
        told = Turn("sms", "telnyx", "sms", roads.clock(), "account", roads.clock())

        async def come_back(connection: AsyncConnection) -> None:
            await turns.add(connection, told, None)
            await connection.execute(update(outbox).values(attempts=1, unsent="SM1"))

        await roads.bridge.store.transact(come_back)
        await roads.rerouting.turn()
        assert [one.due_at for one in await roads.rows()] == [row.due_at]
