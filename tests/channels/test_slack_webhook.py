"""`/slack/events`: what is taken, what is refused, and that nothing forged, stale or odd gets any further."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.card import Sample
from bridge.model import SECOND, Call
from bridge.noun import replace
from bridge.ports import Guarded, Webhook, Wiring
from bridge.wording import Words
from channels.slack.slack import Slack
from channels.slack.webhook import LIMIT_BYTES
from channels.slack.windows import samples_view
from channels.standins.slack import SlackStandIn
from rempart.testing import NOW, PUBLIC_URL, Journal
from tests.channels.slack_calls import (
    CHANNEL,
    COMMAND,
    FORM,
    HOME_OPENED,
    JSON,
    SECONDS,
    SIGNING_SECRET,
    TOUCH,
    command,
    event,
    interaction,
    signed,
    slack,
)
from tests.channels.slack_world import TestHost, living, until


@pytest.fixture
def host() -> TestHost:
    return TestHost()


@pytest.fixture
async def webhook(host: TestHost) -> AsyncIterator[Webhook]:
    standin = SlackStandIn()
    standin.workspace.channel = CHANNEL
    environment = {**await standin.start(PUBLIC_URL), "SLACK_SIGNING_SECRET": SIGNING_SECRET}
    channel = Slack.connect(environment, Wiring(Journal().append, lambda: NOW, PUBLIC_URL, host))
    assert channel is not None
    await channel.open()
    yield channel.webhooks()["/slack/events"]
    await channel.close()
    await standin.close()


async def test_what_slack_signs_is_taken(webhook: Webhook, host: TestHost) -> None:
    for call in (event(HOME_OPENED), interaction(TOUCH), command(COMMAND)):
        answer = await webhook(call)
        assert (answer.status, answer.body) == (200, b"")
    await until(lambda: len(host.acts) == 2, "touch and command became acts")
    assert {act.target for act in host.acts} == {"brave-heron-42"}


async def test_slack_may_check_that_the_url_is_ours(webhook: Webhook) -> None:
    answer = await webhook(event({"type": "url_verification", "challenge": "3eZbrw1a"}))
    assert (answer.status, json.loads(answer.body)) == (200, {"challenge": "3eZbrw1a"})
    assert answer.content_type.startswith("application/json")


async def test_the_stand_in_accepts_our_proof_of_the_url() -> None:
    async with living() as world:
        assert await world.standin.verify_url()


GOOD = interaction(TOUCH)


@pytest.mark.parametrize(
    "forged",
    [
        replace(GOOD, headers={"content-type": FORM}),
        replace(GOOD, headers={**GOOD.headers, "x-slack-signature": ""}),
        replace(GOOD, headers={**GOOD.headers, "x-slack-request-timestamp": ""}),
        replace(GOOD, body=GOOD.body + b"&more=1"),
        replace(GOOD, headers={**GOOD.headers, "x-slack-request-timestamp": str(SECONDS + 1)}),
        replace(GOOD, headers={**GOOD.headers, "x-slack-signature": "v0=" + "0" * 64}),
        replace(GOOD, headers={**GOOD.headers, "x-slack-signature": GOOD.headers["x-slack-signature"][3:]}),
        replace(GOOD, headers={**GOOD.headers, "x-slack-signature": "v0=é"}),
        replace(GOOD, headers={**GOOD.headers, "x-slack-request-timestamp": "soon"}),
        replace(GOOD, headers={**GOOD.headers, "x-slack-request-timestamp": "-1"}),
        replace(GOOD, headers={**GOOD.headers, "x-slack-request-timestamp": "١٧"}),
        replace(GOOD, headers={**GOOD.headers, "x-slack-request-timestamp": "9" * 400}),
        signed(GOOD.body, FORM, secret="somebody else's"),
        signed(GOOD.body, FORM, at=SECONDS - 301),
        signed(GOOD.body, FORM, at=SECONDS + 301),
    ],
    ids=[
        "no_headers",
        "no_signature",
        "no_timestamp",
        "other_body",
        "other_timestamp",
        "wrong_signature",
        "no_version",
        "odd_signature",
        "wordy_timestamp",
        "negative_timestamp",
        "other_digits",
        "endless_timestamp",
        "other_secret",
        "stale",
        "from_the_future",
    ],
)
async def test_what_slack_did_not_sign_just_now_is_refused(
    webhook: Webhook, host: TestHost, forged: Call
) -> None:
    answer = await webhook(forged)
    assert answer.status == 403
    assert SIGNING_SECRET.encode() not in answer.body
    assert host.acts == []


@pytest.mark.parametrize("age", [-300, 0, 300])
async def test_five_minutes_either_way_are_fresh(webhook: Webhook, age: int) -> None:
    assert (await webhook(signed(GOOD.body, FORM, at=SECONDS - age))).status == 200


async def test_a_call_is_as_old_as_it_was_when_it_arrived(webhook: Webhook) -> None:
    assert (await webhook(replace(GOOD, arrived_at=NOW + 301 * SECOND))).status == 403


@pytest.mark.parametrize("again", [1, 5])
async def test_a_replayed_touch_changes_nothing(webhook: Webhook, host: TestHost, again: int) -> None:
    for _ in range(1 + again):
        assert (await webhook(GOOD)).status == 200
    await webhook(command(COMMAND))
    await until(lambda: any("command" in act.provider_id for act in host.acts), "the command was decided")
    assert len([act for act in host.acts if "touch" in act.provider_id]) == 1


async def test_a_touch_in_a_full_window_is_taken(webhook: Webhook, host: TestHost) -> None:
    """It repeats the whole window, each emoji of it in sixteen bytes."""
    view = samples_view(
        [Sample("h", "\U0001f4a9" * 2000, 4 * 10**15, "\u0639" * 400)] * 40, Words("en", room="room")
    )
    call = interaction({**TOUCH, "view": {**view, "id": "V1", "state": {"values": {}}}})
    assert len(call.body) > 64 * 1024
    assert isinstance(webhook, Guarded)
    assert len(call.body) < webhook.largest
    assert (await webhook(call)).status == 200
    await until(lambda: len(host.acts) == 1, "the touch was decided")


async def test_a_huge_body_is_refused_before_anything_is_made_of_it(webhook: Webhook) -> None:
    assert (await webhook(signed(b"x" * (LIMIT_BYTES + 1)))).status == 413


@pytest.mark.parametrize(
    "malformed",
    [
        signed(b""),
        signed(b"{"),
        signed(b"[]"),
        signed(b"null"),
        signed(b'"text"'),
        signed(b"[" * 60_000),
        signed(b'{"a":' * 10_000),
        signed(b"payload=", FORM),
        signed(b"payload=%5B%5D", FORM),
        signed(b"payload=%7B", FORM),
        signed(b"payload=%FF", FORM),
        signed(urlencode({f"field{n}": "" for n in range(200)}).encode(), FORM),
        signed(b"<xml/>", "text/xml"),
        signed(b"\xff\xfe"),
    ],
    ids=range(14),
)
async def test_a_signed_body_that_is_nothing_of_slacks_is_refused(webhook: Webhook, malformed: Call) -> None:
    assert (await webhook(malformed)).status == 400


SHAPES: list[dict[str, Any]] = [
    {},
    {"type": "event_callback"},
    {"type": "event_callback", "event": {"type": "message", "text": "hello"}, "event_id": "Ev2"},
    {
        "type": "event_callback",
        "event": {"type": "app_home_opened", "tab": "messages", "user": "U1"},
        "event_id": "Ev3",
    },
    {"type": "event_callback", "event": {"type": "app_home_opened", "user": {"id": 1}}, "event_id": "Ev4"},
    {"type": "view_closed", "view": {}, "user": {"id": "U1"}},
    {**TOUCH, "actions": []},
    {**TOUCH, "user": {}},
    {**TOUCH, "user": {"id": "<!channel>"}},
    {**TOUCH, "trigger_id": "", "actions": [{**TOUCH["actions"][0], "action_ts": None}]},  # type: ignore[index]
    {**TOUCH, "actions": [{**TOUCH["actions"][0], "value": "not json"}]},  # type: ignore[index]
    {**TOUCH, "actions": [{**TOUCH["actions"][0], "value": '{"verb": 1, "target": "x"}'}]},  # type: ignore[index]
    {**TOUCH, "actions": [{**TOUCH["actions"][0], "value": '{"verb": "mute"}'}]},  # type: ignore[index]
    {**TOUCH, "actions": [{**TOUCH["actions"][0], "value": "[" * 5000}]},  # type: ignore[index]
    {**COMMAND, "user_id": ""},
    {**COMMAND, "trigger_id": ""},
    {**COMMAND, "channel_id": "#feed"},
]


@pytest.mark.parametrize("payload", SHAPES, ids=range(len(SHAPES)))
async def test_a_payload_that_means_nothing_to_us_is_acknowledged_and_no_act(
    webhook: Webhook, host: TestHost, payload: dict[str, Any]
) -> None:
    assert (await webhook(interaction(payload))).status in {200, 400}
    await webhook(interaction(TOUCH))
    await until(lambda: bool(host.acts), "a good touch became an act")
    assert [act.verb for act in host.acts] == ["mute"]


NAMES = """type event user team actions view authorizations channel command enterprise message container
event_id trigger_id is_ext_shared_channel id value"""
KEYS = st.sampled_from(NAMES.split())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(base=st.sampled_from([HOME_OPENED, TOUCH, COMMAND]), odd=st.dictionaries(KEYS, VALUES, max_size=4))
async def test_no_shape_of_payload_upsets_the_room(
    webhook: Webhook, base: dict[str, Any], odd: dict[str, Any]
) -> None:
    assert (await webhook(interaction({**base, **odd}))).status in {200, 400}


async def test_in_socket_mode_nothing_is_received_over_http() -> None:
    assert slack(SLACK_APP_TOKEN="xapp-1").webhooks() == {}


async def test_a_retry_after_a_lost_answer_finds_the_event_served() -> None:
    async with living() as world:
        await world.standin.open_home("U0ORGANISER")
        await until(lambda: world.standin.home("U0ORGANISER") is not None, "the page was shown")
        assert await world.standin.redeliver(2) == [200, 200]
        await world.standin.command("U0ORGANISER", "help")
        await world.told()
        assert world.counted("views.publish") == 1


async def test_the_right_content_type_is_looked_at_without_its_parameters(webhook: Webhook) -> None:
    body = json.dumps(HOME_OPENED).encode()
    assert (await webhook(signed(body, f"{JSON}; charset=utf-8"))).status == 200
