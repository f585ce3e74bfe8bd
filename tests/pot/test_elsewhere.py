"""A reply that only the provider remembers, as after an older copy was restored, costs what it costs."""

import pytest

from bridge.model import Progress, ReplyId
from bridge.noun import replace
from bridge.prices import DEAREST
from bridge.store.engine.store import Store
from bridge.store.looks.overview import overview
from tests.loops.sending import replies
from tests.support.clock import TestClock
from tests.support.events import Bridge, message, receipt

PRICE = 76_300
LONG = b"""
languages: [fr]
prices: {sms: {in: 0.0075, out: {FR: 0.0763}}}
replies:
  - id: first
    when: {first: true}
    say: {fr: ["Un mot.", "%s"]}
""" % (b"Un mot, et encore un autre. " * 10)
"""Of the wordings the longest takes two segments."""


async def spent(bridge: Bridge) -> int:
    return (await bridge.store.read(lambda connection: overview(connection, bridge.clock()))).spent


async def told(store: Store, cost: int | None, channel: str = "sms") -> int:
    """What is spent once the provider tells of a reply that we know nothing of."""
    bridge = Bridge(store, TestClock(), LONG)
    await bridge.tell(message())
    await bridge.fold()
    await bridge.tell(replace(receipt("SM1", Progress.DELIVERED), channel=channel, cost=cost))
    await bridge.fold()
    return await spent(bridge)


@pytest.mark.parametrize(
    ("cost", "channel", "booked"),
    [
        pytest.param(None, "sms", 2 * PRICE, id="charged in other money: as the longest wording"),
        pytest.param(50_000, "sms", 50_000, id="a provider that says what it charged"),
        pytest.param(0, "sms", 0, id="nothing"),
        pytest.param(-1, "sms", 2 * PRICE, id="less than nothing"),
        pytest.param(2 * DEAREST + 1, "sms", 2 * PRICE, id="more than two segments can cost"),
        pytest.param(None, "telegram", 0, id="a channel that charges nothing"),
    ],
)
async def test_what_was_answered_elsewhere_is_booked(
    store: Store, cost: int | None, channel: str, booked: int
) -> None:
    assert await told(store, cost, channel) == booked


async def test_what_is_charged_stands_in_its_place_once_it_is_told(store: Store) -> None:
    bridge = Bridge(store, TestClock(), LONG)
    await bridge.tell(message())
    for n, cost in enumerate((None, 40_000, 40_000)):
        one = replace(receipt("SM1", Progress.DELIVERED), provider_id=f"SM1:{n}", cost=cost)
        await bridge.tell(one)
        await bridge.fold()
    assert await spent(bridge) == 40_000


@pytest.mark.parametrize(
    "reply", [None, ReplyId("f" * 32)], ids=["the log", "a callback, which names the reply"]
)
@pytest.mark.parametrize("first", ["receipt", "message"])
async def test_whoever_tells_first_of_a_reply_that_we_do_not_know_it_is_not_sent_again(
    store: Store, reply: ReplyId | None, first: str
) -> None:
    """The log repeats what a callback told, under the same id: that is no news any more."""
    bridge = Bridge(store, TestClock(), LONG)
    delivered, written = receipt("SM1", Progress.DELIVERED, reply=reply), message()
    in_order = (delivered, written) if first == "receipt" else (written, delivered)
    for one in (*in_order, replace(delivered, reply=None)):
        await bridge.tell(one)
        await bridge.fold()
    rows = await replies(bridge)
    assert {row.message_id for row in rows if row.progress == Progress.DELIVERED} == {"SM1"}
    assert not [row for row in rows if row.progress == Progress.HELD]


@pytest.mark.parametrize("first", ["receipt", "message"])
async def test_what_a_provider_says_by_itself_is_paid_for_and_answers_nobody(
    store: Store, first: str
) -> None:
    """Twilio answers HELP, INFO and START: whoever wrote one of them still gets what we have to say."""
    bridge = Bridge(store, TestClock(), LONG)
    said = replace(receipt("SM1", Progress.DELIVERED), by_itself=True)
    charged = replace(said, provider_id="SM1:price", cost=50_000)
    in_order = (said, message("info")) if first == "receipt" else (message("info"), said)
    for one in (*in_order, charged):
        await bridge.tell(one)
        await bridge.fold()
    assert [row.progress for row in await replies(bridge)].count(Progress.HELD) == 1
    assert await spent(bridge) == 50_000
