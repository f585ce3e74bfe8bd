"""What is wrong with a configuration is told at once, a sentence each, and no value is repeated."""

import pytest

from bridge.service.wrongs import wrongs
from tests.support.events import SECRET

GOOD = {"REMPART_SECRET": SECRET}


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, ["REMPART_SECRET"]),
        (GOOD, []),
        (GOOD | {"REMPART_PORT": "0"}, ["REMPART_PORT"]),
        ({"REMPART_PORT": "0", "REMPART_PUBLIC_URL": "x"}, ["REMPART_PORT", "REMPART_PUBLIC_URL"]),
        (
            GOOD | {"REMPART_PORT": "0", "TWILIO_NUMBER": "+33700000000"},
            ["REMPART_PORT", "TWILIO_AUTH_TOKEN"],
        ),
        ({"TELEGRAM_BOT_TOKEN": "x y"}, ["REMPART_SECRET", "TELEGRAM_BOT_TOKEN"]),
        (
            {"REMPART_PORT": "http", "SLACK_BOT_TOKEN": "x", "TWILIO_NUMBER": "12"},
            ["REMPART_PORT", "SLACK_", "TWILIO_ACCOUNT_SID"],
        ),
        (
            {"REMPART_SECRET": "short", "REMPART_RESPONSES": "/nope.yaml", "TWILIO_NUMBER": "+33700000000"},
            ["REMPART_SECRET", "/nope.yaml", "TWILIO_AUTH_TOKEN"],
        ),
    ],
)
def test_no_complaint_hides_another(environment: dict[str, str], named: list[str]) -> None:
    told = " ".join(wrongs(environment))
    assert [name for name in named if name not in told] == []
    assert bool(told) is bool(named)


def test_a_missing_rules_file_is_mended_by_what_there_is() -> None:
    (sentence,) = wrongs(GOOD | {"REMPART_RESPONSES": "/nope.yaml"})
    assert "init" not in sentence
