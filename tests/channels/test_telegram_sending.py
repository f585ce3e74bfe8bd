"""What the Telegram channel makes of answers: the real SDK, against the stand-in and odder servers."""

import asyncio
import json
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping

import pytest

from bridge.model import SECOND, Outgoing, ReplyId
from bridge.ports import Accepted, InDoubt, NotProcessed, Outcome, Refused
from channels.standins.faults import Fault
from channels.standins.telegram import TelegramStandIn
from channels.telegram import LONGEST_TEXT, Telegram
from channels.telegram_bot.transport import Transport
from rempart.testing import PUBLIC_URL, Journal
from tests.channels.services import Canned
from tests.channels.telegram_calls import ADDRESS, ENVIRONMENT, GROUP, PERSON, TOKEN, telegram

TEXT = "Non, c'est non. <b>*_[`&amp;"
REPLY = Outgoing(ReplyId("0123456789abcdef" * 2), ADDRESS, "telegram", TEXT)


def to(address: str, text: str = TEXT) -> Outgoing:
    return Outgoing(REPLY.id, address, REPLY.line, text)


@pytest.fixture
async def standin() -> AsyncIterator[TelegramStandIn]:
    standin = TelegramStandIn()
    standin.meet(ADDRESS)
    yield standin
    await standin.close()


@pytest.fixture
async def channel(standin: TelegramStandIn) -> AsyncIterator[Telegram]:
    channel = telegram(Journal(), environment=await standin.start(PUBLIC_URL))
    await channel.open()
    yield channel
    await channel.close()


async def send(environment: Mapping[str, str], reply: Outgoing = REPLY) -> Outcome:
    channel = telegram(Journal(), environment={**ENVIRONMENT, **environment})
    await channel.open()
    try:
        return await channel.send(reply)
    finally:
        await channel.close()


async def test_an_accepted_reply_is_known_by_telegram_s_number_and_our_own_and_costs_nothing(
    channel: Telegram, standin: TelegramStandIn
) -> None:
    outcome = await channel.send(REPLY)
    (record,) = standin.sent
    assert outcome == Accepted(f"{record.message_id}:{REPLY.id}", price=0)
    assert (record.chat, record.text) == (PERSON, TEXT)


async def test_the_chat_s_id_is_no_part_of_what_is_kept_in_clear(channel: Telegram) -> None:
    outcome = await channel.send(REPLY)
    assert isinstance(outcome, Accepted)
    assert ADDRESS not in outcome.message_id
    assert len(outcome.message_id) <= 64


async def test_a_text_leaves_as_it_is_without_markup_or_preview(
    channel: Telegram, standin: TelegramStandIn
) -> None:
    await channel.send(REPLY)
    (record,) = standin.sent
    assert set(record.parameters) == {"chat_id", "text", "link_preview_options"}
    assert record.parameters["text"] == TEXT
    assert json.loads(str(record.parameters["link_preview_options"])) == {"is_disabled": True}


@pytest.mark.parametrize(
    ("fault", "outcome", "taken"),
    [
        (Fault.HANG_BEFORE, InDoubt("timeout"), 0),
        (Fault.HANG_AFTER, InDoubt("timeout"), 1),
        (Fault.RESET_BEFORE, InDoubt("disconnected"), 0),
        (Fault.RESET_AFTER, InDoubt("disconnected"), 1),
        (Fault.ERROR_500_BEFORE, InDoubt("http_500"), 0),
        (Fault.ERROR_500_AFTER, InDoubt("http_500"), 1),
        (Fault.BAD_GATEWAY_BEFORE, InDoubt("http_502"), 0),
        (Fault.GARBLED_AFTER, InDoubt("unreadable"), 1),
        (Fault.EMPTY_AFTER, InDoubt("unreadable"), 1),
        (Fault.REDIRECTED_BEFORE, InDoubt("http_307"), 0),
        (Fault.RATE_LIMITED, NotProcessed("rate_limited", 2 * SECOND), 0),
        (Fault.UNAUTHORIZED, NotProcessed("credentials"), 0),
    ],
)
async def test_each_fault_has_its_outcome(
    channel: Telegram, standin: TelegramStandIn, fault: Fault, outcome: Outcome, taken: int
) -> None:
    standin.faults.next(fault)
    channel.patience_seconds = 1 if fault.name.startswith("HANG") else 25
    assert await channel.send(REPLY) == outcome
    assert len(standin.sent) == taken


