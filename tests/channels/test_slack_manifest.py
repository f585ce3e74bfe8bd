"""The manifest in the repository asks for exactly what the room uses, and is a manifest that Slack takes."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from bridge.card import Note
from bridge.model import HOUR
from bridge.noun import replace
from channels.slack.api import SCOPES
from channels.slack.bolt import CHANGES
from channels.slack.manifest import filled_in, link
from channels.slack.settings import API_URL
from channels.slack.webhook import EVENTS
from channels.standins.slack.workspace import ALL_SCOPES
from tests.channels.slack_world import CARD, MEMBER, living, system_clock, until
from tests.channels.test_slack_pictures import PICTURE

ROOT = Path(__file__).parents[2]
MANIFEST: dict[str, Any] = json.loads((ROOT / "channels/slack/manifest.json").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs/slack.md").read_text(encoding="utf-8")
SOURCES = [path.read_text(encoding="utf-8") for path in (ROOT / "channels/slack").glob("*.py")]

ASKED = MANIFEST["oauth_config"]["scopes"]["bot"]
COMMANDS = MANIFEST["features"]["slash_commands"]


def test_the_scopes_asked_for_are_exactly_those_that_the_code_uses() -> None:
    used = {"commands"}.union(*SCOPES.values())
    assert sorted(used) == ASKED
    assert set(ASKED) == ALL_SCOPES
    assert list(MANIFEST["oauth_config"]["scopes"]) == ["bot"]


def test_every_method_that_the_code_names_has_its_scopes_entered_and_is_called() -> None:
    called = {
        name
        for source in SOURCES
        for name in re.findall(
            r'"((?:apps|auth|chat|conversations|files|usergroups|users|views)\.[a-zA-Z.]+)"', source
        )
    }
    assert called == set(SCOPES)


async def test_the_room_works_with_no_more_than_the_manifest_asks_for() -> None:
    async with living() as world:
        world.standin.workspace.scopes = frozenset(ASKED)
        world.standin.limits.seconds_between_posts = 0
        message = await world.posted()
        await world.room.edit(f"{message['channel']}:{message['ts']}", replace(CARD, title="Raid 1 is over"))
        left = await world.room.leave(Note("died", "It has died."), system_clock() + HOUR)
        assert await world.room.left() == [left]
        await world.room.withdraw(left)
        await world.standin.press(MEMBER, message, "act:0:mute_all")
        await world.standin.press(MEMBER, message, "act:2:samples")
        await world.standin.open_home(MEMBER)
        await world.told()
        await until(lambda: world.counted("views.update") == 1, "the window filled")
        await until(lambda: world.counted("views.publish") >= 1, "the page was shown")
        await world.room.examine()
        where = f"{message['channel']}:{message['ts']}"
        await world.room.note(where, Note("over", "It is over.", picture=PICTURE))
        assert {name for name, _ in world.standin.calls} == set(SCOPES) - {"apps.connections.open"}


def test_everything_comes_to_one_address() -> None:
    urls = {
        MANIFEST["settings"]["event_subscriptions"]["request_url"],
        MANIFEST["settings"]["interactivity"]["request_url"],
        *(command["url"] for command in COMMANDS),
    }
    assert urls == {f"https://bridge.example.org{EVENTS}"}


def test_the_events_asked_for_are_those_that_are_read() -> None:
    assert MANIFEST["settings"]["event_subscriptions"]["bot_events"] == ["app_home_opened", *CHANGES]
    assert MANIFEST["settings"]["interactivity"]["is_enabled"] is True
    assert MANIFEST["features"]["app_home"]["home_tab_enabled"] is True
    assert [command["command"] for command in COMMANDS] == ["/rempart"]
    assert COMMANDS[0]["should_escape"] is False


def test_names_and_descriptions_are_short_enough_for_slack() -> None:
    """https://docs.slack.dev/reference/app-manifest."""
    display = MANIFEST["display_information"]
    assert len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert re.fullmatch(r"#[0-9a-f]{6}", display["background_color"])
    assert len(MANIFEST["features"]["bot_user"]["display_name"]) <= 80
    assert len(COMMANDS[0]["description"]) <= 2000
    assert len(COMMANDS[0]["usage_hint"]) <= 1000


def test_the_manifest_has_only_sections_that_slack_knows() -> None:
    assert set(MANIFEST) == {"display_information", "features", "oauth_config", "settings"}
    assert set(MANIFEST["features"]) == {"bot_user", "app_home", "slash_commands"}
    assert set(MANIFEST["settings"]) == {
        "event_subscriptions",
        "interactivity",
        "org_deploy_enabled",
        "socket_mode_enabled",
        "token_rotation_enabled",
    }


def test_the_page_explains_every_scope_every_variable_and_both_ways() -> None:
    names = ("SLACK_BOT_TOKEN", "SLACK_CHANNEL", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL")
    assert not [scope for scope in (*ASKED, "connections:write") if f"`{scope}`" not in PAGE]
    assert not [name for name in names if f"`{name}`" not in PAGE]
    assert "socket_mode_enabled" in PAGE
    assert EVENTS in PAGE
    assert API_URL in PAGE


def test_the_link_that_makes_the_app_calls_us_or_is_dialled() -> None:
    url = "https://bridge.example.org"
    assert filled_in(url) == {**MANIFEST, "settings": {**MANIFEST["settings"], "socket_mode_enabled": False}}
    dialled = json.dumps(filled_in(None))
    assert url not in dialled
    assert '"socket_mode_enabled": true' in dialled
    assert json.loads(unquote(link(url).partition("manifest_json=")[2])) == filled_in(url)
