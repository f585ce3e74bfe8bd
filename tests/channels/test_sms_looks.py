"""What the provider's log brings, whatever our own clock says: it dates what it lists by its own."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bridge.checkup import State
from bridge.model import DAY, SECOND, Happening, Message, Receipt
from bridge.ports import Unreachable
from channels.sms import Sms
from channels.standins.faults import Fault
from channels.standins.twilio import TwilioStandIn
from channels.standins.twilio.faults import Operation
from channels.standins.twilio.messages import INBOUND, OUTBOUND, Record
from channels.twilio import bounded
from channels.twilio.codes import OPTED_OUT
from rempart.testing import NOW, Journal
from tests.channels.services import Canned
from tests.channels.test_sms_doubts import oldest_first
from tests.channels.test_sms_sending import answer
from tests.channels.twilio_calls import NUMBER, SENDER, sms

PRESENT = datetime.fromtimestamp(NOW / SECOND, UTC)

Shown = Mapping[str, object]
_TRUE: Shown = {}


class World:
    """A channel whose clock says `NOW`, and a provider whose clock says something else."""

    def __init__(self, off: timedelta) -> None:
        self.now = PRESENT + off
        self.standin = TwilioStandIn(NUMBER, callback_delay=0, now=lambda: self.now)
        self.cursor: str | None = None

    async def open(self) -> None:
        self.channel: Sms = sms(Journal(), None, **await self.standin.start("http://127.0.0.1:1"))
        await self.channel.open()

    async def close(self) -> None:
        await self.channel.close()
        await self.standin.close()

    def written(self, text: str, to: str = NUMBER, shown: Shown = _TRUE) -> None:
        """Somebody writes, and nobody is called; the log has `shown` in place of what is true."""
        record = Record(INBOUND, SENDER, to, text, "received", created=self.now, sent=self.now)
        record.shown = dict(shown)
        self.standin.account.log.add(record)

    def replied(self, status: str, code: int | None = None, shown: Shown = _TRUE) -> None:
        """We wrote to them, or tried to; `shown` in place of what is true."""
        record = Record(OUTBOUND, NUMBER, SENDER, "Un mot.", status, created=self.now, sent=self.now)
        record.error_code, record.shown = code, dict(shown)
        self.standin.account.log.add(record)

    async def heard(self) -> list[Message]:
        """What one look brings of what was written."""
        return [one for one in await self.told() if isinstance(one, Message)]

    async def told(self) -> Sequence[Happening]:
        """All that one look brings."""
        self.channel.looks.next_look = 0.0
        polled = await self.channel.poll(self.cursor)
        self.cursor = polled.cursor
        return polled.happenings


@pytest.fixture
async def world(off: timedelta) -> AsyncIterator[World]:
    world = World(off)
    await world.open()
    yield world
    await world.close()


OFF = [
    timedelta(0),
    timedelta(minutes=-1),
    timedelta(minutes=5),
    timedelta(hours=-1),
    timedelta(hours=1),
    timedelta(days=-3),
    timedelta(days=3),
]


@pytest.mark.parametrize("off", OFF, ids=str)
async def test_what_comes_between_two_looks_is_heard(world: World) -> None:
    await world.heard()
    for text in ("a", "b"):
        world.now += timedelta(seconds=30)
        world.written(text)
        assert text in {one.text for one in await world.heard()}


@pytest.mark.parametrize("off", [timedelta(0)], ids=str)
@pytest.mark.parametrize("ahead", [DAY, 400 * DAY])
async def test_a_look_of_the_future_makes_nobody_deaf(world: World, ahead: int) -> None:
    world.written("while our clock was wrong")
    world.cursor = str(NOW + ahead)
    assert [one.text for one in await world.heard()] == ["while our clock was wrong"]
    assert world.cursor == str(NOW)


SPELLED = [NUMBER, NUMBER.removeprefix("+"), f"{NUMBER[:3]} {NUMBER[3:6]} {NUMBER[6:]}"]


@pytest.mark.parametrize("off", [timedelta(0)], ids=str)
@pytest.mark.parametrize("to", SPELLED)
async def test_our_number_is_ours_however_the_log_spells_it(world: World, to: str) -> None:
    world.written("Bonjour", to)
    world.written("to somebody else", f"{to}1")
    assert [(one.text, one.line) for one in await world.heard()] == [("Bonjour", NUMBER)]


REPLIES = [
    ("delivered", None, ["receipt", "first", "second"]),
    ("sent", None, ["receipt", "first", "second"]),
    ("undelivered", 30003, ["receipt", "first", "second"]),
    ("failed", OPTED_OUT, ["first", "receipt", "second"]),  # whoever lets us write again does so later
]


@pytest.mark.parametrize("off", [timedelta(0)], ids=str)
@pytest.mark.parametrize(("status", "code", "order"), REPLIES)
async def test_that_somebody_was_answered_is_told_before_what_they_wrote(
    world: World, status: str, code: int | None, order: list[str]
) -> None:
    """After a restore both are news, and what is decided about a text may leave at once."""
    world.written("first")
    world.replied(status, code)
    world.written("second")
    assert [one.text if isinstance(one, Message) else "receipt" for one in await world.told()] == order


@pytest.mark.parametrize("off", [timedelta(0)], ids=str)
async def test_what_was_written_first_is_told_first_in_whichever_order_the_log_lists_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else who says STOP and takes it back would be known for having said STOP last."""
    for text in ("STOP", "START", "Bonjour"):
        world.written(text)
        world.now += timedelta(seconds=2)
    assert [one.text for one in await world.heard()] == ["STOP", "START", "Bonjour"]
    oldest_first(world.standin, monkeypatch)
    assert [one.text for one in await world.heard()] == ["STOP", "START", "Bonjour"]


