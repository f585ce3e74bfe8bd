"""What the provider's log proves about a reply in doubt: absence is no proof where a field may be blank."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bridge.model import HOUR, MINUTE, SECOND, Outgoing, Progress, Receipt, ReplyId
from bridge.ports import Accepted, InDoubt, Unreachable
from channels.sms import Sms
from channels.standins.twilio import TwilioStandIn
from channels.standins.twilio.messages import OUTBOUND, OUTBOUND_REPLY, Record
from channels.twilio import log as twilio_log
from rempart.testing import NOW, Journal
from tests.channels.services import Canned
from tests.channels.test_sms_sending import answer
from tests.channels.twilio_calls import NUMBER, SENDER, sms

TEXT = "Non, c’est non.  Ça compte."
REPLY = Outgoing(ReplyId("0123456789abcdef" * 2), SENDER, NUMBER, TEXT)
PRESENT = datetime.fromtimestamp(NOW / SECOND, UTC)
UNCLEAR = InDoubt("incomparable")
TRIAL = "Sent from your Twilio trial account - "


@pytest.fixture
async def standin() -> AsyncIterator[TwilioStandIn]:
    standin = TwilioStandIn(NUMBER, callback_delay=0, now=lambda: PRESENT)
    yield standin
    await standin.close()


@pytest.fixture
async def channel(standin: TwilioStandIn) -> AsyncIterator[Sms]:
    channel = sms(Journal(), **await standin.start("http://127.0.0.1:1"))
    await channel.open()
    yield channel
    await channel.close()


def keep(
    standin: TwilioStandIn,
    ago: timedelta = timedelta(0),
    body: str = TEXT,
    shown: dict[str, object] | None = None,
) -> Record:
    """A record as the truth has it, `shown` as the log shows it."""
    at = PRESENT - ago
    record = Record(OUTBOUND, NUMBER, SENDER, body, "queued", created=at, sent=at, shown=shown or {})
    standin.account.log.add(record)
    return record


def oldest_first(standin: TwilioStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the log list its messages the other way round."""
    monkeypatch.setattr(type(standin.account.log), "listed", lambda self, _: list(self._records.values()))


SAME: list[dict[str, object]] = [
    {},
    {"body": "Non, c'est non. Ça compte."},
    {"body": "  Non, c’est non.\n Ça compte. "},
    {"body": "Non, c est non. Ca compte"},
    {"body": TRIAL + TEXT},
    {"to": "+33 6 12 34 56 78"},
    {"to": "33612345678"},
    {"from": "+33639980099"},
    {"from": None},
    {"date_sent": None},
]


@pytest.mark.parametrize("shown", SAME, ids=str)
async def test_a_record_is_recognised_however_it_was_rewritten_on_its_way(
    standin: TwilioStandIn, channel: Sms, shown: dict[str, object]
) -> None:
    record = keep(standin, shown=shown)
    assert await channel.find(REPLY, NOW - MINUTE) == Accepted(record.sid)


INCOMPARABLE: list[dict[str, object]] = [
    {"body": ""},
    {"body": None},
    {"body": "   "},
    {"body": "***"},
    {"body": "XXXXXXXXXXXX"},
    {"body": "[REDACTED]"},
    {"body": "Non, c'est ████"},
    {"body": "Non, c’est"},
    {"body": "Non, c’est non…"},
    {"body": TRIAL},
    {"to": ""},
    {"to": None},
    {"to": "+3361234XXXX"},
    {"to": "+336123*****"},
    {"to": "REDACTED"},
    {"to": "+3361234XXXX", "body": ""},
    {"date_created": None, "date_sent": None},
    {"date_created": "soon", "date_sent": None},
    {"sid": None},
    {"direction": None},
    {"direction": "", "body": ""},
]


@pytest.mark.parametrize("shown", INCOMPARABLE, ids=str)
async def test_a_record_that_cannot_be_compared_leaves_the_reply_in_doubt(
    standin: TwilioStandIn, channel: Sms, shown: dict[str, object]
) -> None:
    keep(standin, shown=shown)
    assert await channel.find(REPLY, NOW - MINUTE) == UNCLEAR


OTHERS: list[dict[str, object]] = [
    {"to": "+33612349999"},
    {"to": "+3361299XXXX"},
    {"to": "whatsapp:+33612345678"},
    {"direction": "inbound", "body": ""},
    {"body": "Tout autre chose."},
    {"body": "Oui, c’est oui.  Ça compte peu."},
]


@pytest.mark.parametrize("shown", OTHERS, ids=str)
async def test_what_is_certainly_another_message_is_no_trace(
    standin: TwilioStandIn, channel: Sms, shown: dict[str, object]
) -> None:
    keep(standin, shown=shown)
    assert await channel.find(REPLY, NOW - MINUTE) is None


