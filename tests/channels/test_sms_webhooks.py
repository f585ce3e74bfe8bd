"""What the SMS channel makes of Twilio's webhooks, good ones and bad ones."""

import asyncio

import pytest
from twilio.request_validator import RequestValidator

from bridge.model import Call, Message, Progress, Receipt, Wish
from bridge.noun import replace
from channels.sms import Sms
from channels.twilio.form import LIMIT_BYTES
from rempart.testing import NOW, Journal
from tests.channels.twilio_calls import NUMBER, SENDER, SID, SMS, STATUS, Pairs, signed, sms

REPLY = "0123456789abcdef" * 2
UNSIGNED = {"x-twilio-signature": ""}

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def channel(journal: Journal) -> Sms:
    return sms(journal)


async def status_of(channel: Sms, call: Call) -> int:
    return (await channel.webhooks()[call.path](call)).status


async def message_of(channel: Sms, journal: Journal, form: dict[str, str] | Pairs) -> Message:
    assert await status_of(channel, signed(form)) == 200
    (message,) = journal.happenings
    assert isinstance(message, Message)
    return message


async def receipt_of(channel: Sms, journal: Journal, form: dict[str, str], query: str = "") -> Receipt:
    assert await status_of(channel, signed(form, path="/twilio/status", query=query)) == 200
    (receipt,) = journal.happenings
    assert isinstance(receipt, Receipt)
    return receipt


def with_body(body: bytes, path: str = "/twilio/sms", **headers: str) -> Call:
    """A body that no SDK could sign; the signature is there, and wrong."""
    return replace(signed(SMS, path=path, headers=headers), body=body)


async def test_a_signed_message_is_answered_with_twiml_that_says_nothing(channel: Sms) -> None:
    answer = await channel.webhooks()["/twilio/sms"](signed(SMS))
    assert (answer.status, answer.content_type) == (200, "text/xml; charset=utf-8")
    assert answer.body == b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


async def test_a_signed_message_becomes_an_event_with_all_that_the_provider_told(
    channel: Sms, journal: Journal
) -> None:
    form = {**SMS, "NumSegments": "3", "NumMedia": "2", "OptOutType": "STOP", "FromCountry": "FR"}
    assert await message_of(channel, journal, form) == Message(
        channel="sms",
        provider_id=SID,
        line=NUMBER,
        address=SENDER,
        text="Bonjour",
        at=NOW,
        segments=3,
        wish=Wish.STOP,
        attachments=2,
    )


BAD_CALLS = [
    pytest.param(signed(SMS, headers=UNSIGNED), 403, id="unsigned"),
    pytest.param(replace(signed(SMS), headers={}), 403, id="no headers at all"),
    pytest.param(signed(SMS, token="another"), 403, id="signed with another token"),
    pytest.param(signed(SMS, base="https://elsewhere.example"), 403, id="signed for another host"),
    pytest.param(signed(SMS, headers={"x-twilio-signature": "é\udcff"}), 403, id="odd signature"),
    pytest.param(with_body(b"MessageSid=SM1&From=%2B1&To=%2B2&Body=x"), 403, id="tampered body"),
    pytest.param(replace(signed(SMS), query="a=1"), 403, id="tampered query"),
    pytest.param(replace(signed(SMS, path="/twilio/status"), path="/twilio/sms"), 403, id="for another path"),
    pytest.param(
        signed(SMS, headers={"x-twilio-webhooks-signature-settings": "algorithm=HMAC_MD5"}),
        403,
        id="unknown algorithm",
    ),
    pytest.param(with_body(b"a" * (64 * 1024 + 1)), 413, id="oversized"),
    pytest.param(with_body(b"Body=\xff"), 400, id="raw bytes that are not UTF-8"),
    pytest.param(with_body(b"Body=%E9t%E9"), 400, id="escaped Latin-1"),
    pytest.param(with_body(b"Body=%C3"), 400, id="cut in the middle of a character"),
    pytest.param(with_body(b"Body=%ED%A0%80"), 400, id="lone surrogate"),
    pytest.param(with_body(b"Body=\xed\xa0\x80"), 400, id="raw lone surrogate"),
    pytest.param(with_body(b"%ED%A0%80=x"), 400, id="lone surrogate in a name"),
    pytest.param(with_body("From=é".encode("utf-16")), 400, id="UTF-16"),
    pytest.param(with_body(b"a=1&" * 201), 400, id="too many fields"),
    pytest.param(signed(SMS, headers={"content-type": "application/json"}), 400, id="JSON"),
    pytest.param(
        signed(SMS, headers={"content-type": "multipart/form-data; boundary=x"}), 400, id="multipart"
    ),
    pytest.param(signed({}), 400, id="empty"),
    pytest.param(with_body(b""), 403, id="emptied"),
]


