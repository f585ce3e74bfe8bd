"""What a button carries: ours, or nothing that is served."""

import json
from typing import Any

import pytest

from channels.slack.payloads import command, submission, touch


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
    "of_an_odd_shape": ({"team": "T2", "message": [], "view": 7}, False),
}


@pytest.mark.parametrize(("named", "by_guest"), TEAMS.values(), ids=TEAMS)
def test_whoever_belongs_to_another_workspace_is_a_guest(named: dict[str, Any], *, by_guest: bool) -> None:
    found = touch(touched(carrying("mute", "brave-heron-42")) | named)
    assert found is not None
    assert found.by_guest is by_guest


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
