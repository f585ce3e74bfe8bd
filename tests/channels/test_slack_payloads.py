"""What a button carries: ours, or nothing that is served."""

import json
from typing import Any

import pytest

from channels.slack.payloads import channel_of, command, submission, touch
from channels.slack.touches import HOME, Place


def touched(value: str) -> dict[str, Any]:
    """A touch of a button that carries `value`."""
    action = {"value": value, "action_id": "mute", "action_ts": "1.2"}
    return {"actions": [action], "user": {"id": "U1"}, "trigger_id": "1.2.3"}


def carrying(verb: object, target: object) -> str:
    return json.dumps({"verb": verb, "target": target})


def test_a_button_of_ours_is_read() -> None:
    found = touch(touched(carrying("mute", "brave-heron-42")))
    assert found is not None
    assert (found.verb, found.target) == ("mute", "brave-heron-42")


UNSTORABLE = [
    carrying("mute\0", "brave-heron-42"),
    carrying("m" * 33, "brave-heron-42"),
    carrying("", "brave-heron-42"),
    carrying("mute", "brave\0heron"),
    carrying("mute", "\ud800"),
    carrying("mute", "x" * 97),
    carrying("mute", 7),
    "{",
]


@pytest.mark.parametrize("value", UNSTORABLE)
def test_what_no_button_of_ours_carries_and_no_database_stores_is_no_touch(value: str) -> None:
    assert touch(touched(value)) is None


TEAMS: dict[str, tuple[dict[str, Any], bool]] = {
    "ours": ({"user": {"id": "U1", "team_id": "T1"}, "team": {"id": "T1"}, "message": {"team": "T1"}}, False),
    "unnamed": ({}, False),
    "organisation_wide": ({"user": {"id": "U1", "team_id": "T1"}, "team": None}, False),
    "guest_of_our_team": ({"user": {"id": "U1", "team_id": "T2"}, "team": {"id": "T1"}}, True),
    "guest_by_the_message": ({"user": {"id": "U1", "team_id": "T2"}, "message": {"team": "T1"}}, True),
    "guest_whose_team_is_named": ({"team": {"id": "T2"}, "message": {"team": "T1"}}, True),
    "guest_by_the_view": (
        {"user": {"id": "U1", "team_id": "T2"}, "view": {"app_installed_team_id": "T1"}},
        True,
    ),
    "of_our_organisation": (
        {
            "user": {"id": "U1", "team_id": "T1"},
            "team": {"id": "T1", "enterprise_id": "E1"},
            "message": {"team": "E1"},
        },
        False,
    ),
    "in_a_window_of_our_organisation": (
        {
            "user": {"id": "U1", "team_id": "T1"},
            "enterprise": {"id": "E1"},
            "view": {"app_installed_team_id": "E1"},
        },
        False,
    ),
    "guest_of_another_organisation": (
        {"user": {"id": "U1", "team_id": "E2"}, "team": {"id": "T1"}, "enterprise": {"id": "E1"}},
        True,
    ),
    "of_an_odd_shape": ({"team": "T2", "message": [], "view": 7}, False),
}


@pytest.mark.parametrize(("named", "by_guest"), TEAMS.values(), ids=TEAMS)
def test_whoever_belongs_to_another_workspace_is_a_guest(named: dict[str, Any], *, by_guest: bool) -> None:
    found = touch(touched(carrying("mute", "brave-heron-42")) | named)
    assert found is not None
    assert found.by_guest is by_guest


CONTAINERS: dict[str, tuple[dict[str, Any], Place]] = {
    "of a message": ({"message_ts": "1.2", "channel_id": "C1"}, Place("C1")),
    "of an answer in a thread": (
        {"message_ts": "1.3", "channel_id": "C1", "is_ephemeral": True, "thread_ts": "1.2"},
        Place("C1", "1.2"),
    ),
    "of a message that began a thread": (
        {"message_ts": "1.2", "channel_id": "C1", "thread_ts": "1.2"},
        Place("C1"),
    ),
    "of the home page": ({"type": "view", "view_id": "V1"}, HOME),
}


@pytest.mark.parametrize(("container", "place"), CONTAINERS.values(), ids=CONTAINERS)
def test_where_a_touch_was_is_told_by_its_container_as_well(container: dict[str, Any], place: Place) -> None:
    payload = touched(carrying("mute", "brave-heron-42")) | {"container": container}
    found = touch(payload)
    assert found is not None
    assert found.place == place
    assert channel_of(payload) == place.channel


URL = "https://hooks.slack.com/commands/T1/1/x"


@pytest.mark.parametrize(
    ("named", "is_one"),
    [
        ({"trigger_id": "1.2", "response_url": URL}, True),
        ({"trigger_id": "1.2"}, True),
        ({"response_url": URL}, True),
        ({}, False),
    ],
    ids=["both", "trigger", "url", "nothing"],
)
def test_a_command_is_told_from_its_repeat_by_whatever_is_its_own(
    named: dict[str, Any], *, is_one: bool
) -> None:
    given = {"user_id": "U1", "channel_id": "C1", "text": "status", **named}
    first, again = command(given), command(given)
    assert (first is not None) is is_one
    assert first == again


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ('find "Q&amp;A"', 'find "Q&A"'),
        ('answer x "a &lt; b &gt; c"', 'answer x "a < b > c"'),
        ("find &amp;lt;", "find &lt;"),
        ("find a & b", "find a & b"),
    ],
)
def test_what_somebody_types_is_read_without_the_three_escapes_of_slack(sent: str, typed: str) -> None:
    given = {"user_id": "U1", "trigger_id": "1.2", "channel_id": "C1", "text": sent}
    heard = command(given)
    assert heard is not None
    assert heard.text == typed
    block = {"act:typed": {"type": "plain_text_input", "value": sent}}
    view = {"id": "V1", "state": {"values": {"find": block}}}
    found = submission({"user": {"id": "U1"}, "trigger_id": "1.2", "view": view})
    assert found is not None
    assert found.phrase == typed
