"""WhatsApp through Twilio: whose message it is, what is kept of them, and until when they can be answered."""

import pytest

from bridge.errors import Misconfigured
from bridge.evidence.canonical import write
from bridge.model import DAY, Message, Progress, Receipt
from bridge.noun import replace
from bridge.ports import InDoubt, Refused
from channels.standins.faults import Fault
from channels.standins.twilio import TwilioStandIn
from channels.twilio.codes import outcome
from channels.twilio.likeness import Likeness, _recipient
from channels.twilio.settings import read_settings, read_whatsapp
from channels.twilio.whatsapp_addresses import read
from channels.whatsapp import WhatsApp
from rempart.testing import NOW, PUBLIC_URL, Journal
from rempart.testing.contract import connected, reply_to
from tests.channels.test_whatsapp_contract import WhatsAppHarness
from tests.channels.twilio_calls import ENVIRONMENT, SENDER, SID, signed, sms

LINE = "+33639980009"
ACCOUNT = {name: value for name, value in ENVIRONMENT.items() if name != "TWILIO_NUMBER"}
FORM = {
    "MessageSid": SID,
    "From": f"whatsapp:{SENDER}",
    "To": f"whatsapp:{LINE}",
    "Body": "Salut",
    "ProfileName": "Jean-Michel <!channel>",
    "WaId": SENDER.removeprefix("+"),
}


async def heard(form: dict[str, str]) -> Message:
    """By the very webhook that texts come by."""
    journal = Journal()
    answer = await sms(journal).webhooks()["/twilio/sms"](signed(form))
    assert answer.status == 200
    (message,) = journal.happenings
    assert isinstance(message, Message)
    return message


async def test_it_comes_by_the_webhook_of_texts_and_may_be_answered_for_a_day() -> None:
    assert await heard(FORM) == Message("whatsapp", SID, LINE, SENDER, "Salut", NOW, until=NOW + DAY)


async def test_what_somebody_calls_themselves_stands_in_the_signed_request_alone() -> None:
    message = await heard(FORM)
    assert b"Jean" not in write(message)
    assert message.original is not None
    assert b"ProfileName=Jean-Michel" in message.original.body


HIDDEN = "FR.13491208655302741918"
LONGEST = "FR." + "a1" * 64
"""Two letters, a point, and up to 128 letters and digits."""


@pytest.mark.parametrize(
    ("told", "address"),
    [
        (f"whatsapp:{HIDDEN}", HIDDEN),
        (f"whatsapp:{LONGEST}", LONGEST),
        (f"whatsapp:FR.ENT.{'1' * 124}", f"FR.ENT.{'1' * 124}"),
        ("messenger:1234567890", "messenger:1234567890"),
        ("rcs:+33612345678", "rcs:+33612345678"),
    ],
)
async def test_whoever_hides_their_number_or_comes_another_way_is_somebody_else(
    told: str, address: str
) -> None:
    message = await heard({**FORM, "From": told})
    assert message.address == address
    assert message.channel == ("whatsapp" if told.startswith("whatsapp") else "sms")


async def test_an_address_that_is_only_a_prefix_is_none() -> None:
    journal = Journal()
    answer = await sms(journal).webhooks()["/twilio/sms"](signed({**FORM, "From": "whatsapp:"}))
    assert (answer.status, journal.happenings) == (400, [])


async def test_a_receipt_is_of_the_way_that_the_reply_went() -> None:
    journal = Journal()
    form = {"MessageSid": SID, "MessageStatus": "undelivered", "ErrorCode": "63016"}
    form |= {"From": f"whatsapp:{LINE}", "To": f"whatsapp:{SENDER}"}
    await sms(journal).webhooks()["/twilio/status"](signed(form, path="/twilio/status"))
    (receipt,) = journal.happenings
    assert isinstance(receipt, Receipt)
    assert (receipt.channel, receipt.address) == ("whatsapp", SENDER)
    assert (receipt.progress, receipt.error) == (Progress.FAILED, "window_closed")
    assert not receipt.never_left


