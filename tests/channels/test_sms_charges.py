"""What replies turned out to cost, read from the provider's log: once known, in euros, under its own id."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bridge.model import SECOND, Outgoing, Progress, Receipt, ReplyId
from bridge.ports import Accepted
from channels.sms import Sms
from channels.standins.faults import Fault
from channels.standins.twilio import TwilioStandIn
from channels.standins.twilio.faults import ChargeFaults, Operation
from channels.twilio.codes import OPTED_OUT
from rempart.testing import NOW, Journal
from tests.channels.twilio_calls import SENDER, sms

REPLY = Outgoing(ReplyId("0123456789abcdef" * 2), SENDER, "+33639980000", "Non, c'est non.")
PRESENT = datetime.fromtimestamp(NOW / SECOND, UTC)


class World:
    """A reply that was sent an hour ago."""

    def __init__(self, standin: TwilioStandIn, channel: Sms) -> None:
        self.standin, self.channel = standin, channel

    async def charges(self) -> list[Receipt]:
        """What one look tells of costs."""
        self.channel.looks.next_look = 0.0
        told = (await self.channel.poll(str(NOW))).happenings
        return [one for one in told if isinstance(one, Receipt) and one.cost is not None]


@pytest.fixture
async def standin() -> AsyncIterator[TwilioStandIn]:
    standin = TwilioStandIn(callback_delay=0, now=lambda: PRESENT)
    yield standin
    await standin.close()


@pytest.fixture
async def world(standin: TwilioStandIn) -> AsyncIterator[World]:
    environment = await standin.start("http://127.0.0.1:1")
    channel = sms(Journal(), **environment)
    await channel.open()
    yield World(standin, channel)
    await channel.close()


async def sent(world: World, ago: timedelta = timedelta(hours=1)) -> str:
    assert isinstance(await world.channel.send(REPLY), Accepted)
    await world.standin.settled()
    (record,) = world.standin.sent
    record.created = record.sent = PRESENT - ago
    return record.sid


async def test_a_price_is_told_under_an_id_of_its_own(world: World) -> None:
    sid = await sent(world)
    (charge,) = await world.charges()
    assert (charge.provider_id, charge.message_id, charge.cost) == (f"{sid}:price", sid, 76_300)
    assert (charge.progress, charge.address, charge.reply) == (Progress.DELIVERED, SENDER, None)


async def test_until_the_provider_knows_it_tells_nothing(world: World) -> None:
    world.standin.faults.charges = ChargeFaults(never=True)
    await sent(world)
    assert await world.charges() == []


async def test_a_price_that_comes_hours_later_is_found_by_the_hourly_look(world: World) -> None:
    world.standin.faults.charges = ChargeFaults(never=True)
    await sent(world)
    await world.charges()
    world.standin.sent[0].price = Decimal("0.05")
    assert await world.charges() == []
    world.channel.looks.next_review = 0.0
    assert [charge.cost for charge in await world.charges()] == [50_000]


async def test_what_is_charged_in_another_currency_is_not_told(world: World) -> None:
    world.standin.account.currency = "USD"
    await sent(world)
    assert await world.charges() == []


async def test_a_message_that_failed_may_cost_nothing(world: World) -> None:
    world.standin.faults.charges = ChargeFaults(other=Decimal(0))
    world.standin.faults.undeliverable[SENDER] = 30003
    await sent(world)
    (charge,) = await world.charges()
    assert (charge.progress, charge.cost) == (Progress.FAILED, 0)


@pytest.mark.parametrize(("seconds", "told"), [(0, 0), (30, 0), (59, 0), (60, 1), (300, 1)])
async def test_a_reply_whose_call_may_still_run_waits_for_a_later_look(
    world: World, seconds: int, told: int
) -> None:
    await sent(world, timedelta(seconds=seconds))
    assert len({charge.provider_id for charge in await world.charges()}) == told


async def test_a_reply_in_doubt_is_found_with_its_price(world: World) -> None:
    sid = await sent(world)
    assert await world.channel.find(REPLY, NOW - 2 * 3600 * SECOND) == Accepted(
        sid, 76_300, Progress.DELIVERED
    )


async def test_costs_that_cannot_be_looked_for_keep_nothing_back_and_are_looked_for_again(
    world: World,
) -> None:
    await sent(world)
    world.standin.faults.next(Fault.ERROR_500_BEFORE, on=Operation.LIST)
    assert await world.channel.looks._late_news(NOW) == ()
    told = await world.channel.looks._late_news(NOW)
    assert [one.cost for one in told if isinstance(one, Receipt)] == [None, 76_300]


LATE = [
    ("delivered", None, (Progress.DELIVERED, None, False)),
    ("undelivered", 30003, (Progress.FAILED, "handset_unreachable", False)),
    ("failed", 30002, (Progress.FAILED, "account_suspended", True)),
]


@pytest.mark.parametrize("currency", ["EUR", "USD"])
@pytest.mark.parametrize(("status", "code", "fate"), LATE)
async def test_what_became_of_a_reply_hours_later_is_found_though_nobody_was_called(
    world: World, currency: str, status: str, code: int | None, fate: tuple[Progress, str | None, bool]
) -> None:
    """A telephone was off, or the account ran dry with the reply in its queue."""
    world.standin.account.currency = currency
    sid = await sent(world, timedelta(hours=20))
    await world.charges()
    (record,) = world.standin.sent
    record.status, record.error_code = status, code
    record.sent = None if status == "failed" else record.sent  # what never left was not sent at any time
    world.channel.looks.next_look = world.channel.looks.next_review = 0.0
    told = (await world.channel.poll(str(NOW))).happenings
    (news,) = [one for one in told if isinstance(one, Receipt) and one.cost is None]
    assert (news.provider_id, (news.progress, news.error, news.never_left)) == (f"{sid}:{status}", fate)


async def test_of_what_was_sent_days_ago_nothing_is_told_any_more(world: World) -> None:
    await sent(world, timedelta(hours=47))
    assert len(await world.charges()) == 1
    world.standin.sent[0].created -= timedelta(hours=2)
    world.channel.looks.next_review = 0.0
    assert await world.charges() == []


async def test_what_is_told_later_and_what_it_cost_say_of_no_opt_out(world: World) -> None:
    """Whoever refused it may have let us write since: the receipt that came at once says so."""
    await sent(world)
    record = world.standin.sent[0]
    record.status, record.error_code = "failed", OPTED_OUT
    for ago in (timedelta(minutes=5), timedelta(hours=1)):
        record.created = record.sent = PRESENT - ago
        world.channel.looks.next_look = world.channel.looks.next_review = 0.0
        told = [one for one in (await world.channel.poll(str(NOW))).happenings if isinstance(one, Receipt)]
        assert {one.provider_id.partition(":")[2]: one.opted_out for one in told} == {
            "failed": ago < timedelta(minutes=10),
            "price": False,
        }


async def test_of_a_number_that_is_hidden_only_what_it_cost_is_told_later(world: World) -> None:
    await sent(world)
    world.standin.sent[0].shown = {"to": "+3361234XXXX"}
    told = (await world.channel.poll(str(NOW))).happenings
    assert [one.cost for one in told if isinstance(one, Receipt)] == [76_300]