def test_nothing_below_hangs_up_before_the_channel_loses_patience() -> None:
    """Telegram cannot be asked what became of a message: who hangs up too soon sends it twice."""
    timeout = Transport(keep=0)._client.timeout
    assert timeout.read is not None
    assert timeout.read > Telegram.patience_seconds


@pytest.mark.parametrize(
    ("address", "outcome"),
    [
        ("777", Refused("chat_not_found")),
        ("@somebody", Refused("bad_address")),
        ("+33639980001", Refused("bad_address")),
        ("", Refused("bad_address")),
        ("4242\n", Refused("bad_address")),
        ("٤٢٤٢", Refused("bad_address")),
        ("9" * 20, Refused("bad_address")),
    ],
    ids=ascii,
)
async def test_whom_the_bot_cannot_write_to_is_refused(
    channel: Telegram, standin: TelegramStandIn, address: str, outcome: Outcome
) -> None:
    assert await channel.send(to(address)) == outcome
    assert standin.sent == []


async def test_who_blocked_the_bot_has_opted_out_until_they_take_it_back(
    channel: Telegram, standin: TelegramStandIn
) -> None:
    await standin.block(ADDRESS)
    assert await channel.send(REPLY) == Refused("blocked", opted_out=True)
    await standin.unblock(ADDRESS)


async def test_who_deleted_their_account_and_a_group_that_threw_the_bot_out_are_final(
    channel: Telegram, standin: TelegramStandIn
) -> None:
    standin.account.gone.add(777)
    await standin.join(str(GROUP), by="777")
    assert isinstance(await channel.send(to(str(GROUP))), Accepted)
    await standin.throw_out(str(GROUP), by="777")
    for address in ("777", str(GROUP)):
        assert await channel.send(to(address)) == Refused("blocked", opted_out=True)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("", Refused("no_text")),
        (" \n", Refused("no_text")),
        ("a" * (LONGEST_TEXT + 1), Refused("text_too_long")),
        ("\ud800", Refused("unencodable")),
    ],
    ids=["empty", "blank", "too long", "half a character"],
)
async def test_a_text_that_no_message_can_carry_is_refused(
    channel: Telegram, standin: TelegramStandIn, text: str, outcome: Outcome
) -> None:
    assert await channel.send(to(ADDRESS, text)) == outcome
    assert standin.sent == []


async def test_a_text_of_the_greatest_length_is_sent_whole(
    channel: Telegram, standin: TelegramStandIn
) -> None:
    assert isinstance(await channel.send(to(ADDRESS, "é" * LONGEST_TEXT)), Accepted)
    assert [len(record.text) for record in standin.sent] == [LONGEST_TEXT]


def answer(status: str, body: str | bytes = b"", *headers: str) -> bytes:
    """An HTTP answer, with a length that is right."""
    encoded = body.encode() if isinstance(body, str) else body
    head = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(encoded)}", "", ""]
    return "\r\n".join(head).encode() + encoded


def refusal(status: int, description: str, **parameters: object) -> bytes:
    """An answer in Telegram's own form."""
    told = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return answer(f"{status} Whatever", json.dumps(told))


def by_word(code: object, description: str, **parameters: object) -> bytes:
    """The same where HTTP says that all is well: what counts for Telegram is the word in the body."""
    told = {"ok": False, "error_code": code, "description": description, "parameters": parameters or None}
    return answer("200 OK", json.dumps(told))