def test_that_the_day_is_over_is_final() -> None:
    assert outcome(400, 63016) == Refused("window_closed")


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (SENDER, SENDER),
        (f"whatsapp:{SENDER}", SENDER),
        ("06 12 34 56 78", SENDER),
        (HIDDEN, HIDDEN),
        (LONGEST, LONGEST),
        ("FR.ENT.11815799212886844830", "FR.ENT.11815799212886844830"),
        (f"{LONGEST}1", None),
        ("38080", None),
        ("FR.", None),
        ("FR.a b", None),
        ("", None),
    ],
)
def test_addresses_are_numbers_or_the_ids_of_hidden_ones(written: str, address: str | None) -> None:
    assert read(written, "FR") == address


def test_it_is_on_where_it_has_a_number_and_texts_where_they_have_one() -> None:
    assert read_whatsapp(ENVIRONMENT) is None
    alone = {**ACCOUNT, "TWILIO_WHATSAPP_NUMBER": f"whatsapp:{LINE}"}
    assert read_settings(alone) is None
    found = read_whatsapp(alone)
    assert found is not None
    assert (found.number, found.beside) == (LINE, None)
    both = read_settings({**alone, **ENVIRONMENT})
    assert both is not None
    assert both.beside == LINE
    with pytest.raises(Misconfigured, match="TWILIO_AUTH_TOKEN"):
        read_whatsapp({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_WHATSAPP_NUMBER": LINE})
    with pytest.raises(Misconfigured, match="TWILIO_WHATSAPP_NUMBER"):
        read_whatsapp({**ACCOUNT, "TWILIO_WHATSAPP_NUMBER": "Info"})


@pytest.mark.parametrize(
    ("told", "likeness"),
    [
        (f"whatsapp:{SENDER}", Likeness.SAME),
        (SENDER, Likeness.OTHER),
        ("whatsapp:+33612349999", Likeness.OTHER),
        ("whatsapp:+3361234XXXX", Likeness.UNCLEAR),
        ("messenger:33612345678", Likeness.OTHER),
    ],
)
def test_a_recipient_whose_digits_are_hidden_may_be_the_same(told: str, likeness: Likeness) -> None:
    assert _recipient(told, f"whatsapp:{SENDER}") is likeness


async def test_a_reply_in_doubt_is_found_in_the_log_under_its_own_way() -> None:
    harness = WhatsAppHarness()
    environment = await harness.start(PUBLIC_URL)
    channel = connected(harness, environment, Journal())
    assert isinstance(channel, WhatsApp)
    await channel.open()
    try:
        harness.standin.faults.next(Fault.RESET_AFTER)
        reply = reply_to(harness)
        assert isinstance(await channel.send(reply), InDoubt)
        found = await channel.find(reply, 0)
        assert found is not None
        assert getattr(found, "message_id", None) == harness.standin.sent[0].sid
        assert await channel.find(replace(reply, address="+33612349999"), 0) is None
    finally:
        await channel.close()
        await harness.close()


async def test_what_no_webhook_brought_is_fetched_without_the_texts() -> None:
    standin = TwilioStandIn(whatsapp=LINE)
    environment = await standin.start("http://127.0.0.1:9")
    channel = WhatsApp.connect(
        environment, replace(Journal().wiring(), clock=lambda: round(standin._now().timestamp() * 1e6))
    )
    assert channel is not None
    await channel.open()
    try:
        standin.faults.webhooks_lost = True
        await standin.whatsapp(SENDER, "Salut")
        await standin.text(SENDER, "par SMS")
        polled = await channel.poll(None)
        (message,) = (one for one in polled.happenings if isinstance(one, Message))
        assert (message.channel, message.address, message.line, message.text) == (
            "whatsapp",
            SENDER,
            LINE,
            "Salut",
        )
        assert message.until == message.at + DAY
    finally:
        await channel.close()
        await standin.close()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, "whatsapp_texts"),
        ({"status": "OFFLINE"}, "whatsapp_offline"),
        ({"url": "https://elsewhere.example/x"}, "whatsapp_elsewhere"),
        ({"method": "GET"}, "whatsapp_elsewhere"),
        ({"number": "+33639981111"}, "whatsapp_absent"),
    ],
)
async def test_the_doctor_looks_at_the_sender(change: dict[str, str], code: str) -> None:
    standin = TwilioStandIn(whatsapp=LINE)
    environment = await standin.start(PUBLIC_URL)
    channel = WhatsApp.connect(environment, Journal().wiring())
    assert channel is not None
    await channel.open()
    try:
        for name, value in change.items():
            setattr(standin.account.whatsapp, name, value)
        assert code in {one.told.code for one in await channel.examine()}
    finally:
        await channel.close()
        await standin.close()
