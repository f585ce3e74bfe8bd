"""The Twilio stand-in speaks the provider's protocol: the SDK, unaltered, is what talks to it."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from bridge.standin import StandIn
from channels.standins.faults import Fault
from channels.standins.twilio import TwilioStandIn
from channels.standins.twilio.faults import Operation
from tests.channels.services import Canned, Recorder

pytestmark = pytest.mark.filterwarnings(
    # The SDK's own client uses parts of aiohttp that are about to go.
    "ignore::DeprecationWarning:twilio"
)

FRIEND, STRANGER = "+33612345678", "+33698765432"
START = datetime(2026, 11, 21, 23, 59, 58, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def move(self, **length: float) -> None:
        self.at += timedelta(**length)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def service() -> AsyncIterator[Recorder]:
    async with Recorder().serving() as recorder:
        yield recorder


@pytest.fixture
async def standin(clock: Clock) -> AsyncIterator[TwilioStandIn]:
    standin = TwilioStandIn(callback_delay=0, now=clock)
    yield standin
    await standin.close()


@pytest.fixture
async def environment(standin: TwilioStandIn, service: Recorder) -> Mapping[str, str]:
    return await standin.start(service.url)


@pytest.fixture
async def client(environment: Mapping[str, str]) -> AsyncIterator[Client]:
    async with AsyncTwilioHttpClient() as http:
        client = Client(environment["TWILIO_ACCOUNT_SID"], environment["TWILIO_AUTH_TOKEN"], http_client=http)
        client.api.base_url = environment["TWILIO_API_URL"]
        yield client


async def create(client: Client, standin: TwilioStandIn, to: str = FRIEND, **options: str) -> str:
    """Sends one message through the SDK; its id."""
    sent = await client.messages.create_async(
        to=to, from_=standin.account.number, **{"body": "Bonjour", **options}
    )
    return str(sent.sid)


def test_a_stand_in_is_made_without_arguments() -> None:
    standin: StandIn = TwilioStandIn()
    assert isinstance(standin, TwilioStandIn)


async def test_a_created_message_is_given_back_in_full(client: Client, standin: TwilioStandIn) -> None:
    created = await client.messages.create_async(to=FRIEND, from_=standin.account.number, body="ê" * 71)
    assert (created.status, created.direction, created.num_segments) == ("queued", "outbound-api", "2")
    assert (created.to, created.from_, created.body) == (FRIEND, standin.account.number, "ê" * 71)
    assert (created.price, created.price_unit, created.date_sent) == (None, "EUR", None)
    assert (created.account_sid, created.api_version) == (standin.account.sid, "2010-04-01")
    assert created.date_created == START
    assert created.uri.endswith(f"/Messages/{created.sid}.json")
    assert [record.sid for record in standin.sent] == [created.sid]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"to": ""}, 21604),
        ({"to": "0612345678"}, 21211),
        ({"to": "38080"}, 21211),
        ({"to": "+33144000000"}, 21614),
        ({"to": "+33639980000"}, 21266),
        ({"to": "+15005550009"}, 21614),
        ({"body": ""}, 21602),
        ({"body": "a" * 1601}, 21617),
        ({"from_": ""}, 21603),
        ({"from_": "+33644639999"}, 21606),
        ({"status_callback": "nowhere"}, 21609),
    ],
)
async def test_a_bad_message_is_refused_in_the_provider_s_form(
    client: Client, standin: TwilioStandIn, options: dict[str, str], code: int
) -> None:
    message = {"to": FRIEND, "from_": standin.account.number, "body": "Bonjour", **options}
    with pytest.raises(TwilioRestException) as refused:
        await client.messages.create_async(**message)
    assert (refused.value.status, refused.value.code) == (400, code)
    assert standin.sent == []


@pytest.mark.parametrize(("account", "token", "status"), [("", "x", 401), ("AC" + "9" * 32, "", 401)])
async def test_only_the_account_s_own_secret_opens_it(
    environment: Mapping[str, str], account: str, token: str, status: int
) -> None:
    async with AsyncTwilioHttpClient() as http:
        client = Client(
            account or environment["TWILIO_ACCOUNT_SID"],
            token or environment["TWILIO_AUTH_TOKEN"],
            http_client=http,
        )
        client.api.base_url = environment["TWILIO_API_URL"]
        with pytest.raises(TwilioRestException) as refused:
            await client.messages("SM1").fetch_async()
    assert (refused.value.status, refused.value.code) == (status, 20003)


async def test_nobody_sees_another_account(client: Client) -> None:
    with pytest.raises(TwilioRestException) as refused:
        await client.api.v2010.accounts("AC" + "9" * 32).messages("SM1").fetch_async()
    assert (refused.value.status, refused.value.code) == (404, 20404)


async def test_a_message_can_be_fetched_and_an_unknown_one_is_not_found(
    client: Client, standin: TwilioStandIn
) -> None:
    sid = await create(client, standin)
    assert (await client.messages(sid).fetch_async()).body == "Bonjour"
    with pytest.raises(TwilioRestException) as refused:
        await client.messages("SM" + "0" * 32).fetch_async()
    assert refused.value.code == 20404


async def test_the_price_settles_once_the_message_has_left(client: Client, standin: TwilioStandIn) -> None:
    sid = await create(client, standin, body="ê" * 71)
    await standin.settled()
    sent = await client.messages(sid).fetch_async()
    assert (sent.status, sent.price, sent.date_sent) == ("delivered", "-0.1526", START)


@pytest.mark.parametrize("page_size", [1, 2, 3, 7, 1000])
async def test_pages_hold_every_message_once_newest_first(
    client: Client, standin: TwilioStandIn, page_size: int
) -> None:
    sids = [await create(client, standin) for _ in range(7)]
    listed = await client.messages.list_async(page_size=page_size)
    assert [message.sid for message in listed] == sids[::-1]


async def test_a_listing_can_be_limited(client: Client, standin: TwilioStandIn) -> None:
    sids = [await create(client, standin) for _ in range(3)]
    assert [message.sid for message in await client.messages.list_async(limit=2)] == sids[:0:-1]


async def test_what_arrives_between_two_pages_shifts_nothing(client: Client, standin: TwilioStandIn) -> None:
    sids = [await create(client, standin) for _ in range(4)]
    first = await client.messages.page_async(page_size=2)
    await create(client, standin)
    second = await first.next_page_async()
    assert [message.sid for page in (first, second) for message in page] == sids[::-1]


async def test_a_listing_is_filtered_by_either_side(client: Client, standin: TwilioStandIn) -> None:
    to_friend = await create(client, standin, FRIEND)
    to_stranger = await create(client, standin, STRANGER)
    _, from_friend = await standin.text(FRIEND, "Bonjour")
    number = standin.account.number

    async def listed(**filters: str) -> list[str]:
        return [message.sid for message in await client.messages.list_async(page_size=1, **filters)]

    assert await listed(to=FRIEND) == [to_friend]
    assert await listed(to=number) == [from_friend]
    assert await listed(from_=number) == [to_stranger, to_friend]
    assert await listed(from_=FRIEND, to=number) == [from_friend]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "cba"),
        ({"date_sent_after": START}, "cba"),
        ({"date_sent_after": START + timedelta(seconds=1)}, "cb"),
        ({"date_sent_after": "2026-11-22"}, "c"),
        ({"date_sent_before": START}, "a"),
        ({"date_sent_before": "2026-11-21"}, "ba"),
        ({"date_sent": "2026-11-21"}, "ba"),
        ({"date_sent": START}, "a"),
        ({"date_sent_after": START, "date_sent_before": START + timedelta(seconds=1)}, "ba"),
        ({"date_sent": "2026-11-20"}, ""),
    ],
)
async def test_a_listing_is_filtered_by_date(
    client: Client,
    standin: TwilioStandIn,
    clock: Clock,
    filters: dict[str, datetime | str],
    expected: str,
) -> None:
    for body in "abc":
        await standin.text(FRIEND, body)
        clock.move(seconds=1.4)
    assert "".join([message.body for message in await client.messages.list_async(**filters)]) == expected


@pytest.mark.parametrize(
    "filters", [{"date_sent": "yesterday"}, {"page_token": "PAnone"}, {"page_size": "many"}]
)
async def test_a_listing_that_makes_no_sense_is_refused(client: Client, filters: dict[str, str]) -> None:
    with pytest.raises(Exception, match="Unable to fetch page"):
        await client.messages.page_async(**filters)


async def test_a_listing_may_lag_behind(client: Client, standin: TwilioStandIn, clock: Clock) -> None:
    standin.account.log.lag = timedelta(seconds=2)
    sid = await create(client, standin)
    assert await client.messages.list_async() == []
    assert (await client.messages(sid).fetch_async()).sid == sid
    clock.move(seconds=2)
    assert [message.sid for message in await client.messages.list_async()] == [sid]


async def test_listing_and_fetching_can_go_wrong_too(client: Client, standin: TwilioStandIn) -> None:
    standin.faults.next(Fault.RATE_LIMITED, on=Operation.FETCH)
    with pytest.raises(TwilioRestException) as refused:
        await client.messages("SM1").fetch_async()
    assert refused.value.code == 20429
    standin.faults.next(Fault.ERROR_500_BEFORE, Fault.ERROR_500_BEFORE, on=Operation.LIST)
    for _ in range(2):
        with pytest.raises(Exception, match="Unable to fetch page"):
            await client.messages.list_async()
    assert await client.messages.list_async() == []


async def test_callbacks_tell_each_step_and_are_signed(
    client: Client, standin: TwilioStandIn, service: Recorder
) -> None:
    sid = await create(client, standin, status_callback=f"{service.url}/status?reply=1")
    await standin.settled()
    assert [posted.form["MessageStatus"] for posted in service.posted] == ["sent", "delivered"]
    for posted in service.posted:
        assert posted.is_signed(standin.account.token)
        assert not posted.is_signed("another")
        assert posted.url == f"{service.url}/status?reply=1"
        assert posted.form["MessageSid"] == posted.form["SmsSid"] == sid
        assert posted.form["SmsStatus"] == posted.form["MessageStatus"]
        assert (posted.form["To"], posted.form["From"]) == (FRIEND, standin.account.number)
        assert "ErrorCode" not in posted.form


async def test_a_carrier_s_refusal_comes_with_its_code(
    client: Client, standin: TwilioStandIn, service: Recorder
) -> None:
    standin.faults.undeliverable[FRIEND] = 30003
    sid = await create(client, standin, status_callback=service.url)
    await standin.settled()
    assert [posted.form.get("ErrorCode") for posted in service.posted] == [None, "30003"]
    assert (await client.messages(sid).fetch_async()).error_code == 30003


async def test_callbacks_can_be_repeated_dropped_and_shuffled(
    client: Client, standin: TwilioStandIn, service: Recorder
) -> None:
    async def statuses() -> list[str]:
        service.posted.clear()
        await create(client, standin, status_callback=service.url)
        await standin.settled()
        return [posted.form["MessageStatus"] for posted in service.posted]

    callbacks = standin.faults.callbacks
    callbacks.repeat = 3
    assert await statuses() == ["sent"] * 3 + ["delivered"] * 3
    callbacks.repeat, callbacks.drop = 1, frozenset({"sent"})
    assert await statuses() == ["delivered"]
    callbacks.drop, callbacks.shuffle = frozenset(), random.Random(1)
    orders = {tuple(await statuses()) for _ in range(10)}
    assert orders == {("sent", "delivered"), ("delivered", "sent")}


async def test_callbacks_can_be_late(client: Client, standin: TwilioStandIn, service: Recorder) -> None:
    standin.faults.callbacks.late_seconds = 3600
    sid = await create(client, standin, status_callback=service.url)
    while (await client.messages(sid).fetch_async()).status != "delivered":
        continue
    assert service.posted == []


async def test_a_webhook_can_be_lost_while_the_log_has_the_text(
    client: Client, standin: TwilioStandIn, service: Recorder
) -> None:
    standin.faults.webhooks_lost = True
    status, sid = await standin.text(FRIEND, "Bonjour")
    assert (status, service.posted) == (None, [])
    assert [message.sid for message in await client.messages.list_async()] == [sid]


async def test_a_text_arrives_as_a_signed_webhook(standin: TwilioStandIn, service: Recorder) -> None:
    await standin.start(service.url)
    status, sid = await standin.text(FRIEND, "Salut ç 🙂\x00", NumMedia="2", FromCity="PARIS")
    (posted,) = service.posted
    assert status == 200
    assert posted.url == f"{service.url}/twilio/sms"
    assert posted.is_signed(standin.account.token)
    assert posted.headers["content-type"] == "application/x-www-form-urlencoded"
    assert posted.form["MessageSid"] == posted.form["SmsSid"] == posted.form["SmsMessageSid"] == sid
    assert (posted.form["From"], posted.form["To"]) == (FRIEND, standin.account.number)
    assert (posted.form["FromCountry"], posted.form["ToCountry"]) == ("FR", "FR")
    assert (posted.form["Body"], posted.form["NumSegments"]) == ("Salut ç 🙂\x00", "1")
    assert (posted.form["NumMedia"], posted.form["FromCity"]) == ("2", "PARIS")


@pytest.mark.parametrize("answered", [403, 500, 503])
async def test_a_webhook_that_is_answered_badly_is_not_repeated_and_stays_in_the_log(
    client: Client, standin: TwilioStandIn, service: Recorder, answered: int
) -> None:
    service.status = answered
    status, sid = await standin.text(FRIEND, "Bonjour")
    assert status == answered
    assert len(service.posted) == 1
    (logged,) = await client.messages.list_async(from_=FRIEND)
    assert (logged.sid, logged.direction, logged.status) == (sid, "inbound", "received")
    assert (logged.date_sent, logged.price) == (START, "-0.0075")


async def test_a_service_that_is_down_loses_nothing_from_the_log(standin: TwilioStandIn) -> None:
    await standin.start("http://127.0.0.1:1")
    status, sid = await standin.text(FRIEND, "Bonjour")
    assert status is None
    assert standin.account.log.get(sid) is not None


async def test_only_a_failed_connection_is_tried_again_and_only_once(standin: TwilioStandIn) -> None:
    async with Canned(b"HTTP/1.1 200 OK\r\n\r\n").serving() as no_tls:
        await standin.start(no_tls.url.replace("http:", "https:"))
        assert (await standin.text(FRIEND, "Bonjour"))[0] is None
    assert no_tls.connections == 2


async def test_a_webhook_can_be_delivered_again(
    standin: TwilioStandIn, environment: Mapping[str, str], service: Recorder
) -> None:
    assert environment["TWILIO_ACCOUNT_SID"] == standin.account.sid
    _, sid = await standin.text(FRIEND, "Bonjour")
    assert await standin.redeliver(sid, times=2) == [200, 200]
    assert await standin.redeliver(sid, times=5, at_once=True) == [200] * 5
    assert len(service.posted) == 8
    assert all(posted.form == service.posted[0].form for posted in service.posted)


@pytest.mark.parametrize(
    "word", ["STOP", "stop ", "Unsubscribe", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT"]
)
async def test_stop_blocks_until_start(client: Client, standin: TwilioStandIn, word: str) -> None:
    await standin.text(FRIEND, word)
    with pytest.raises(TwilioRestException) as refused:
        await create(client, standin)
    assert refused.value.code == 21610
    await create(client, standin, STRANGER)
    await standin.text(FRIEND, "start")
    await create(client, standin)
    assert [record.to for record in standin.sent] == [STRANGER, FRIEND]


@pytest.mark.parametrize("text", ["ARRET", "stop it", "don't stop", ""])
async def test_what_is_not_a_keyword_alone_blocks_nobody(
    client: Client, standin: TwilioStandIn, text: str
) -> None:
    await standin.text(FRIEND, text)
    await create(client, standin)


async def test_the_provider_itself_answers_a_keyword_once(client: Client, standin: TwilioStandIn) -> None:
    for word in ("STOP", "STOP", "START", "START"):
        await standin.text(FRIEND, word)
    answers = await client.messages.list_async(to=FRIEND)
    assert [answer.direction for answer in answers] == ["outbound-reply"] * 2
    assert standin.sent == []


@pytest.mark.parametrize(("advanced", "told"), [(True, "STOP"), (False, None)])
async def test_only_advanced_opt_out_tells_what_the_provider_understood(
    service: Recorder, advanced: bool, told: str | None
) -> None:
    standin = TwilioStandIn(advanced_opt_out=advanced)
    await standin.start(service.url)
    await standin.text(FRIEND, "Stop")
    await standin.text(FRIEND, "Bonjour")
    await standin.close()
    assert [posted.form.get("OptOutType") for posted in service.posted] == [told, None]


async def test_closing_ends_calls_that_hang_and_callbacks_that_wait(service: Recorder) -> None:
    standin = TwilioStandIn(callback_delay=3600)
    environment = await standin.start(service.url)
    async with AsyncTwilioHttpClient() as http:
        client = Client(standin.account.sid, standin.account.token, http_client=http)
        client.api.base_url = environment["TWILIO_API_URL"]
        await create(client, standin, status_callback=service.url)
        standin.faults.next(Fault.HANG_AFTER)
        hanging = asyncio.create_task(create(client, standin))
        await asyncio.wait({hanging}, timeout=0.2)
        await standin.close()
        with pytest.raises(Exception, match="disconnected"):
            await hanging
    assert service.posted == []