@pytest.mark.parametrize("shown", [{}, {"body": ""}, {"to": "+3361234XXXX"}], ids=str)
async def test_neither_what_was_sent_long_before_nor_what_is_known_as_another_reply_is_a_trace(
    standin: TwilioStandIn, channel: Sms, shown: dict[str, object]
) -> None:
    known, _ = keep(standin, shown=shown), keep(standin, timedelta(hours=1), shown=shown)
    assert await channel.find(REPLY, NOW - MINUTE, frozenset({known.sid})) is None


@pytest.mark.parametrize("behind", [timedelta(minutes=10), timedelta(hours=3)])
async def test_a_provider_whose_clock_is_behind_ours_is_understood(behind: timedelta) -> None:
    standin = TwilioStandIn(NUMBER, now=lambda: PRESENT - behind)
    channel = sms(Journal(), **await standin.start("http://127.0.0.1:1"))
    await channel.open()
    record = keep(standin, behind)
    assert await channel.find(REPLY, NOW - SECOND) == Accepted(record.sid)
    await channel.close()
    await standin.close()


async def test_a_list_that_is_cut_off_proves_nothing(
    standin: TwilioStandIn, channel: Sms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_log, "PAGE", 2)
    sent = keep(standin)
    for _ in range(2 * twilio_log.MOST_PAGES):
        keep(standin, body="Tout autre chose.")
    assert await channel.find(REPLY, NOW - MINUTE) == InDoubt("log_too_long")
    monkeypatch.setattr(twilio_log, "PAGE", 1000)
    assert await channel.find(REPLY, NOW - MINUTE) == Accepted(sent.sid)


async def test_a_list_that_begins_with_the_oldest_is_read_on(
    standin: TwilioStandIn, channel: Sms, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has promised in which order it comes: it ends nowhere that what follows may be newer."""
    monkeypatch.setattr(twilio_log, "PAGE", 2)
    for hours in (4, 3, 2):
        keep(standin, timedelta(hours=hours))
    record = keep(standin)
    oldest_first(standin, monkeypatch)
    assert await channel.find(REPLY, NOW - MINUTE) == Accepted(record.sid)


async def test_the_look_ends_where_only_older_messages_follow(
    standin: TwilioStandIn, channel: Sms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_log, "PAGE", 2)
    for _ in range(4 * twilio_log.MOST_PAGES):
        keep(standin, timedelta(hours=2))
    assert await channel.find(REPLY, NOW - HOUR) is None


@pytest.mark.parametrize(
    "body", ["{}", "[]", '{"error": []}', '{"messages": ["blocked"]}', '"captive portal"', "<html>", ""]
)
async def test_an_answer_that_lists_no_messages_is_no_log(body: str) -> None:
    async with Canned(answer("200 OK", body)).serving() as wall:
        channel = sms(Journal(), TWILIO_API_URL=wall.url)
        await channel.open()
        with pytest.raises(Unreachable):
            await channel.find(REPLY, NOW - MINUTE)
        await channel.close()


@pytest.mark.parametrize("code", [30001, 30002])
async def test_what_the_provider_took_and_never_sent_is_no_trace(
    standin: TwilioStandIn, channel: Sms, code: int
) -> None:
    keep(standin).error_code = code
    assert await channel.find(REPLY, NOW - MINUTE) is None


async def test_of_a_number_that_is_hidden_the_log_tells_no_receipt(
    standin: TwilioStandIn, channel: Sms
) -> None:
    """It would be taken for somebody else's, and name a reply that is ours."""
    keep(standin, timedelta(minutes=5), shown={"to": "+3361234XXXX"})
    seen = keep(standin, timedelta(minutes=5))
    told = (await channel.poll(str(NOW))).happenings
    assert {one.message_id for one in told if isinstance(one, Receipt)} == {seen.sid}


async def test_what_the_provider_itself_answers_to_a_keyword_is_not_ours(
    standin: TwilioStandIn, channel: Sms
) -> None:
    record = keep(standin, body="You are unsubscribed.")
    record.direction = OUTBOUND_REPLY
    assert await channel.find(REPLY, NOW - MINUTE) is None


FARED = [
    ("sending", None, (Progress.ACCEPTED, None)),
    ("sent", None, (Progress.SENT, None)),
    ("delivered", None, (Progress.DELIVERED, None)),
    ("undelivered", 30003, (Progress.FAILED, "handset_unreachable")),
    ("failed", 30007, (Progress.FAILED, "filtered")),
    ("of which nobody has heard", None, (Progress.ACCEPTED, None)),
]


@pytest.mark.parametrize(("status", "code", "fate"), FARED)
async def test_what_is_found_is_known_by_how_far_it_has_come(
    standin: TwilioStandIn, channel: Sms, status: str, code: int | None, fate: tuple[Progress, str | None]
) -> None:
    """Its receipts may have come while nobody knew whose they were: they are no news any more."""
    record = keep(standin)
    record.status, record.error_code = status, code
    assert await channel.find(REPLY, NOW - MINUTE) == Accepted(record.sid, None, *fate)
