"""The gateway channel beyond the contract: which message is which, doubts, what doctor sees of a phone."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bridge.checkup import State
from bridge.errors import Misconfigured
from bridge.model import Message, Outgoing, Progress, Receipt, ReplyId
from bridge.noun import replace
from bridge.ports import Accepted, InDoubt, Unreachable
from bridge.store.engine.store import Store
from bridge.store.engine.tables import events
from channels.gateway import Gateway
from channels.standins.faults import Fault
from channels.standins.gateway import GatewayStandIn
from rempart.testing import NOW, PUBLIC_URL, Journal
from tests.channels.test_gateway_contract import AT, call_of, event, received
from tests.channels.twilio_calls import SENDER
from tests.support.clock import TestClock
from tests.support.events import Bridge

REPLY = ReplyId("0" * 31 + "b")


@pytest.fixture
async def standin() -> AsyncIterator[GatewayStandIn]:
    standin = GatewayStandIn(event_delay=0, now=lambda: AT)
    standin.faults.events_lost = True  # nobody answers at the public URL
    yield standin
    await standin.close()


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
async def channel(standin: GatewayStandIn, journal: Journal) -> AsyncIterator[Gateway]:
    channel = Gateway.connect(await standin.start(PUBLIC_URL), journal.wiring())
    assert channel is not None
    await channel.open()
    yield channel
    await channel.close()


def reply(text: str = "Un mot.", call: int = 1) -> Outgoing:
    return Outgoing(REPLY, SENDER, "+33655000000", text, call)


async def told(channel: Gateway, *bodies: dict[str, object]) -> None:
    """What the telephone posts, one after the other; each is taken."""
    standin = GatewayStandIn()
    standin.phone.signing_key = channel.key
    for body in bodies:
        call = call_of(standin, body)
        assert (await channel.webhooks()[call.path](call)).status == 200


async def test_two_messages_under_one_id_are_both_kept_and_one_that_is_retried_is_kept_once(
    channel: Gateway, journal: Journal, store: Store
) -> None:
    """Also where they were written by one person, in one second, and say the same."""
    await told(
        channel,
        received("salut", "event-1"),
        received("salut", "event-2"),
        received("autre chose", "event-3"),
        received("salut", "event-4", sender="+33699999999"),
        received("salut", "event-1"),
        received("salut", "event-1"),
    )
    assert len({what.provider_id for what in journal.happenings}) == 4
    bridge = Bridge(store, TestClock())
    await bridge.tell(*journal.happenings)
    await bridge.tell(*journal.happenings)
    assert (
        await store.read(lambda connection: connection.scalar(select(func.count()).select_from(events))) == 4
    )


async def test_an_older_release_that_names_no_event_is_known_by_all_that_it_sends(
    channel: Gateway, journal: Journal
) -> None:
    one, other = (received(text, "") for text in ("salut", "autre chose"))
    del one["id"], other["id"]
    await told(channel, one, one, other)
    first, again, second = (what.provider_id for what in journal.happenings)
    assert first == again != second


@pytest.mark.parametrize("minutes", [-6, 6], ids=["long ago", "in the future"])
async def test_a_call_that_was_not_signed_about_now_is_refused(
    standin: GatewayStandIn, channel: Gateway, journal: Journal, minutes: int
) -> None:
    call = call_of(standin, received("salut", "event-1"), AT + timedelta(minutes=minutes))
    assert (await channel.webhooks()[call.path](call)).status == 403
    assert journal.happenings == []


async def test_a_message_is_as_old_as_the_telephone_says_and_never_from_the_future(
    channel: Gateway, journal: Journal
) -> None:
    old, later = AT - timedelta(days=2), AT + timedelta(days=2)
    await told(
        channel,
        {**received("a", "1"), "payload": {"phoneNumber": SENDER, "receivedAt": old.isoformat()}},
        {**received("b", "2"), "payload": {"phoneNumber": SENDER, "receivedAt": later.isoformat()}},
        {**received("c", "3"), "payload": {"phoneNumber": SENDER, "receivedAt": "yesterday"}},
    )
    assert [what.at for what in journal.happenings] == [NOW - 2 * 86_400_000_000, NOW, NOW]


async def test_what_comes_for_another_sim_is_its_owners_own(
    standin: GatewayStandIn, journal: Journal
) -> None:
    named = {**await standin.start(PUBLIC_URL), "GATEWAY_SIM": "2"}
    channel = Gateway.connect(named, journal.wiring())
    assert channel is not None
    await told(channel, received("privé", "1"))
    await told(channel, {**received("", "2"), "payload": {"phoneNumber": SENDER, "simNumber": 2}})
    assert len(journal.happenings) == 1


async def test_a_picture_is_told_as_one(channel: Gateway, journal: Journal) -> None:
    await told(channel, event("mms:received", "1", sender=SENDER, subject="regarde"))
    (message,) = journal.happenings
    assert isinstance(message, Message)
    assert (message.form, message.attachments, message.text) == ("picture", 1, "regarde")


NAME, LONG = f"{REPLY}-1-1", f"{REPLY}-1-3"
FARES: list[tuple[str, str, str | None, tuple[Progress, str | None, bool]]] = [
    ("sms:sent", NAME, None, (Progress.SENT, None, False)),
    ("sms:delivered", NAME, None, (Progress.DELIVERED, None, False)),
    ("sms:failed", NAME, "RESULT_ERROR_NO_SERVICE (4)", (Progress.FAILED, "no_service", True)),
    ("sms:failed", LONG, "RESULT_ERROR_NO_SERVICE (4)", (Progress.FAILED, "no_service", False)),
    ("sms:failed", LONG, "TTL expired", (Progress.FAILED, "expired", True)),
    ("sms:failed", NAME, "RESULT_ERROR_GENERIC_FAILURE (1)", (Progress.FAILED, "not_sent", False)),
    ("sms:failed", NAME, None, (Progress.FAILED, "not_sent", False)),
]


@pytest.mark.parametrize("fare", FARES)
async def test_the_telephone_tells_how_a_reply_fares(
    channel: Gateway, journal: Journal, fare: tuple[str, str, str | None, tuple[Progress, str | None, bool]]
) -> None:
    kind, name, reason, meant = fare
    why = {} if reason is None else {"reason": reason}
    await told(channel, event(kind, "1", messageId=name, phoneNumber=SENDER, **why))
    (receipt,) = journal.happenings
    assert isinstance(receipt, Receipt)
    assert (receipt.reply, receipt.message_id, receipt.address) == (REPLY, name, SENDER)
    assert (receipt.progress, receipt.error, receipt.never_left) == meant


async def test_what_somebody_sends_from_the_telephone_by_hand_is_no_matter_of_ours(
    channel: Gateway, journal: Journal
) -> None:
    await told(channel, event("sms:sent", "1", messageId="zXDYfTmTVf3iMd16zzdBj", phoneNumber=SENDER))
    assert journal.happenings == []


async def test_a_reply_is_known_by_the_name_that_we_gave_it_and_each_call_has_its_own(
    standin: GatewayStandIn, channel: Gateway
) -> None:
    standin.faults.next(Fault.RESET_AFTER, Fault.RESET_BEFORE)
    assert isinstance(await channel.send(reply()), InDoubt)
    assert await channel.find(reply(), NOW) == Accepted(f"{REPLY}-1-1")
    assert isinstance(await channel.send(reply(call=2)), InDoubt)
    assert await channel.find(reply(call=2), NOW) is None
    assert await channel.send(reply()) == Accepted(
        f"{REPLY}-1-1"
    )  # the same call once more is no second text
    assert len(standin.sent) == 1


async def test_a_telephone_that_cannot_be_asked_proves_nothing(
    standin: GatewayStandIn, channel: Gateway
) -> None:
    standin.faults.next(Fault.ERROR_500_BEFORE, on="fetch")
    with pytest.raises(Unreachable):
        await channel.find(reply(), NOW)


async def test_the_telephone_is_told_once_where_to_call_and_each_kind_once(
    standin: GatewayStandIn, channel: Gateway
) -> None:
    standin.phone.hooks.clear()
    assert [one.told.code for one in await channel.examine()][-1] == "gateway_hooks_missing"
    await channel.introduce()
    await channel.introduce()
    assert len(standin.phone.hooks) == 5
    assert [one.told.code for one in await channel.examine()] == ["gateway_answers", "gateway_hooks"]
    url = f"{PUBLIC_URL}/gateway/events"
    standin.phone.hooks["by-hand"] = {"id": "by-hand", "url": url, "event": "sms:received"}
    assert [one.told.code for one in await channel.examine()][-1] == "gateway_hooks_doubled"


async def test_a_telephone_in_trouble_is_seen(standin: GatewayStandIn, channel: Gateway) -> None:
    await channel.well()
    standin.phone.battery, standin.phone.status = 12, "fail"
    found = {one.told.code: one.state for one in await channel.examine()}
    assert (found["gateway_battery"], found["gateway_fails"]) == (State.NOTE, State.WRONG)
    with pytest.raises(Unreachable, match="phone_fails"):
        await channel.well()
    standin.phone.password = "another"
    assert [one.told.code for one in await channel.examine()] == ["gateway_refuses"]
    with pytest.raises(Unreachable, match="credentials"):
        await channel.well()


async def test_two_lines_have_two_telephones(standin: GatewayStandIn, journal: Journal) -> None:
    named = await standin.start(PUBLIC_URL)
    one = Gateway.connect(named, journal.wiring())
    other = Gateway.connect({**named, "GATEWAY_NUMBER": "+33655000001"}, journal.wiring())
    assert one is not None
    assert other is not None
    with pytest.raises(Misconfigured, match="same signing key") as refused:
        Gateway.join({"paris": one, "lyon": other})
    assert standin.phone.signing_key not in str(refused.value)
    with pytest.raises(Misconfigured, match="GATEWAY_SIM"):
        Gateway.connect({**named, "GATEWAY_SIM": "4"}, journal.wiring())


def test_a_forged_signature_is_none_whatever_it_is_made_of(journal: Journal) -> None:
    standin = GatewayStandIn()
    call = call_of(standin, received("salut", "1"))
    for signature in ("", "é", "\udc80", call.headers["x-signature"][:-1]):
        odd = replace(call, headers={**call.headers, "x-signature": signature})
        assert _read(standin, odd, journal) == 403


def _read(standin: GatewayStandIn, call: object, journal: Journal) -> int:
    from channels.android.signature import seal  # noqa: PLC0415
    from channels.events import Events  # noqa: PLC0415

    read = Events(seal(standin.phone.signing_key), lambda _event, _call: None, journal.wiring()).read(call)  # type: ignore[arg-type]
    return getattr(read, "status", 200)