SENT = {"message_id": 9, "date": 1, "chat": {"id": PERSON, "type": "private"}}


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (answer("200 OK", json.dumps({"ok": True, "result": SENT})), Accepted(f"9:{REPLY.id}", price=0)),
        (
            answer("200 OK", json.dumps({"ok": True, "result": {**SENT, "of_next_year": 1}})),
            Accepted(f"9:{REPLY.id}", price=0),
        ),
        (
            answer("200 OK", json.dumps({"ok": True, "result": {**SENT, "message_id": None}})),
            InDoubt("unreadable"),
        ),
        (answer("200 OK", '{"ok": true, "result": {"message_id": 9}}'), Accepted(f"9:{REPLY.id}", price=0)),
        (
            answer("200 OK", json.dumps({"ok": True, "result": {**SENT, "entities": [{"of": "next year"}]}})),
            Accepted(f"9:{REPLY.id}", price=0),
        ),
        (answer("200 OK", '{"ok": true, "result": true}'), InDoubt("unreadable")),
        (answer("200 OK", '{"ok": true}'), InDoubt("unreadable")),
        (answer("200 OK", "[]"), InDoubt("unreadable")),
        (answer("200 OK", b"\xff\xfe"), InDoubt("unreadable")),
        (answer("200 OK", "[" * 50_000), InDoubt("unreadable")),
        (answer("200 OK", b"not gzip", "Content-Encoding: gzip"), InDoubt("unreadable")),
        (answer("204 No Content"), InDoubt("unreadable")),
        (answer("200 OK", '{"ok": true}')[:-3], InDoubt("disconnected")),
        (b"", InDoubt("disconnected")),
        (b"nonsense\r\n\r\n", InDoubt("disconnected")),
        (answer("301 Moved", b"", "Location: http://127.0.0.1:9/"), InDoubt("http_301")),
        (answer("400 Bad Request", "<html>"), NotProcessed("http_400")),
        (answer("403 Forbidden", "<html>"), NotProcessed("http_403")),
        (answer("404 Not Found", "<html>"), NotProcessed("http_404")),
        (answer("404 Not Found"), NotProcessed("http_404")),
        (answer("405 Method Not Allowed", "<html>"), NotProcessed("http_405")),
        (answer("407 Proxy Authentication Required"), NotProcessed("http_407")),
        (answer("451 Unavailable", "for legal reasons"), NotProcessed("http_451")),
        (answer("400 Bad Request", '{"ok": false}'), NotProcessed("http_400")),
        (answer("403 Forbidden", '{"ok": true, "description": "Forbidden"}'), NotProcessed("http_403")),
        (refusal(400, "blocked by policy"), NotProcessed("http_400")),
        (refusal(403, "blocked by policy"), NotProcessed("http_403")),
        (answer("408 Request Timeout"), InDoubt("http_408")),
        (answer("429 Too Many", "<html>"), NotProcessed("rate_limited")),
        (refusal(400, "Bad Request: 4242 is odd"), Refused("http_400")),
        (refusal(400, "Bad Request: message is too long"), Refused("text_too_long")),
        (
            refusal(400, "Bad Request: not enough rights to send text messages to the chat"),
            Refused("no_rights"),
        ),
        (
            refusal(
                400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-100777
            ),
            Refused("chat_moved"),
        ),
        (refusal(401, "Unauthorized"), NotProcessed("credentials")),
        (refusal(403, "Forbidden: bot was blocked by the user"), Refused("blocked", opted_out=True)),
        (refusal(403, "Forbidden: user is deactivated"), Refused("blocked", opted_out=True)),
        (refusal(404, "Not Found"), NotProcessed("credentials")),
        (refusal(409, "Conflict"), NotProcessed("conflict")),
        (refusal(413, "Request Entity Too Large"), NotProcessed("http_413")),
        (refusal(421, "Misdirected Request"), NotProcessed("credentials")),
        (
            refusal(429, "Too Many Requests: retry after 7", retry_after=7),
            NotProcessed("rate_limited", 7 * SECOND),
        ),
        (refusal(429, "Too Many Requests: retry after 0", retry_after=0), NotProcessed("rate_limited", 0)),
        (refusal(429, "Too Many Requests", retry_after="soon"), NotProcessed("rate_limited")),
        (refusal(429, "Too Many Requests", retry_after=-7), NotProcessed("rate_limited")),
        (refusal(429, "Too Many Requests", retry_after=10**30), NotProcessed("rate_limited")),
        (
            answer(
                "403 Forbidden",
                '{"ok": false, "description": "Forbidden: user is deactivated", "parameters": null}',
            ),
            Refused("blocked", opted_out=True),
        ),
        (refusal(429, "Too Many Requests", retry_after=None), NotProcessed("rate_limited")),
        (refusal(429, "Too Many Requests: retry after 7"), NotProcessed("rate_limited", 7 * SECOND)),
        (
            refusal(429, "Too Many Requests: retry after 7", retry_after=9),
            NotProcessed("rate_limited", 9 * SECOND),
        ),
        (refusal(429, "Too Many Requests: retry after 999999999"), NotProcessed("rate_limited")),
        (by_word(400, "Bad Request: chat not found"), Refused("chat_not_found")),
        (by_word(401, "Unauthorized"), NotProcessed("credentials")),
        (by_word(403, "Forbidden: bot was blocked by the user"), Refused("blocked", opted_out=True)),
        (
            by_word(429, "Too Many Requests: retry after 7", retry_after=7),
            NotProcessed("rate_limited", 7 * SECOND),
        ),
        (by_word(500, "Internal Server Error"), InDoubt("http_500")),
        (by_word("429", "Too Many Requests"), InDoubt("unreadable")),
        (answer("200 OK", '{"ok": false, "description": "Bad Request: no"}'), InDoubt("unreadable")),
        (refusal(500, "Internal Server Error"), InDoubt("http_500")),
        (refusal(500, "Forbidden: bot was blocked by the user"), InDoubt("http_500")),
    ],
    ids=lambda value: value.partition(b"\r\n")[0].decode() if isinstance(value, bytes) else "",
)
async def test_each_answer_has_its_outcome_and_is_asked_for_once(said: bytes, outcome: Outcome) -> None:
    async with Canned(said).serving() as provider:
        assert await send({"TELEGRAM_API_URL": provider.url}) == outcome
    assert provider.connections == 1


