"""The Telnyx channel beyond the contract: proofs, what events tell, doubts, and what doctor sees."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bridge.checkup import State
from bridge.errors import Misconfigured
from bridge.model import MINUTE, Message, Outgoing, Progress, Receipt, ReplyId, Wish
from bridge.noun import replace
from bridge.ports import Accepted, InDoubt, NotProcessed, Outcome, Refused, Unreachable, Wiring
from channels.standins.faults import Fault
from channels.standins.telnyx import TelnyxStandIn, forms
from channels.standins.telnyx.account import Record
from channels.telnyx import Telnyx
from channels.telnyx_messaging.codes import CODES
from channels.telnyx_messaging.translation import message
from rempart.testing import NOW, PUBLIC_URL, Journal
from tests.channels.test_telnyx_contract import AT, TelnyxHarness, call_of
from tests.channels.twilio_calls import SENDER

REPLY = ReplyId("0" * 31 + "b")


@pytest.fixture
async def standin() -> AsyncIterator[TelnyxStandIn]:
    standin = TelnyxStandIn(event_delay=0, now=lambda: AT)
    standin.faults.events_lost = True  # nobody answers at the public URL
    yield standin
    await standin.close()


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
async def channel(standin: TelnyxStandIn, journal: Journal) -> AsyncIterator[Telnyx]:
    channel = Telnyx.connect(await standin.start(PUBLIC_URL), journal.wiring())
    assert channel is not None
    await channel.open()
    yield channel
    await channel.close()


def reply(text: str = "Un mot.", *, line: str = "+33644000000", to: str = SENDER) -> Outgoing:
    return Outgoing(REPLY, to, line, text)


async def test_a_genuine_event_is_proved_by_what_is_kept_of_it(
    standin: TelnyxStandIn, channel: Telnyx, journal: Journal
) -> None:
    harness = TelnyxHarness()
    harness.standin = standin
    call = harness.call("Bonjour", "id-1")
    await channel.webhooks()[call.path](call)
    (message,) = journal.happenings
    assert isinstance(message, Message)
    kept = message.original
    assert kept is not None
    assert channel.is_genuine(kept)
    assert not channel.is_genuine(replace(kept, body=kept.body.replace(b"Bonjour", b"Bonsoir")))
    assert not channel.is_genuine(replace(kept, signature=f"1|{kept.signature.partition('|')[2]}"))


@pytest.mark.parametrize("minutes", [-6, 6], ids=["long ago", "in the future"])
async def test_an_event_that_was_not_signed_about_now_is_refused(
    standin: TelnyxStandIn, channel: Telnyx, journal: Journal, minutes: int
) -> None:
    record = Record("inbound", SENDER, standin.line, "Bonjour", AT)
    event = forms.event(standin.account, record, "message.received", AT)
    call = call_of(standin, event, AT + timedelta(minutes=minutes))
    assert (await channel.webhooks()[call.path](call)).status == 403
    assert journal.happenings == []


ODD: list[tuple[bytes, int]] = [
    (b"", 400),
    (b"[]", 400),
    (b'"data"', 400),
    (b"{", 400),
    (b"\xff{}", 400),
    (b"[" * 50_000, 400),
    (b"{}", 200),
    (b'{"data": 1}', 200),
    (b'{"data": {"event_type": "message.received"}}', 400),
    (b'{"data": {"event_type": "message.received", "payload": {"id": "1", "to": [1], "from": {}}}}', 400),
    (b'{"data": {"event_type": "message.finalized", "payload": {"id": "1", "to": [{"status": "?"}]}}}', 200),
    (b'{"data": {"event_type": "messaging-profile.spend-limit-reached"}}', 200),
    (b" " * 70_000, 413),
]


@pytest.mark.parametrize(("body", "status"), ODD, ids=[repr(body[:40]) for body, _ in ODD])
async def test_an_odd_event_is_answered_and_changes_nothing(
    standin: TelnyxStandIn, channel: Telnyx, journal: Journal, body: bytes, status: int
) -> None:
    from channels.standins.telnyx.calls import headers  # noqa: PLC0415

    call = replace(call_of(standin, {}), body=body, headers=headers(standin.account.signing, body, AT))
    assert (await channel.webhooks()[call.path](call)).status == status
    assert journal.happenings == []


LIES = "https://media.telnyx.example/1.png"
MEDIA: list[tuple[object, tuple[str, int, tuple[tuple[str, str], ...]]]] = [
    ([], ("text", 0, ())),
    ([{"url": LIES, "content_type": "image/png", "size": 3}], ("picture", 1, (("image/png", LIES),))),
    ([{"url": LIES, "content_type": "video/mp4"}, {}], ("video", 2, (("video/mp4", LIES),))),
    ([{"url": LIES}], ("file", 1, (("", LIES),))),
    ([{"url": 1, "content_type": []}, "odd", None], ("text", 3, ())),
    ([{"url": "x" * 1025, "content_type": "image/png"}], ("text", 1, ())),
    ({"url": LIES}, ("text", 0, ())),
    (None, ("text", 0, ())),
]


@pytest.mark.parametrize(("told", "kept"), MEDIA, ids=[repr(told)[:40] for told, _ in MEDIA])
def test_a_photo_or_a_file_is_recorded_as_what_it_is_with_where_it_lies(
    told: object, kept: tuple[str, int, tuple[tuple[str, str], ...]]
) -> None:
    whom = {"from": {"phone_number": SENDER}, "to": [{"phone_number": "+33757000000"}]}
    found = message({"id": "1", "text": "", "media": told, **whom}, 0)
    assert found is not None
    assert (found.form, found.attachments, found.media) == kept


FARES: list[tuple[str, int | None, tuple[Progress, str | None, bool, bool]]] = [
    ("queued", None, (Progress.ACCEPTED, None, False, False)),
    ("sent", None, (Progress.SENT, None, False, False)),
    ("delivered", None, (Progress.DELIVERED, None, False, False)),
    ("delivery_unconfirmed", None, (Progress.SENT, None, False, False)),
    ("delivery_failed", 40001, (Progress.FAILED, "landline", False, False)),
    ("delivery_failed", 40300, (Progress.FAILED, "opted_out", True, False)),
    ("sending_failed", 20013, (Progress.FAILED, "account_suspended", False, True)),
    ("sending_failed", 20100, (Progress.FAILED, "balance_spent", False, True)),
    ("expired", None, (Progress.FAILED, None, False, False)),
    ("delivery_failed", 99999, (Progress.FAILED, "99999", False, False)),
]


@pytest.mark.parametrize("fare", FARES, ids=lambda fare: f"{fare[0]} {fare[1]}")
async def test_an_event_tells_how_a_reply_fares(
    standin: TelnyxStandIn,
    channel: Telnyx,
    journal: Journal,
    fare: tuple[str, int | None, tuple[Progress, str | None, bool, bool]],
) -> None:
    status, code, meant = fare
    record = Record("outbound", standin.line, SENDER, "Un mot.", AT, status)
    record.errors = [] if code is None else [{"code": str(code), "title": f"prose about {SENDER}"}]
    record.webhook_url = f"{PUBLIC_URL}/telnyx/messages?reply={REPLY}"
    call = call_of(standin, forms.event(standin.account, record, "message.finalized", AT))
    assert (await channel.webhooks()[call.path](call)).status == 200
    (told,) = journal.happenings
    assert isinstance(told, Receipt)
    assert (told.reply, told.message_id, told.address) == (REPLY, record.id, SENDER)
    assert (told.progress, told.error, told.opted_out, told.never_left) == meant
    assert told.cost is None  # it charges dollars, and nothing is ever converted


async def test_what_it_costs_counts_where_it_is_charged_in_euros(
    standin: TelnyxStandIn, channel: Telnyx
) -> None:
    standin.account.currency = "EUR"
    assert await channel.send(reply()) == Accepted(standin.sent[0].id, 60_000)


REFUSALS: list[tuple[int, int | None, Outcome]] = [
    (400, 40300, Refused("opted_out", opted_out=True)),
    (400, 40310, Refused("bad_number")),
    (403, 20013, NotProcessed("account_suspended")),
    (403, 20100, NotProcessed("balance_spent")),
    (400, 40305, NotProcessed("bad_sender")),
    (429, 40333, NotProcessed("daily_limit")),
    (429, None, NotProcessed("rate_limited")),
    (401, None, NotProcessed("credentials")),
    (451, None, NotProcessed("http_451")),
    (400, 10002, NotProcessed("10002")),
    (408, 40310, InDoubt("http_408")),
    (503, 40310, InDoubt("http_503")),
    (307, None, InDoubt("http_307")),
]


@pytest.mark.parametrize(("status", "code", "outcome"), REFUSALS)
def test_only_a_known_code_of_a_4xx_refuses_a_reply_for_ever(
    status: int, code: int | None, outcome: Outcome
) -> None:
    assert CODES.outcome(status, code) == outcome


@pytest.mark.parametrize("fault", [Fault.GARBLED_AFTER, Fault.EMPTY_AFTER])
async def test_an_answer_that_says_nothing_leaves_a_reply_in_doubt(
    standin: TelnyxStandIn, channel: Telnyx, fault: Fault
) -> None:
    standin.faults.next(fault)
    assert await channel.send(reply()) == InDoubt("unreadable")
    assert len(standin.sent) == 1


async def test_a_reply_in_doubt_is_found_by_what_the_provider_keeps_of_it(
    standin: TelnyxStandIn, channel: Telnyx
) -> None:
    standin.faults.next(Fault.RESET_AFTER)
    assert isinstance(await channel.send(reply()), InDoubt)
    assert await channel.find(reply(), NOW) == Accepted(standin.sent[0].id)


async def test_another_reply_to_the_same_person_is_not_taken_for_it(
    standin: TelnyxStandIn, channel: Telnyx
) -> None:
    await channel.send(Outgoing(ReplyId("c" * 32), SENDER, standin.line, "Un autre."))
    assert await channel.find(reply(), NOW - 20 * MINUTE) is None
    assert await channel.find(reply("Un autre."), NOW - 20 * MINUTE, {standin.sent[0].id}) is None


async def test_absence_proves_nothing_while_the_records_may_lag(channel: Telnyx) -> None:
    assert await channel.find(reply(), NOW - MINUTE) == InDoubt("log_lags")
    assert await channel.find(reply(), NOW - 16 * MINUTE) is None


@pytest.mark.parametrize("fault", [Fault.ERROR_500_BEFORE, Fault.GARBLED_AFTER, Fault.UNAUTHORIZED])
async def test_records_that_cannot_be_read_prove_nothing(
    standin: TelnyxStandIn, channel: Telnyx, fault: Fault
) -> None:
    standin.faults.next(fault, on="records")
    with pytest.raises(Unreachable):
        await channel.find(reply(), NOW - 20 * MINUTE)


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ({"balance": Decimal("-1.5")}, "balance_spent"),
        ({"key": "another"}, "credentials"),
        ({}, None),
    ],
    ids=["it owes", "it does not know us", "it is well"],
)
async def test_whether_it_would_send_can_be_asked_without_sending(
    standin: TelnyxStandIn, channel: Telnyx, trouble: Mapping[str, Any], code: str | None
) -> None:
    for name, value in trouble.items():
        setattr(standin.account, name, value)
    if code is None:
        await channel.well()
        return
    with pytest.raises(Unreachable, match=code):
        await channel.well()


async def test_what_is_set_at_the_provider_is_looked_at(standin: TelnyxStandIn, channel: Telnyx) -> None:
    assert [one.told.code for one in await channel.examine()][-1] == "telnyx_texts"
    standin.account.profile.webhook_url = "https://other.example/hook"
    assert {one.told.code: one.state for one in await channel.examine()} == {
        "telnyx_balance": State.FINE,
        "telnyx_currency": State.NOTE,
        "telnyx_texts_elsewhere": State.WRONG,
    }


def test_two_numbers_of_an_account_are_sorted_by_number_and_one_number_is_of_one_line() -> None:
    first, second = (TelnyxStandIn(number) for number in ("+33644000000", "+33644000001"))
    second.account.signing = first.account.signing
    one, other = (_on(standin, line) for standin, line in ((first, "paris"), (second, "lyon")))
    Telnyx.join({"paris": one, "lyon": other})
    assert (list(one.webhooks()), list(other.webhooks())) == (["/telnyx/messages"], [])
    assert one.share.of("+33644000001").line == "lyon"
    with pytest.raises(Misconfigured, match="paris and lyon"):
        Telnyx.join({"paris": one, "lyon": _on(first, "lyon")})


def _on(standin: TelnyxStandIn, line: str) -> Telnyx:
    account = standin.account
    named = {
        "TELNYX_API_KEY": account.key,
        "TELNYX_PUBLIC_KEY": account.public_key,
        "TELNYX_NUMBER": account.number,
    }
    wiring = Journal().wiring()
    channel = Telnyx.connect(named, Wiring(wiring.append, wiring.clock, PUBLIC_URL, line=line))
    assert channel is not None
    return channel


BAD = {"TELNYX_PUBLIC_KEY": "bm90IGEga2V5", "TELNYX_NUMBER": "0612", "TELNYX_API_KEY": "a key"}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_a_credential_is_refused_by_name(name: str) -> None:
    account = TelnyxStandIn().account
    good = {
        "TELNYX_API_KEY": account.key,
        "TELNYX_PUBLIC_KEY": account.public_key,
        "TELNYX_NUMBER": account.number,
    }
    with pytest.raises(Misconfigured, match=name) as refused:
        Telnyx.connect({**good, name: BAD[name]}, Journal().wiring())
    assert BAD[name] not in str(refused.value)


@pytest.mark.parametrize(
    ("told", "wish"),
    [("STOP", Wish.STOP), ("start", Wish.START), ("HELP", None), ("", None), (None, None), (7, None)],
)
def test_what_telnyx_has_understood_somebody_to_wish_counts_whatever_the_word_was(
    told: object, wish: Wish | None
) -> None:
    """A profile may have words of its own, in any language, that block and unblock people there."""
    ends = {"from": {"phone_number": SENDER}, "to": [{"phone_number": "+33644000000"}]}
    heard = message({"id": "m1", "text": "basta cosi", **ends, "autoresponse_type": told}, NOW)
    assert heard is not None
    assert heard.wish is wish
