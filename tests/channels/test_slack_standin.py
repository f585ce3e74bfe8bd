"""The Slack stand-in refuses, limits and repeats as Slack does: else nothing is proven against it."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, WSMsgType, WSServerHandshakeError
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bridge.standin import StandIn, Wall
from channels.standins.faults import Fault
from channels.standins.slack import SlackStandIn
from channels.standins.slack.calls import Parcel
from tests.channels.slack_world import MEMBER, STRANGER, drawn_buttons

PLAIN = {"type": "plain_text", "text": "x"}
BUTTON = {"type": "button", "text": PLAIN, "action_id": "a", "value": "v"}
SECTION = {"type": "section", "text": PLAIN}


class Client:
    """A service that uses the SDK as it comes."""

    def __init__(self, standin: SlackStandIn, environment: Mapping[str, str]) -> None:
        self.standin = standin
        self.channel = environment["SLACK_CHANNEL"]
        self.url = environment["SLACK_API_URL"]
        self.web = self.with_token(environment["SLACK_BOT_TOKEN"])

    def with_token(self, token: str) -> AsyncWebClient:
        return AsyncWebClient(token=token, base_url=self.url, retry_handlers=[])

    async def post(self, blocks: list[Any], **arguments: Any) -> Any:
        return await self.web.chat_postMessage(channel=self.channel, text="x", blocks=blocks, **arguments)

    async def error(self, method: str, **arguments: Any) -> str:
        with pytest.raises(SlackApiError) as refused:
            await getattr(self.web, method)(**arguments)
        return str(refused.value.response["error"])


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    standin = SlackStandIn()
    environment = await standin.start("http://127.0.0.1:9")
    standin.limits.seconds_between_posts = 0
    yield Client(standin, environment)
    await standin.close()


async def test_it_points_a_service_at_itself_for_either_mode() -> None:
    for socket_mode, name in ((False, "SLACK_SIGNING_SECRET"), (True, "SLACK_APP_TOKEN")):
        standin: StandIn = SlackStandIn(socket_mode=socket_mode)
        environment = await standin.start("http://127.0.0.1:9")
        assert set(environment) == {"SLACK_BOT_TOKEN", "SLACK_CHANNEL", "SLACK_API_URL", name}
        await standin.close()


async def test_a_page_can_show_it_and_act_in_it(client: Client) -> None:
    wall: Wall = client.standin
    await client.post([{"type": "actions", "elements": [BUTTON]}])
    (message,) = wall.messages()
    assert (wall.channel, wall.member, wall.window(wall.member)) == ("feed", MEMBER, None)
    assert json.loads(json.dumps(message))["blocks"][0]["elements"][0]["action_id"] == "a"
    assert await wall.press(wall.member, message["ts"], "a") is None  # nobody is there to take it
    assert await wall.command(wall.member, "help") is None


async def test_it_keeps_messages_threads_and_edits(client: Client) -> None:
    posted = await client.post([SECTION])
    await client.post([SECTION], thread_ts=posted["ts"])
    await client.web.chat_update(
        channel=client.channel, ts=posted["ts"], text="y", blocks=[{"type": "divider"}]
    )
    (message,) = client.standin.messages()
    assert (message["text"], message["edits"], len(message["replies"])) == ("y", 1, 1)
    assert [block["type"] for block in message["blocks"]] == ["divider"]
    await client.web.chat_delete(channel=client.channel, ts=posted["ts"])
    assert client.standin.messages() == []


def long(length: int) -> dict[str, str]:
    return {"type": "plain_text", "text": "x" * length}


WRONG = {
    "fifty_one_blocks": [{"type": "divider"}] * 51,
    "unknown_type": [{"type": "carousel"}],
    "no_object": ["text"],
    "unknown_property": [{"type": "divider", "colour": "red"}],
    "long_header": [{"type": "header", "text": long(151)}],
    "header_in_mrkdwn": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    "empty_section": [{"type": "section"}],
    "empty_text": [{"type": "section", "text": long(0)}],
    "long_section": [{"type": "section", "text": long(3001)}],
    "astral_section": [{"type": "section", "text": {"type": "plain_text", "text": "🚒" * 1501}}],
    "eleven_fields": [{"type": "section", "fields": [PLAIN] * 11}],
    "long_field": [{"type": "section", "fields": [long(2001)]}],
    "no_elements": [{"type": "actions", "elements": []}],
    "long_button": [{"type": "actions", "elements": [{**BUTTON, "text": long(76)}]}],
    "long_value": [{"type": "actions", "elements": [{**BUTTON, "value": "v" * 2001}]}],
    "long_action_id": [{"type": "actions", "elements": [{**BUTTON, "action_id": "a" * 256}]}],
    "unknown_style": [{"type": "actions", "elements": [{**BUTTON, "style": "warning"}]}],
    "no_button": [{"type": "actions", "elements": [PLAIN]}],
    "two_of_one_action_id": [{"type": "actions", "elements": [BUTTON, BUTTON]}],
    "one_action_id_in_two_blocks": [
        {"type": "actions", "elements": [BUTTON]},
        {**SECTION, "accessory": BUTTON},
    ],
    "two_of_one_block_id": [{**SECTION, "block_id": "b"}, {**SECTION, "block_id": "b"}],
    "long_confirm": [
        {
            "type": "actions",
            "elements": [
                {**BUTTON, "confirm": {"title": long(101), "text": PLAIN, "confirm": PLAIN, "deny": PLAIN}}
            ],
        }
    ],
    "eleven_in_context": [{"type": "context", "elements": [PLAIN] * 11}],
    "unknown_rich_text": [{"type": "rich_text", "elements": [{"type": "rich_text_poem", "elements": []}]}],
    "empty_rich_text": [
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}],
        }
    ],
    "list_of_no_style": [{"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": []}]}],
}


@pytest.mark.parametrize("blocks", WRONG.values(), ids=WRONG)
async def test_it_refuses_the_blocks_that_slack_refuses(client: Client, blocks: list[Any]) -> None:
    error = await client.error("chat_postMessage", channel=client.channel, text="x", blocks=blocks)
    assert error == "invalid_blocks"
    assert client.standin.messages() == []


@pytest.mark.parametrize(
    "view",
    [
        {"type": "home"},
        {"type": "home", "blocks": []},
        {"type": "home", "blocks": [{"type": "divider"}] * 101},
        {"type": "home", "blocks": [{"type": "section", "text": long(3000)}] * 90},
        {"type": "page", "blocks": [SECTION]},
        {"type": "modal", "title": PLAIN, "blocks": [SECTION]},
    ],
    ids=["no_blocks", "empty", "too_many", "too_large", "unknown", "modal"],
)
async def test_it_refuses_the_home_pages_that_slack_refuses(client: Client, view: dict[str, Any]) -> None:
    assert await client.error("views_publish", user_id=MEMBER, view=view) == "invalid_arguments"


async def test_a_window_needs_a_title_that_is_short_enough(client: Client) -> None:
    trigger = client.standin.workspace.trigger(MEMBER)
    view = {"type": "modal", "title": long(25), "blocks": [SECTION]}
    assert await client.error("views_open", trigger_id=trigger, view=view) == "invalid_arguments"


async def test_a_trigger_opens_one_window_and_lives_three_seconds() -> None:
    now = [datetime.fromtimestamp(1_790_000_000, UTC)]
    standin = SlackStandIn(now=lambda: now[0])
    client = Client(standin, await standin.start("http://127.0.0.1:9"))
    view = {"type": "modal", "title": PLAIN, "blocks": [SECTION]}
    fresh, stale = standin.workspace.trigger(MEMBER), standin.workspace.trigger(MEMBER)
    opened = await client.web.views_open(trigger_id=fresh, view=view)
    await client.web.views_update(
        view_id=opened["view"]["id"], view={**view, "blocks": [{"type": "divider"}]}
    )
    assert [block["type"] for block in (standin.window(MEMBER) or {})["blocks"]] == ["divider"]
    assert await client.error("views_open", trigger_id=fresh, view=view) == "exchanged_trigger_id"
    now[0] += timedelta(seconds=3.1)
    assert await client.error("views_open", trigger_id=stale, view=view) == "expired_trigger_id"
    assert await client.error("views_open", trigger_id="guessed", view=view) == "invalid_trigger_id"
    assert await client.error("views_update", view_id="V0", view=view) == "not_found"
    await standin.close()


async def test_only_members_get_ephemeral_messages(client: Client) -> None:
    await client.web.chat_postEphemeral(channel=client.channel, user=MEMBER, text="psst")
    assert [message["text"] for message in client.standin.ephemerals(MEMBER)] == ["psst"]
    assert client.standin.messages() == []
    error = await client.error("chat_postEphemeral", channel=client.channel, user=STRANGER, text="psst")
    assert error == "user_not_in_channel"


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat_postMessage", {"channel": "C0OTHER", "text": "x"}, "channel_not_found"),
        ("chat_postMessage", {"text": " "[:0], "blocks": []}, "no_text"),
        ("chat_postMessage", {"text": "x" * 40_001}, "msg_too_long"),
        ("chat_postMessage", {"text": "x", "thread_ts": "1.2"}, "thread_not_found"),
        ("chat_update", {"ts": "1.2", "text": "x"}, "message_not_found"),
        ("chat_delete", {"ts": "1.2"}, "message_not_found"),
        ("conversations_members", {"channel": "C0OTHER"}, "channel_not_found"),
        ("users_list", {}, "unknown_method"),
        ("apps_connections_open", {"app_token": "xapp-guessed"}, "invalid_auth"),
    ],
)
@pytest.mark.filterwarnings("ignore:The top-level `text` argument:UserWarning")
async def test_it_refuses_what_slack_refuses_by_the_same_name(
    client: Client, method: str, arguments: dict[str, Any], error: str
) -> None:
    channel = {"channel": client.channel} if method.startswith("chat") else {}
    assert await client.error(method, **{**channel, **arguments}) == error


async def test_tokens_open_what_they_are_for_and_nothing_else(client: Client) -> None:
    workspace = client.standin.workspace
    bot = workspace.bot_token
    assert (await client.web.auth_test())["user_id"] == workspace.bot
    assert await client.error("apps_connections_open", app_token=bot) == "not_allowed_token_type"
    client.web = client.with_token("xoxb-guessed")
    assert await client.error("auth_test") == "invalid_auth"
    client.web = client.with_token(workspace.app_token)
    assert await client.error("auth_test") == "not_allowed_token_type"


async def test_a_scope_that_was_not_granted_is_missing_by_name(client: Client) -> None:
    client.standin.workspace.scopes = frozenset({"chat:write"})
    with pytest.raises(SlackApiError) as refused:
        await client.web.conversations_members(channel=client.channel)
    assert refused.value.response["needed"] == "channels:read"
    client.standin.workspace.is_private = True
    with pytest.raises(SlackApiError) as refused:
        await client.web.conversations_members(channel=client.channel)
    assert refused.value.response["needed"] == "groups:read"


async def test_one_post_a_second_and_channel(client: Client) -> None:
    client.standin.limits.seconds_between_posts = 30
    await client.post([SECTION])
    with pytest.raises(SlackApiError) as refused:
        await client.post([SECTION])
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "30"


async def test_each_tier_has_its_limit(client: Client) -> None:
    client.standin.limits.per_minute[2] = 3
    for _ in range(3):
        await client.web.usergroups_list()
    with pytest.raises(SlackApiError) as refused:
        await client.web.usergroups_list()
    assert refused.value.response.status_code == 429
    await client.web.auth_test()


async def test_a_fault_before_the_work_is_not_a_fault_after_it(client: Client) -> None:
    client.standin.faults.next(Fault.ERROR_500_BEFORE, Fault.ERROR_500_AFTER, on="chat.postMessage")
    for posted in (0, 1):
        with pytest.raises(SlackApiError):
            await client.post([SECTION])
        assert len(client.standin.messages()) == posted


async def test_closing_does_not_wait_for_a_call_that_hangs(client: Client) -> None:
    client.standin.faults.next(Fault.HANG_BEFORE)
    client.web.timeout = 1
    with pytest.raises(TimeoutError):
        await client.post([SECTION])


async def test_it_signs_as_slack_signs(client: Client) -> None:
    for parcel in (Parcel("events_api", {"type": "x"}), Parcel("slash_commands", {"text": "é <!channel>"})):
        headers = client.standin.signed(parcel)
        verifier = SignatureVerifier(client.standin.workspace.signing_secret)
        assert verifier.is_valid_request(parcel.body, headers)


async def test_who_sees_no_private_channel_can_press_nothing_in_it(client: Client) -> None:
    posted = await client.post([{"type": "actions", "elements": [BUTTON]}])
    client.standin.workspace.is_private = True
    with pytest.raises(LookupError):
        await client.standin.press(STRANGER, posted["ts"], "a")
    with pytest.raises(LookupError):
        await client.standin.press(MEMBER, posted["ts"], "b")
    assert await client.standin.press(MEMBER, posted["ts"], "a") is None  # nobody is there to take it


async def test_blocks_and_buttons_without_ids_are_given_some(client: Client) -> None:
    nameless = {name: value for name, value in BUTTON.items() if name != "action_id"}
    await client.post([SECTION, {"type": "actions", "elements": [nameless, nameless]}])
    (message,) = client.standin.messages()
    assert len({block["block_id"] for block in message["blocks"]}) == 2
    assert len({button["action_id"] for button in drawn_buttons(message["blocks"])}) == 2


async def test_an_event_that_nobody_took_is_sent_again() -> None:
    standin = SlackStandIn(retry_seconds=())
    await standin.start("http://127.0.0.1:9")
    assert await standin.open_home(MEMBER) is None
    assert await standin.redeliver(2) == [None, None]
    await standin.close()


async def test_a_ticket_for_socket_mode_is_good_once() -> None:
    standin = SlackStandIn(socket_mode=True)
    client = Client(standin, await standin.start(""))
    url = (await client.web.apps_connections_open(app_token=standin.workspace.app_token))["url"]
    async with ClientSession() as session:
        async with session.ws_connect(url) as socket:
            hello = await socket.receive()
            assert (hello.type, json.loads(hello.data)["type"]) == (WSMsgType.TEXT, "hello")
        with pytest.raises(WSServerHandshakeError):
            await session.ws_connect(url)
    await standin.close()


async def test_without_a_connection_nothing_is_delivered() -> None:
    standin = SlackStandIn(socket_mode=True)
    await standin.start("")
    assert await standin.command(MEMBER, "help") is None
    await standin.close()