@pytest.mark.parametrize(
    ("line", "introduced", "answered"),
    [
        ("@rempart_demo_bot", True, True),
        ("@Rempart_Demo_Bot", True, True),
        ("telegram", True, True),
        ("@another_bot", False, True),
        ("@another_bot", True, False),
        ("", True, False),
    ],
)
async def test_whoever_wrote_to_another_bot_is_not_answered_by_this_one(
    channel: Telegram, standin: TelegramStandIn, line: str, introduced: bool, answered: bool
) -> None:
    if introduced:
        await channel.introduce()
    outcome = await channel.send(Outgoing(REPLY.id, ADDRESS, line, TEXT))
    assert len(standin.sent) == int(answered)
    assert answered or outcome == Refused("other_line")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://nobody.invalid", "https://127.0.0.1:1"])
async def test_nothing_is_in_doubt_when_telegram_could_not_be_reached(url: str) -> None:
    assert await send({"TELEGRAM_API_URL": url}) == NotProcessed("unreachable")


async def test_nothing_is_in_doubt_when_tls_fails() -> None:
    async with Canned(b"HTTP/1.1 400 Bad Request\r\n\r\n").serving() as provider:
        url = provider.url.replace("http:", "https:")
        assert await send({"TELEGRAM_API_URL": url}) == NotProcessed("unreachable")