@pytest.mark.parametrize(("call", "status"), BAD_CALLS)
@pytest.mark.parametrize("path", ["/twilio/sms", "/twilio/status"])
async def test_a_bad_call_is_refused_and_changes_nothing(
    channel: Sms, journal: Journal, call: Call, status: int, path: str
) -> None:
    answer = await channel.webhooks()[path](call)
    assert answer.status == status
    assert journal.happenings == []


PLAIN = NUMBER.removeprefix("+")


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (PLAIN, NUMBER),
        (f" {PLAIN}", NUMBER),
        (f"+{PLAIN[:2]} {PLAIN[2:5]} {PLAIN[5:]}", NUMBER),
        (f"(+{PLAIN[:2]}){PLAIN[2:]}", NUMBER),
        ("+33639980001", "+33639980001"),
        (f"{NUMBER}0", f"{NUMBER}0"),
        ("INFO", "INFO"),
    ],
)
async def test_our_number_is_ours_however_it_is_spelled(
    channel: Sms, journal: Journal, told: str, line: str
) -> None:
    assert (await message_of(channel, journal, {**SMS, "To": told})).line == line


@pytest.mark.parametrize("size", [LIMIT_BYTES - 1, LIMIT_BYTES])
async def test_what_stands_beside_a_text_may_fill_the_form(channel: Sms, journal: Journal, size: int) -> None:
    beside = size - len(signed({**SMS, "AddOns": ""}).body)
    assert (await message_of(channel, journal, {**SMS, "AddOns": "x" * beside})).text == "Bonjour"
    assert await status_of(channel, signed({**SMS, "AddOns": "x" * (beside + LIMIT_BYTES)})) == 413


@pytest.mark.parametrize("field", ["MessageSid", "From", "To"])
@pytest.mark.parametrize("value", ["", "  ", "x" * 65, "nul\x00", "line\nfeed"], ids=ascii)
async def test_a_message_must_say_which_one_it_is_from_whom_and_to_whom(
    channel: Sms, journal: Journal, field: str, value: str
) -> None:
    assert await status_of(channel, signed({**SMS, field: value})) == 400
    assert await status_of(channel, signed({name: SMS[name] for name in SMS if name != field})) == 400
    assert journal.happenings == []


@pytest.mark.parametrize("name", ["SmsSid", "SmsMessageSid"])
async def test_older_names_of_the_message_id_are_understood(
    channel: Sms, journal: Journal, name: str
) -> None:
    form = {name: SID, "From": SENDER, "To": NUMBER}
    assert (await message_of(channel, journal, form)).provider_id == SID


@pytest.mark.parametrize(
    "text",
    ["", "\x00", "a\x00b\r\n\t\x1b", "🚒" * 100, "é" * 1600, "a+b %2B &amp;=;", "\ufeff\u202e", "STOP"],
    ids=ascii,
)
async def test_a_text_is_kept_as_it_is(channel: Sms, journal: Journal, text: str) -> None:
    assert (await message_of(channel, journal, {**SMS, "Body": text})).text == text


async def test_a_missing_text_is_an_empty_one(channel: Sms, journal: Journal) -> None:
    form = {name: value for name, value in SMS.items() if name != "Body"}
    assert (await message_of(channel, journal, form)).text == ""


@pytest.mark.parametrize("sender", ["38080", "Info Service", "rcs:+33612345678", "+266696687"])
async def test_whoever_wrote_is_kept_as_the_provider_names_them(
    channel: Sms, journal: Journal, sender: str
) -> None:
    assert (await message_of(channel, journal, {**SMS, "From": sender})).address == sender


@pytest.mark.parametrize(
    ("told", "segments"),
    [("1", 1), ("7", 7), ("0", 1), ("", 1), ("-3", 1), ("two", 1), ("9" * 30, 1), ("٣", 1), (" 4 ", 4)],
)
async def test_an_odd_number_of_segments_counts_as_one(
    channel: Sms, journal: Journal, told: str, segments: int
) -> None:
    assert (await message_of(channel, journal, {**SMS, "NumSegments": told})).segments == segments