ODD: list[Shown] = [
    {"from": None},
    {"from": ""},
    {"from": "+" + "3" * 200},
    {"from": "nul\x00"},
    {"to": None},
    {"sid": None},
    {"sid": "SM" + "1" * 200},
]


@pytest.mark.parametrize("off", [timedelta(0)], ids=str)
@pytest.mark.parametrize("shown", ODD, ids=lambda shown: ascii(shown)[:40])
async def test_a_record_that_does_not_say_whose_it_is_keeps_no_other_from_being_heard(
    world: World, shown: Shown
) -> None:
    world.written("nobody's", shown=shown)
    world.replied("delivered", shown=shown)
    world.written("heard")
    assert [one.text for one in await world.heard()] == ["heard"]


@pytest.mark.parametrize("off", [timedelta(0), timedelta(hours=-1)], ids=str)
async def test_what_does_not_say_when_it_was_written_was_written_when_it_is_found(world: World) -> None:
    world.written("when?", shown={"date_sent": None, "date_created": None})
    assert [one.at for one in await world.heard()] == [NOW]


@pytest.mark.parametrize("off", [timedelta(0)], ids=str)
@pytest.mark.parametrize("word", ["HELP", "Info", "START", "STOP"])
async def test_what_the_provider_says_by_itself_to_a_keyword_is_told_apart_from_what_we_said(
    world: World, word: str
) -> None:
    world.replied("delivered")
    world.standin.account.opted_out |= {SENDER} if word == "START" else set()
    await world.standin.text(SENDER, word)
    receipts = [one for one in await world.told() if isinstance(one, Receipt)]
    assert sorted(one.by_itself for one in receipts) == [False, True]


@pytest.mark.parametrize("off", [timedelta(0)], ids=str)
async def test_where_the_provider_does_not_say_what_is_attached_nobody_waits_for_it_more_than_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "LONGEST_CALL", 0.2)
    world.standin.faults.webhooks_lost = True
    for _ in range(3):
        await world.standin.show(SENDER, ("image/png", b"a photo"))
    faults = world.standin.faults
    faults.next(Fault.HANG_BEFORE, Fault.HANG_BEFORE, on=Operation.FETCH)
    assert [(one.attachments, one.media) for one in await world.heard()] == [(1, ())] * 3
    assert [faults.take(Operation.FETCH) for _ in range(2)] == [Fault.HANG_BEFORE, None]


@pytest.mark.parametrize("off", [timedelta(0)], ids=str)
async def test_a_list_that_goes_on_with_nothing_has_ended(world: World) -> None:
    on = f"/2010-04-01/Accounts/{world.standin.account.sid}/Messages.json?Page=1"
    body = json.dumps({"messages": [], "next_page_uri": on})
    async with Canned(answer("200 OK", body)).serving() as wall, asyncio.timeout(20):
        channel = sms(Journal(), TWILIO_API_URL=wall.url)
        await channel.open()
        assert (await channel.poll(None)).happenings == ()
        await channel.close()
    assert wall.connections == 2  # the look, and what became of older replies


@pytest.mark.parametrize("body", ["{}", '{"sid": "AC1"}', '{"status": null}', "null", "[]", "<html>"])
async def test_an_account_of_which_nothing_is_told_is_not_called_inactive(body: str) -> None:
    async with Canned(answer("200 OK", body)).serving() as wall:
        channel = sms(Journal(), None, TWILIO_API_URL=wall.url)
        await channel.open()
        with pytest.raises(Unreachable, match="unreadable"):
            await channel.well()
        assert [(one.told.code, one.state) for one in await channel.examine()] == [("unasked", State.UNKNOWN)]
        await channel.close()