async def test_a_connection_that_was_closed_meanwhile_is_not_used_again() -> None:
    accepted = answer("200 OK", json.dumps({"ok": True, "result": SENT}))
    async with Canned(accepted).serving() as provider:
        channel = telegram(Journal(), environment={**ENVIRONMENT, "TELEGRAM_API_URL": provider.url})
        await channel.open()
        outcomes = [await channel.send(to(str(chat))) for chat in range(3)]
        await channel.close()
    assert outcomes == [Accepted(f"9:{REPLY.id}", price=0)] * 3
    assert provider.connections == 3


async def test_the_path_of_the_api_url_is_kept_whatever_stands_in_it() -> None:
    async with Canned(answer("404 Not Found")).serving() as provider:
        assert await send({"TELEGRAM_API_URL": f"{provider.url}/x/{{token}}"}) == NotProcessed("http_404")
        assert f"POST /x/%7Btoken%7D/bot{TOKEN}/sendMessage ".encode() in provider.received


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
async def test_no_variable_but_ours_decides_whom_we_dial(
    standin: TelegramStandIn, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert isinstance(await send(await standin.start(PUBLIC_URL)), Accepted)


async def test_sending_before_opening_is_our_own_mistake() -> None:
    with pytest.raises(RuntimeError, match="opened"):
        await telegram(Journal()).send(REPLY)


async def test_a_send_that_is_cancelled_stays_cancelled(channel: Telegram, standin: TelegramStandIn) -> None:
    standin.faults.next(Fault.HANG_AFTER)
    sending = asyncio.create_task(channel.send(REPLY))
    await asyncio.wait({sending}, timeout=0.2)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending


async def test_a_chat_that_must_rest_holds_up_no_other_and_is_not_asked_again(
    channel: Telegram, standin: TelegramStandIn
) -> None:
    standin.meet("777")
    standin.faults.flooded[PERSON] = 60
    assert await channel.send(REPLY) == NotProcessed("rate_limited", 60 * SECOND)
    assert isinstance(await channel.send(to("777")), Accepted)
    standin.faults.flooded.clear()
    waiting = await channel.send(REPLY)
    assert isinstance(waiting, NotProcessed)
    assert waiting.retry_after is not None
    assert 0 < waiting.retry_after <= 60 * SECOND
    assert [record.chat for record in standin.sent] == [777]


async def test_the_limits_hold_at_the_other_end(channel: Telegram, standin: TelegramStandIn) -> None:
    chats = [str(1000 + number) for number in range(40)]
    for chat in chats:
        standin.meet(chat)
    begun = time.monotonic()  # a busy machine makes what arrives late, and nothing early
    sent = await asyncio.gather(*(channel.send(to(chat)) for chat in [*chats, chats[0], chats[0]]))
    assert all(isinstance(outcome, Accepted) for outcome in sent)
    arrivals = [(record.arrived, record.chat) for record in standin.sent]
    assert len([at for at, _ in arrivals if at < begun + 0.5]) <= 30
    assert max(arrivals)[0] >= begun + 1.5
    assert Counter(chat for at, chat in arrivals if at < begun + 0.5)[1000] <= 1


@pytest.mark.parametrize(
    "fault", [None, Fault.RESET_AFTER, Fault.RATE_LIMITED, Fault.UNAUTHORIZED, Fault.GARBLED_AFTER]
)
async def test_chats_texts_and_the_token_never_reach_the_log(
    channel: Telegram, standin: TelegramStandIn, caplog: pytest.LogCaptureFixture, fault: Fault | None
) -> None:
    caplog.set_level(logging.DEBUG)
    if fault is not None:
        standin.faults.next(fault)
    await channel.send(REPLY)
    await channel.send(to("777"))
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")]
    for private in (ADDRESS, TEXT, standin.account.token.partition(":")[2]):
        assert private not in "".join(ours)