@pytest.mark.parametrize(("told", "media"), [("0", 0), ("3", 3), ("", 0), ("-1", 0), ("many", 0)])
async def test_an_odd_number_of_attachments_counts_as_none(
    channel: Sms, journal: Journal, told: str, media: int
) -> None:
    assert (await message_of(channel, journal, {**SMS, "NumMedia": told})).attachments == media


@pytest.mark.parametrize(
    ("told", "wish"),
    [("STOP", Wish.STOP), ("stop", Wish.STOP), ("START", Wish.START), ("HELP", None), ("", None)],
)
async def test_an_opt_out_that_the_provider_understood_is_passed_on(
    channel: Sms, journal: Journal, told: str, wish: Wish | None
) -> None:
    assert (await message_of(channel, journal, {**SMS, "OptOutType": told})).wish is wish


async def test_fields_nobody_knows_and_repeated_ones_are_signed_too(channel: Sms, journal: Journal) -> None:
    form = [*SMS.items(), ("Label", "b"), ("Label", "a"), ("Label", "a"), ("", ""), ("Ünï", "çødé")]
    assert (await message_of(channel, journal, form)).text == "Bonjour"


async def test_repeats_in_parallel_carry_one_id(channel: Sms, journal: Journal) -> None:
    answers = await asyncio.gather(*(status_of(channel, signed(SMS)) for _ in range(20)))
    assert set(answers) == {200}
    assert {what.provider_id for what in journal.happenings} == {SID}


@pytest.mark.parametrize(
    ("public_url", "dialled"),
    [
        ("https://bridge.example.org", "https://bridge.example.org"),
        ("https://bridge.example.org", "https://bridge.example.org:443"),
        ("https://bridge.example.org:443", "https://bridge.example.org"),
        ("https://bridge.example.org:8443", "https://bridge.example.org:8443"),
        ("https://example.org/prefix", "https://example.org/prefix"),
        (None, "http://10.0.0.7:8000"),
    ],
)
async def test_the_signed_url_is_the_one_that_the_provider_dialled(
    journal: Journal, public_url: str | None, dialled: str
) -> None:
    assert await status_of(sms(journal, public_url), signed(SMS, base=dialled)) == 200


@pytest.mark.parametrize("public_url", ["https://bridge.example.org", None])
async def test_headers_of_a_proxy_are_never_believed(journal: Journal, public_url: str | None) -> None:
    forwarded = {
        "x-forwarded-proto": "https",
        "x-forwarded-host": "evil.example",
        "forwarded": "host=evil.example",
    }
    call = signed(SMS, base="https://evil.example", headers=forwarded)
    assert await status_of(sms(journal, public_url), call) == 403


async def test_behind_a_proxy_the_host_that_arrived_does_not_count(journal: Journal) -> None:
    assert await status_of(sms(journal), signed(SMS, base="http://10.0.0.7:8000")) == 403


async def test_a_broken_host_header_is_refused_like_any_wrong_signature(journal: Journal) -> None:
    call = signed(SMS, headers={"host": "[::1"})
    assert await status_of(sms(journal, public_url=None), call) == 403


@pytest.mark.parametrize(("shared_key", "signed_with"), [("shared", "shared"), (None, "token-of-the-tests")])
async def test_the_newer_signature_uses_the_shared_key_where_there_is_one(
    journal: Journal, shared_key: str | None, signed_with: str
) -> None:
    environment = {} if shared_key is None else {"TWILIO_SHARED_KEY": shared_key}
    url = "https://bridge.example.org/twilio/sms"
    headers = {
        "x-twilio-webhooks-signature-settings": "key=k1,algorithm=HMAC_SHA256",
        "x-twilio-signature": RequestValidator(signed_with).compute_signature(url, SMS, "HMAC_SHA256"),
    }
    assert await status_of(sms(journal, **environment), signed(SMS, headers=headers)) == 200
    wrong = {
        **headers,
        "x-twilio-signature": RequestValidator("x").compute_signature(url, SMS, "HMAC_SHA256"),
    }
    assert await status_of(sms(journal, **environment), signed(SMS, headers=wrong)) == 403


