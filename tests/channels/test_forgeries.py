"""What is not yet known to be genuine costs nothing: its body is not read, or looked at in a few steps."""

import gzip
from collections.abc import Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model import Call
from bridge.noun import replace
from bridge.ports import Guarded, Webhook
from bridge.web.webhooks import Webhooks
from channels.slack.bolt import Acknowledged
from channels.slack.webhook import Receiver, glance
from channels.twilio.form import LIMIT_BYTES, decode
from rempart.testing import NOW, Journal
from tests.channels import slack_calls, telegram_calls, twilio_calls
from tests.channels.slack_calls import slack
from tests.channels.telegram_calls import telegram
from tests.channels.twilio_calls import SMS, sms
from tests.support.steps import stepped

LARGEST = 64 * 1024


def app(journal: Journal) -> Webhooks:
    channels = (sms(journal), telegram(journal), slack())
    hooks = {path: hook for channel in channels for path, hook in channel.webhooks().items()}
    return Webhooks(hooks, lambda: NOW, _nowhere)


async def _nowhere(*_asgi: object) -> None:
    raise AssertionError("It is a webhook.")


TWILIO = twilio_calls.signed(SMS)
STATUS = twilio_calls.signed(twilio_calls.STATUS, path="/twilio/status")
TELEGRAM = telegram_calls.posted(telegram_calls.written(text="Bonjour"))
SLACK = slack_calls.command(slack_calls.COMMAND)


def without(call: Call, *names: str, **other: str) -> Call:
    kept = {name: value for name, value in call.headers.items() if name not in names}
    return replace(call, headers=kept | {name.replace("_", "-"): value for name, value in other.items()})


UNREAD = {
    "no signature": without(TWILIO, "x-twilio-signature"),
    "empty signature": without(TWILIO, x_twilio_signature=""),
    "signature of another length": without(TWILIO, x_twilio_signature="abc="),
    "signature that is no Base64": without(TWILIO, x_twilio_signature="é" * 27 + "="),
    "endless signature": without(TWILIO, x_twilio_signature="A" * 30_000),
    "receipt without signature": without(STATUS, "x-twilio-signature"),
    "telegram without secret": without(TELEGRAM, "x-telegram-bot-api-secret-token"),
    "telegram with another secret": without(TELEGRAM, x_telegram_bot_api_secret_token="wrong"),
    "slack without signature": without(SLACK, "x-slack-signature"),
    "slack without timestamp": without(SLACK, "x-slack-request-timestamp"),
    "slack with half a signature": without(SLACK, x_slack_signature="v0=00"),
    "slack with odd digits": without(SLACK, x_slack_request_timestamp="١٧"),
    "slack with an endless timestamp": without(SLACK, x_slack_request_timestamp="9" * 400),
}


@pytest.mark.parametrize("call", UNREAD.values(), ids=UNREAD)
async def test_who_shows_no_proof_is_answered_before_the_body_is_read(call: Call) -> None:
    told: list[Any] = []

    async def receive() -> MutableMapping[str, Any]:
        told.append("read")
        return {"type": "http.request", "body": b"x"}

    async def send(message: MutableMapping[str, Any]) -> None:
        told.append(message.get("status") or message["body"])

    journal = Journal()
    await app(journal)(scope_of(call), receive, send)
    assert told[:1] == [403]
    assert told[2:] == ["read", b""]
    assert journal.happenings == []


def scope_of(call: Call) -> dict[str, Any]:
    headers = [(name.encode(), value.encode()) for name, value in call.headers.items()]
    plain = {"type": "http", "method": "POST", "query_string": call.query.encode()}
    return {**plain, "path": call.path, "headers": headers}


def filled(pattern: bytes, size: int) -> bytes:
    return b"Body=" + (pattern * size)[: size - 5]


