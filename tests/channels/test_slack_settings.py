"""The settings of the Slack room: what is taken, what is refused, and how."""

import pytest

from bridge.errors import Misconfigured
from channels.slack.settings import API_URL, read_settings
from channels.slack.slack import Slack
from rempart.testing import Journal
from tests.channels.slack_calls import APP_TOKEN, BOT_TOKEN, CHANNEL, ENVIRONMENT, SIGNING_SECRET

HTTP = {name: value for name, value in ENVIRONMENT.items() if name != "SLACK_API_URL"}
SOCKET = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_CHANNEL": CHANNEL, "SLACK_APP_TOKEN": APP_TOKEN}
SECRETS = (BOT_TOKEN, SIGNING_SECRET, APP_TOKEN)


@pytest.mark.parametrize("environment", [HTTP, SOCKET], ids=["http", "socket_mode"])
def test_slack_itself_is_dialled_by_default(environment: dict[str, str]) -> None:
    settings = read_settings(environment)
    assert settings is not None
    assert (settings.channel, settings.api_url) == (CHANNEL, API_URL)


def test_an_app_token_means_socket_mode_whatever_else_is_set() -> None:
    channel = Slack.connect({**HTTP, "SLACK_APP_TOKEN": APP_TOKEN}, Journal().wiring())
    assert channel is not None
    assert channel.webhooks() == {}


def test_a_signing_secret_means_http() -> None:
    channel = Slack.connect(HTTP, Journal().wiring())
    assert channel is not None
    assert list(channel.webhooks()) == ["/slack/events"]


@pytest.mark.parametrize(
    "environment", [{}, {"SLACK_API_URL": "nonsense"}, dict.fromkeys([*HTTP, *SOCKET], " ")]
)
def test_without_credentials_the_room_is_off(environment: dict[str, str]) -> None:
    assert Slack.connect(environment, Journal().wiring()) is None


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ({name: HTTP[name] for name in HTTP if name != absent}, absent)
        for absent in ("SLACK_BOT_TOKEN", "SLACK_CHANNEL")
    ]
    + [
        ({"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_CHANNEL": CHANNEL}, "SLACK_APP_TOKEN or SLACK_SIGNING_SECRET"),
        ({"SLACK_APP_TOKEN": APP_TOKEN}, "SLACK_BOT_TOKEN and SLACK_CHANNEL"),
        ({"SLACK_SIGNING_SECRET": SIGNING_SECRET}, "SLACK_BOT_TOKEN and SLACK_CHANNEL"),
        ({"SLACK_CHANNEL": CHANNEL}, "SLACK_BOT_TOKEN and SLACK_APP_TOKEN or SLACK_SIGNING_SECRET"),
    ],
)
def test_half_set_credentials_are_refused_by_name_and_never_shown(
    environment: dict[str, str], missing: str
) -> None:
    with pytest.raises(Misconfigured, match=missing) as refused:
        read_settings(environment)
    assert not [secret for secret in SECRETS if secret in str(refused.value)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "two words"),
        ("SLACK_BOT_TOKEN", "xapp-1-mixed-up"),
        ("SLACK_BOT_TOKEN", "xoxp-mixed-up"),
        ("SLACK_BOT_TOKEN", "tok\x00en"),
        ("SLACK_APP_TOKEN", "xoxb-mixed-up"),
        ("SLACK_APP_TOKEN", "tok\udcffen"),
        ("SLACK_SIGNING_SECRET", "two words"),
        ("SLACK_CHANNEL", "#feed"),
        ("SLACK_CHANNEL", "feed"),
        ("SLACK_CHANNEL", "U0ORGANISER"),
        ("SLACK_CHANNEL", "C0 FEED"),
        ("SLACK_CHANNEL", "https://team.slack.com/archives/C0FEED"),
        ("SLACK_API_URL", "slack.com/api"),
        ("SLACK_API_URL", "ftp://slack.com"),
        ("SLACK_API_URL", "http:///api"),
        ("SLACK_API_URL", "http://host:port"),
        ("SLACK_API_URL", "http://[::1"),
        ("SLACK_API_URL", "http://host/?a=1"),
        ("SLACK_API_URL", "http://user:pass@host"),
    ],
)
def test_a_malformed_setting_is_refused_by_name_and_never_shown(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=name) as refused:
        read_settings({**ENVIRONMENT, name: value})
    hidden = SECRETS if name == "SLACK_CHANNEL" else (*SECRETS, value)
    assert not [secret for secret in hidden if secret in str(refused.value)]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("http://127.0.0.1:3100/api", "http://127.0.0.1:3100/api/"),
        ("http://127.0.0.1:3100/api/", "http://127.0.0.1:3100/api/"),
        ("https://gateway.example", "https://gateway.example/"),
        (" ", API_URL),
    ],
)
def test_the_sdk_can_be_pointed_elsewhere(written: str, read: str) -> None:
    settings = read_settings({**ENVIRONMENT, "SLACK_API_URL": written})
    assert settings is not None
    assert settings.api_url == read


def test_secrets_are_not_shown_with_the_settings() -> None:
    shown = repr(read_settings({**ENVIRONMENT, "SLACK_APP_TOKEN": APP_TOKEN}))
    assert not [secret for secret in SECRETS if secret in shown]