async def test_the_older_signature_still_counts_beside_a_shared_key(journal: Journal) -> None:
    assert await status_of(sms(journal, TWILIO_SHARED_KEY="shared"), signed(SMS)) == 200


@pytest.mark.parametrize("content_type", [FORM, f"{FORM.upper()} ; charset=utf-8"])
async def test_the_content_type_may_be_written_in_any_way(channel: Sms, content_type: str) -> None:
    assert await status_of(channel, signed(SMS, headers={"content-type": content_type})) == 200


async def test_refusals_repeat_nothing_of_what_came(channel: Sms) -> None:
    for call, _ in (parameters.values for parameters in BAD_CALLS):
        assert isinstance(call, Call)
        answer = await channel.webhooks()["/twilio/sms"](call)
        assert b"+33" not in answer.body
        assert b"token" not in answer.body


@pytest.mark.parametrize(
    ("status", "progress"),
    [
        ("queued", Progress.ACCEPTED),
        ("accepted", Progress.ACCEPTED),
        ("scheduled", Progress.ACCEPTED),
        ("sending", Progress.ACCEPTED),
        ("sent", Progress.SENT),
        ("delivered", Progress.DELIVERED),
        ("Delivered", Progress.DELIVERED),
        ("read", Progress.DELIVERED),
        ("undelivered", Progress.FAILED),
        ("failed", Progress.FAILED),
        ("canceled", Progress.FAILED),
    ],
)
async def test_a_status_callback_becomes_a_receipt(
    channel: Sms, journal: Journal, status: str, progress: Progress
) -> None:
    receipt = await receipt_of(channel, journal, {**STATUS, "MessageStatus": status}, f"reply={REPLY}")
    assert receipt == Receipt(
        channel="sms",
        provider_id=f"{SID}:{status.lower()}",
        message_id=SID,
        reply=receipt.reply,
        address=SENDER,
        progress=progress,
        at=NOW,
    )
    assert receipt.reply == REPLY


@pytest.mark.parametrize(
    "query",
    [
        "",
        "reply=",
        "reply=12",
        f"reply={REPLY.upper()}",
        f"reply={REPLY}0",
        f"other={REPLY}",
        "reply=%FF",
        "%",
    ],
)
async def test_a_callback_without_our_id_is_known_by_the_message_id(
    channel: Sms, journal: Journal, query: str
) -> None:
    receipt = await receipt_of(channel, journal, STATUS, query)
    assert (receipt.reply, receipt.message_id) == (None, SID)


@pytest.mark.parametrize(
    ("code", "error", "opted_out"),
    [
        ("30003", "handset_unreachable", False),
        ("30007", "filtered", False),
        ("21610", "opted_out", True),
        ("39999", "39999", False),
        ("0", None, False),
        ("", None, False),
        ("+33612345678 is gone", None, False),
        ("1234567", None, False),
    ],
)
async def test_a_failure_gives_a_short_code_and_no_prose(
    channel: Sms, journal: Journal, code: str, error: str | None, opted_out: bool
) -> None:
    form = {**STATUS, "MessageStatus": "undelivered", "ErrorCode": code, "ErrorMessage": "Gone: +33612345678"}
    receipt = await receipt_of(channel, journal, form)
    assert (receipt.error, receipt.opted_out) == (error, opted_out)


@pytest.mark.parametrize("status", ["receiving", "received", "partially_delivered", "something-new"])
async def test_a_status_that_says_nothing_about_a_reply_is_taken_and_ignored(
    channel: Sms, journal: Journal, status: str
) -> None:
    assert await status_of(channel, signed({**STATUS, "MessageStatus": status}, path="/twilio/status")) == 200
    assert journal.happenings == []


async def test_the_older_name_of_a_status_is_understood(channel: Sms, journal: Journal) -> None:
    form = {name: value for name, value in STATUS.items() if name != "MessageStatus"}
    receipt = await receipt_of(channel, journal, {**form, "SmsStatus": "delivered"}, f"reply={REPLY}")
    assert (receipt.progress, receipt.provider_id) == (Progress.DELIVERED, f"{SID}:delivered")


@pytest.mark.parametrize("field", ["MessageSid", "MessageStatus"])
async def test_a_status_callback_must_say_which_message_and_what(
    channel: Sms, journal: Journal, field: str
) -> None:
    assert await status_of(channel, signed({**STATUS, field: ""}, path="/twilio/status")) == 400
    assert journal.happenings == []