PATTERNS = {
    "per cent": b"%",
    "halves of escapes": b"%4",
    "escapes": b"%41",
    "escapes apart": b"%41a",
    "escaped per cent": b"%25",
    "emoji": b"%F0%9F%98%80",
    "emoji unescaped": "😀".encode(),
    "escaped NUL": b"%00",
    "escaped Latin-1": b"%E9",
    "Latin-1": b"\xe9",
    "NUL": b"\0",
    "plus": b"+",
    "ampersands": b"&",
    "equals": b"=",
    "fields": b"a=1&",
    "the same field": b"&Body=1",
    "semicolons": b"a=1;",
    "brackets": b"[",
    "braces": b'{"a":',
    "compressed": gzip.compress(b"a" * 10_000),
}

STEPS = 4000
"""For two hundred fields; a step for each byte would be more than thirty thousand."""


@pytest.mark.parametrize("size", [LIMIT_BYTES, LIMIT_BYTES + 1])
@pytest.mark.parametrize("path", ["/twilio/sms", "/twilio/status"])
@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_a_form_with_a_wrong_signature_is_refused_in_a_few_steps(
    pattern: bytes, path: str, size: int
) -> None:
    forged = replace(TWILIO, path=path, body=filled(pattern, size))
    answer, steps = stepped(sms(Journal()).webhooks()[path](forged))
    assert answer.status == 413 if size > LIMIT_BYTES else answer.status in {400, 403}
    assert steps < STEPS


OTHERS: dict[str, Callable[[bytes], Call]] = {
    "slack": lambda body: slack_calls.signed(body, slack_calls.FORM, secret="another"),
    "slack in JSON": lambda body: slack_calls.signed(body, secret="another"),
    "telegram": lambda body: telegram_calls.posted(None, "another", body),
}


@pytest.mark.parametrize("forge", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_so_are_bodies_at_the_other_doors(pattern: bytes, forge: Callable[[bytes], Call]) -> None:
    forged = forge(filled(pattern, LARGEST))
    hook = Guarded(Receiver(slack_calls.SIGNING_SECRET, _dispatch).receive, glance)
    doors: dict[str, Webhook] = {"/slack/events": hook, **telegram(Journal()).webhooks()}
    answer, steps = stepped(doors[forged.path](forged))
    assert answer.status in {400, 403}
    assert steps < STEPS


async def _dispatch(_payload: object) -> Acknowledged:
    raise AssertionError("It is not genuine.")


EVERYTHING_ELSE = {f"Field{number}": "x" * 64 for number in range(16)}
GENUINE = {
    "1,600 emoji": "😀" * 1600,
    "1,600 letters of Arabic": "ش" * 1600,
    "1,600 per cent signs": "%" * 1600,
    "1,600 plus signs": "+" * 1600,
    "1,600 lines": "\r\n" * 800,
    "4,096 letters with accents": "é" * 4096,
}


@pytest.mark.parametrize("text", GENUINE.values(), ids=GENUINE)
async def test_the_longest_genuine_text_is_taken(text: str) -> None:
    journal = Journal()
    call = twilio_calls.signed({**EVERYTHING_ELSE, **SMS, "Body": text})
    assert (await sms(journal).webhooks()["/twilio/sms"](call)).status == 200
    assert [what.text for what in journal.happenings] == [text]  # type: ignore[union-attr]


async def test_a_compressed_form_is_none_though_its_bytes_are_signed() -> None:
    call = replace(
        TWILIO, body=gzip.compress(TWILIO.body), headers={**TWILIO.headers, "content-encoding": "gzip"}
    )
    assert (await sms(Journal()).webhooks()["/twilio/sms"](call)).status in {400, 403}


PIECES = st.sampled_from(
    b"a Body = & + %41 %c3%A9 %25 %3D %26 %0A =0A _ %3D%0A %C3 %A9 \xc3 \xc3\xa9 %00 ; . %ED%A0%80".split()
) | st.sampled_from([b"\n", b"=\n", b" ", b"\t \n", b"=\r\n"])


@given(st.lists(PIECES, max_size=20).map(b"".join))
def test_a_form_is_read_as_the_standard_library_reads_it(body: bytes) -> None:
    try:
        expected = parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
    except ValueError:
        expected = None
    assert decode(replace(TWILIO, body=body)) == expected


TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=12))
def test_a_form_of_any_texts_is_read_back(fields: list[tuple[str, str]]) -> None:
    assert decode(replace(TWILIO, body=urlencode(fields).encode())) == fields
