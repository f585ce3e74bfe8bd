"""What the SMS channel makes of Twilio's answers: the real SDK, against the stand-in and odder servers."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ConnectionTimeoutError

from bridge.model import SECOND, Message, Outgoing, Progress, Receipt, ReplyId
from bridge.ports import Accepted, InDoubt, NotProcessed, Outcome, Refused, Webhook
from channels.dialling import new_session
from channels.sms import Sms
from channels.standins.faults import Fault
from channels.standins.twilio import TwilioStandIn
from channels.twilio.sending import outcome_of
from channels.twilio.transport import Transport
from rempart.testing import PUBLIC_URL, Journal
from tests.channels.services import Canned, fronting
from tests.channels.twilio_calls import SENDER, sms

REPLY = Outgoing(ReplyId("0123456789abcdef" * 2), SENDER, "+33639980000", "Non, c'est non.")
SHORT_PATIENCE_SECONDS = 1
"""For answers that never come."""


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
async def standin() -> AsyncIterator[TwilioStandIn]:
    standin = TwilioStandIn(callback_delay=0)
    yield standin
    await standin.close()


async def send(channel: Sms, reply: Outgoing = REPLY) -> Outcome:
    await channel.open()
    try:
        return await channel.send(reply)
    finally:
        await channel.close()


async def send_to(
    standin: TwilioStandIn, journal: Journal, address: str = SENDER, *, hurry: bool = False
) -> Outcome:
    channel = sms(journal, **await standin.start(PUBLIC_URL))
    if hurry:
        channel.patience_seconds = SHORT_PATIENCE_SECONDS
    return await send(channel, Outgoing(REPLY.id, address, REPLY.line, REPLY.text))


async def test_an_accepted_reply_is_known_by_the_id_of_the_provider(
    standin: TwilioStandIn, journal: Journal
) -> None:
    outcome = await send_to(standin, journal)
    (record,) = standin.sent
    assert outcome == Accepted(record.sid)
    assert (record.from_, record.to, record.body) == (standin.account.number, SENDER, REPLY.text)
    assert record.status_callback == f"{PUBLIC_URL}/twilio/status?reply={REPLY.id}"


OTHER = "+33639980077"

LINES: list[tuple[str, set[str], Outcome | None]] = [
    (OTHER, {OTHER}, None),
    (OTHER, set(), NotProcessed("bad_sender")),
    ("38080", {"38080"}, None),
    ("", set(), Refused("bad_line")),
    ("whatsapp:+33639980000", set(), Refused("bad_line")),
    ("Rempart", set(), Refused("bad_line")),
    ("+33639980000\n", set(), Refused("bad_line")),
]


@pytest.mark.parametrize(("line", "owned", "outcome"), LINES)
async def test_whoever_wrote_to_a_number_is_answered_from_it_or_not_at_all(
    standin: TwilioStandIn, journal: Journal, line: str, owned: set[str], outcome: Outcome | None
) -> None:
    standin.account.further |= owned
    channel = sms(journal, **await standin.start(PUBLIC_URL))
    told = await send(channel, Outgoing(REPLY.id, SENDER, line, REPLY.text))
    assert [record.from_ for record in standin.sent] == ([] if outcome else [line])
    assert told == (outcome or Accepted(standin.sent[0].sid))


async def test_without_a_public_url_nobody_is_called_back(standin: TwilioStandIn, journal: Journal) -> None:
    channel = sms(journal, public_url=None, **await standin.start(PUBLIC_URL))
    await send(channel)
    assert [record.status_callback for record in standin.sent] == [None]


@pytest.mark.parametrize(
    ("fault", "outcome", "taken"),
    [
        (Fault.HANG_BEFORE, InDoubt("timeout"), 0),
        (Fault.HANG_AFTER, InDoubt("timeout"), 1),
        (Fault.RESET_BEFORE, InDoubt("disconnected"), 0),
        (Fault.RESET_AFTER, InDoubt("disconnected"), 1),
        (Fault.ERROR_500_BEFORE, InDoubt("http_500"), 0),
        (Fault.ERROR_500_AFTER, InDoubt("http_500"), 1),
        (Fault.UNAVAILABLE_BEFORE, InDoubt("http_503"), 0),
        (Fault.GARBLED_AFTER, InDoubt("unreadable"), 1),
        (Fault.EMPTY_AFTER, InDoubt("unreadable"), 1),
        (Fault.REDIRECTED_BEFORE, InDoubt("http_307"), 0),
        (Fault.RATE_LIMITED, NotProcessed("rate_limited", 2 * SECOND), 0),
        (Fault.QUEUE_FULL, NotProcessed("queue_full"), 0),
        (Fault.UNAUTHORIZED, NotProcessed("credentials"), 0),
        (Fault.SUSPENDED, NotProcessed("account_inactive"), 0),
    ],
)
async def test_each_fault_has_its_outcome(
    standin: TwilioStandIn, journal: Journal, fault: Fault, outcome: Outcome, taken: int
) -> None:
    standin.faults.next(fault)
    assert await send_to(standin, journal, hurry=fault.name.startswith("HANG")) == outcome
    assert len(standin.sent) == taken


@pytest.mark.parametrize(
    ("address", "outcome"),
    [
        ("+15005550001", Refused("bad_number")),
        ("+15005550002", Refused("no_route")),
        ("+15005550003", Refused("region_not_enabled")),
        ("+15005550004", Refused("opted_out", opted_out=True)),
        ("+15005550009", Refused("not_a_mobile")),
        ("38080", Refused("bad_number")),
        ("+33144000000", Refused("not_a_mobile")),
        ("+33639980000", Refused("own_number")),
    ],
)
async def test_whom_the_provider_cannot_text_is_refused(
    standin: TwilioStandIn, journal: Journal, address: str, outcome: Outcome
) -> None:
    assert await send_to(standin, journal, address) == outcome
    assert standin.sent == []


def answer(status: str, body: str | bytes = b"", *headers: str) -> bytes:
    """An HTTP answer, with a length that is right."""
    encoded = body.encode() if isinstance(body, str) else body
    head = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(encoded)}", "", ""]
    return "\r\n".join(head).encode() + encoded


PROBLEM = '{"type": "https://x", "title": "+33612345678", "status": 200, "code": 21610}'


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (answer("201 Created", '{"sid": "SM1"}'), Accepted("SM1")),
        (answer("200 OK", '{"sid": "SM1"}'), Accepted("SM1")),
        (answer("201 Created", b'{"sid": "SM1", "body": "\xff"}'), Accepted("SM1")),
        (answer("201 Created", '{"sid": null}'), InDoubt("unreadable")),
        (answer("201 Created", "[]"), InDoubt("unreadable")),
        (answer("201 Created", b"\xff\xfe"), InDoubt("unreadable")),
        (answer("201 Created", '{"sid": "SM1", "date_sent": 7}'), InDoubt("unreadable")),
        (answer("201 Created", '{"sid": "SM1"}')[:-3], InDoubt("disconnected")),
        (b"", InDoubt("disconnected")),
        (b"nonsense\r\n\r\n", InDoubt("disconnected")),
        (answer("301 Moved", b"", "Location: http://127.0.0.1:9/"), InDoubt("http_301")),
        (answer("200 OK", "<html>welcome to our network"), InDoubt("unreadable")),
        (answer("302 Found", b"", "Location: http://127.0.0.1:9/login"), InDoubt("http_302")),
        (answer("400 Bad Request", "<html>"), NotProcessed("http_400")),
        (answer("400 Bad Request", '{"error": "blocked"}'), NotProcessed("http_400")),
        (answer("400 Bad Request", '["blocked"]'), NotProcessed("http_400")),
        (answer("400 Bad Request", '{"code": 29999, "message": "+33612345678"}'), NotProcessed("29999")),
        (answer("400 Bad Request", '{"code": "21610"}'), NotProcessed("http_400")),
        (answer("400 Bad Request", '{"code": true}'), NotProcessed("http_400")),
        (answer("400 Bad Request", '{"code": 10001}'), NotProcessed("account_inactive")),
        (answer("403 Forbidden", '{"code": 90010}'), NotProcessed("account_inactive")),
        (answer("403 Forbidden", "<html>blocked by the firewall"), NotProcessed("credentials")),
        (answer("404 Not Found", "<html>"), NotProcessed("account_unknown")),
        (answer("405 Method Not Allowed", "<html>"), NotProcessed("http_405")),
        (answer("407 Proxy Authentication Required"), NotProcessed("http_407")),
        (answer("451 Unavailable", "for legal reasons"), NotProcessed("http_451")),
        (answer("400 Bad Request", PROBLEM), Refused("opted_out", opted_out=True)),
        (answer("401 Unauthorized"), NotProcessed("credentials")),
        (answer("403 Forbidden", '{"code": 29999}'), NotProcessed("credentials")),
        (answer("403 Forbidden", '{"code": 21408}'), Refused("region_not_enabled")),
        (answer("404 Not Found", '{"code": 20404}'), NotProcessed("account_unknown")),
        (answer("408 Request Timeout"), InDoubt("http_408")),
        (answer("429 Too Many", b"", "Retry-After: 7"), NotProcessed("rate_limited", 7 * SECOND)),
        (answer("429 Too Many", b"", "Retry-After: -7"), NotProcessed("rate_limited")),
        (answer("429 Too Many", b"", "Retry-After: " + "9" * 40), NotProcessed("rate_limited")),
        (answer("400 Bad Request", '{"code": 21611}'), NotProcessed("queue_full")),
        (answer("400 Bad Request", '{"code": 21617}'), Refused("text_too_long")),
        (answer("500 Oops", '{"code": 21610}'), InDoubt("http_500")),
        (answer("502 Bad Gateway", "<html>"), InDoubt("http_502")),
    ],
    ids=lambda value: value[:60].decode("latin-1") if isinstance(value, bytes) else "",
)
async def test_each_answer_has_its_outcome_and_is_asked_for_once(
    journal: Journal, said: bytes, outcome: Outcome
) -> None:
    async with Canned(said).serving() as provider:
        assert await send(sms(journal, TWILIO_API_URL=provider.url)) == outcome
    assert provider.connections == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://nobody.invalid", "https://127.0.0.1:1"])
async def test_nothing_is_in_doubt_when_the_provider_could_not_be_reached(journal: Journal, url: str) -> None:
    assert await send(sms(journal, TWILIO_API_URL=url)) == NotProcessed("unreachable")


async def test_nothing_is_in_doubt_when_tls_fails(journal: Journal) -> None:
    async with Canned(b"HTTP/1.1 400 Bad Request\r\n\r\n").serving() as provider:
        url = provider.url.replace("http:", "https:")
        assert await send(sms(journal, TWILIO_API_URL=url)) == NotProcessed("unreachable")


async def test_nothing_is_in_doubt_when_connecting_takes_too_long() -> None:
    async with new_session() as session:
        assert outcome_of(ConnectionTimeoutError(), Transport(session)) == NotProcessed("unreachable")


async def test_a_connection_that_was_closed_meanwhile_is_not_used_again(journal: Journal) -> None:
    async with Canned(answer("201 Created", '{"sid": "SM1"}')).serving() as provider:
        channel = sms(journal, TWILIO_API_URL=provider.url)
        await channel.open()
        assert [await channel.send(REPLY) for _ in range(3)] == [Accepted("SM1")] * 3
        await channel.close()
    assert provider.connections == 3


async def test_the_path_of_the_api_url_is_kept(journal: Journal) -> None:
    async with Canned(answer("201 Created", '{"sid": "SM1"}')).serving() as provider:
        assert await send(sms(journal, TWILIO_API_URL=f"{provider.url}/twilio/")) == Accepted("SM1")


@pytest.mark.parametrize("name", ["TWILIO_EDGE", "TWILIO_REGION", "HTTP_PROXY", "http_proxy"])
async def test_no_variable_but_ours_decides_whom_we_dial(
    standin: TwilioStandIn, journal: Journal, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:1" if "PROXY" in name.upper() else "ie1")
    assert isinstance(await send_to(standin, journal), Accepted)


async def test_a_text_that_no_sms_can_carry_is_refused_before_anyone_is_asked(
    standin: TwilioStandIn, journal: Journal
) -> None:
    channel = sms(journal, **await standin.start(PUBLIC_URL))
    outcome = await send(channel, Outgoing(REPLY.id, SENDER, REPLY.line, "\ud800"))
    assert outcome == Refused("unencodable")
    assert standin.sent == []


async def test_sending_before_opening_is_our_own_mistake(journal: Journal) -> None:
    with pytest.raises(RuntimeError, match="opened"):
        await sms(journal).send(REPLY)


async def test_a_send_that_is_cancelled_stays_cancelled(standin: TwilioStandIn, journal: Journal) -> None:
    standin.faults.next(Fault.HANG_AFTER)
    channel = sms(journal, **await standin.start(PUBLIC_URL))
    await channel.open()
    sending = asyncio.create_task(channel.send(REPLY))
    await asyncio.wait({sending}, timeout=0.2)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    await channel.close()


@pytest.mark.parametrize(
    "fault", [None, Fault.RESET_AFTER, Fault.RATE_LIMITED, Fault.UNAUTHORIZED, Fault.ERROR_500_AFTER]
)
async def test_numbers_texts_and_secrets_never_reach_the_log(
    standin: TwilioStandIn, journal: Journal, caplog: pytest.LogCaptureFixture, fault: Fault | None
) -> None:
    caplog.set_level(logging.DEBUG)
    if fault is not None:
        standin.faults.next(fault)
    await send_to(standin, journal)
    for private in (SENDER[1:], REPLY.text, standin.account.token):
        assert private not in caplog.text


@asynccontextmanager
async def connected(standin: TwilioStandIn, journal: Journal) -> AsyncIterator[Sms]:
    """A channel whose webhooks the provider can reach."""
    webhooks: dict[str, Webhook] = {}
    async with fronting(webhooks) as url:
        channel = sms(journal, public_url=url, **await standin.start(url))
        webhooks.update(channel.webhooks())
        yield channel


async def exchange(standin: TwilioStandIn, journal: Journal) -> list[Receipt]:
    """One reply, with all that the provider then tells about it."""
    async with connected(standin, journal) as channel:
        await send(channel)
        await standin.settled()
    return [what for what in journal.happenings if isinstance(what, Receipt)]


async def test_a_reply_is_followed_from_sent_to_delivered(standin: TwilioStandIn, journal: Journal) -> None:
    told = await exchange(standin, journal)
    assert [receipt.progress for receipt in told] == [Progress.SENT, Progress.DELIVERED]
    assert {(receipt.reply, receipt.address) for receipt in told} == {(REPLY.id, SENDER)}
    assert {receipt.message_id for receipt in told} == {standin.sent[0].sid}


async def test_a_reply_that_the_carrier_filters_has_failed(standin: TwilioStandIn, journal: Journal) -> None:
    standin.faults.undeliverable[SENDER] = 30007
    told = await exchange(standin, journal)
    assert [(receipt.progress, receipt.error) for receipt in told][-1] == (Progress.FAILED, "filtered")


@pytest.mark.parametrize(
    ("code", "never_left"), [(30002, True), (30001, True), (30007, False), (30036, False)]
)
async def test_a_receipt_says_whether_the_reply_ever_left(
    standin: TwilioStandIn, journal: Journal, code: int, never_left: bool
) -> None:
    standin.faults.undeliverable[SENDER] = code
    told = await exchange(standin, journal)
    assert [receipt.never_left for receipt in told] == [False, never_left]


async def test_a_reply_in_doubt_is_proven_by_its_receipt(standin: TwilioStandIn, journal: Journal) -> None:
    standin.faults.next(Fault.RESET_AFTER)
    told = await exchange(standin, journal)
    assert {receipt.reply for receipt in told} == {REPLY.id}


async def test_a_person_who_texts_becomes_a_message(standin: TwilioStandIn, journal: Journal) -> None:
    async with connected(standin, journal):
        status, sid = await standin.text(SENDER, "T'es où ? 🙂", NumMedia="1")
    (message,) = journal.happenings
    assert isinstance(message, Message)
    assert (status, message.provider_id, message.address) == (200, sid, SENDER)
    assert (message.text, message.attachments) == ("T'es où ? 🙂", 1)
