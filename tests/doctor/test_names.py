"""Names of variables: ours are known, and what is nearly ours is taken for a slip."""

import ast
import re
from pathlib import Path

import pytest

import bridge
import channels
from bridge.checkup import State
from bridge.doctor.names import known, strangers, twice
from bridge.environment import Environment
from bridge.wording import Words

SOURCES = [path for top in (bridge, channels) for path in Path(str(top.__file__)).parent.rglob("*.py")]
OURS = re.compile(r"(REMPART|TWILIO|TELEGRAM|SLACK|MATTERMOST)_[A-Z]+(_[A-Z]+)*")
OF_THE_SDK = {"TWILIO_EDGE", "TWILIO_REGION"}
"""Read by the provider's own library, which we keep from doing so."""


def read() -> set[str]:
    """Every name of a variable that the sources write by itself."""
    return {
        node.value
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and OURS.fullmatch(node.value)
    }


def test_every_name_that_is_read_is_known() -> None:
    assert read() - OF_THE_SDK - known() == set()
    assert len(read()) > 10


SLIPS = {
    "TWILLIO_AUTH_TOKEN": "TWILIO_AUTH_TOKEN",
    "TWILIO_AUTHTOKEN": "TWILIO_AUTH_TOKEN",
    "TWILIO_ACOUNT_SID": "TWILIO_ACCOUNT_SID",
    "REMPART_PUBLICURL": "REMPART_PUBLIC_URL",
    "REMPARTS_SECRET": "REMPART_SECRET",
    "slack_channel": "SLACK_CHANNEL",
    "TELEGRAM_BOT_TOKENS": "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_TOKEN": "TELEGRAM_BOT_TOKEN",
    "TWILLIO_AUTH_TOKEN_FILE": "TWILIO_AUTH_TOKEN",
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_names_what_was_meant(slip: str) -> None:
    (found,) = strangers({slip: "x"})
    assert (found.told.code, dict(found.told.data)["meant"]) == ("misspelled", SLIPS[slip])


@pytest.mark.parametrize(
    "name", ["PATH", "HOME", "LANG", "PORT", "DATABASE_URL", "SLACKWARE", "XDG_SESSION_ID", "_", ""]
)
def test_what_is_nothing_like_ours_is_left_alone(name: str) -> None:
    assert list(strangers({name: "x"})) == []


def test_a_name_that_is_set_twice_is_told_with_the_line_that_counts() -> None:
    assert list(twice(Environment({}, {"A": "2"}))) == []
    (found,) = twice(Environment({}, {"A": ""}, {"A": (1, 4, 9)}))
    told = Words("en").examined(found.told)
    assert (found.state, "line 9 counts, line 1, 4 does not" in told) == (State.NOTE, True)


@pytest.mark.parametrize("name", sorted(known()))
def test_ours_are_no_strangers_and_may_stand_in_files(name: str) -> None:
    assert list(strangers({name: "x"})) == []
    assert list(strangers({f"{name}_FILE": "x"})) == []
