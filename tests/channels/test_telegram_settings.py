"""The settings of the Telegram channel: what is taken, what is refused, and how."""

import re

import pytest

from bridge.errors import Misconfigured
from channels.telegram_bot.settings import API_URL, read_settings
from tests.channels.telegram_calls import ENVIRONMENT, SECRET, TOKEN


def test_a_token_is_enough() -> None:
    settings = read_settings({"TELEGRAM_BOT_TOKEN": TOKEN})
    assert settings is not None
    assert (settings.token, settings.api_url) == (TOKEN, API_URL)


def test_a_given_secret_stands() -> None:
    settings = read_settings(ENVIRONMENT)
    assert settings is not None
    assert settings.secret == SECRET


def test_a_secret_that_is_not_given_comes_from_the_token_and_tells_nothing_of_it() -> None:
    one, same, other = (read_settings({"TELEGRAM_BOT_TOKEN": token}) for token in (TOKEN, TOKEN, TOKEN + "x"))
    assert one is not None
    assert same is not None
    assert other is not None
    assert one.secret == same.secret != other.secret
    assert re.fullmatch(r"[A-Za-z0-9_-]{43,256}", one.secret)
    assert TOKEN.partition(":")[2] not in one.secret


@pytest.mark.parametrize(
    "environment",
    [{}, {"TELEGRAM_BOT_TOKEN": " "}, {"TELEGRAM_API_URL": "nonsense"}, {"TELEGRAM_WEBHOOK_SECRET": " "}],
    ids=str,
)
def test_without_a_token_the_channel_is_off(environment: dict[str, str]) -> None:
    assert read_settings(environment) is None


def test_a_secret_without_a_token_is_refused_by_name() -> None:
    with pytest.raises(Misconfigured, match="TELEGRAM_BOT_TOKEN must be set") as refused:
        read_settings({"TELEGRAM_WEBHOOK_SECRET": SECRET})
    assert "TELEGRAM_WEBHOOK_SECRET" in str(refused.value)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", "no-colon"),
        ("TELEGRAM_BOT_TOKEN", "bot123:abc"),
        ("TELEGRAM_BOT_TOKEN", ":abc"),
        ("TELEGRAM_BOT_TOKEN", "123:"),
        ("TELEGRAM_BOT_TOKEN", "123:two words"),
        ("TELEGRAM_BOT_TOKEN", "123:abc\n456"),
        ("TELEGRAM_BOT_TOKEN", "123:abc/../def"),
        ("TELEGRAM_BOT_TOKEN", "123:abc?x=1"),
        ("TELEGRAM_BOT_TOKEN", "123:abc#x"),
        ("TELEGRAM_BOT_TOKEN", "123:%61bc"),
        ("TELEGRAM_BOT_TOKEN", "123:é"),
        ("TELEGRAM_BOT_TOKEN", "123:a\x00b"),
        ("TELEGRAM_BOT_TOKEN", "123:a\udcffb"),
        ("TELEGRAM_BOT_TOKEN", "١٢٣:abc"),
        ("TELEGRAM_WEBHOOK_SECRET", "two words"),
        ("TELEGRAM_WEBHOOK_SECRET", "dots.and:colons"),
        ("TELEGRAM_WEBHOOK_SECRET", "é"),
        ("TELEGRAM_WEBHOOK_SECRET", "a" * 257),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("TELEGRAM_API_URL", "ftp://api.telegram.org"),
        ("TELEGRAM_API_URL", "http:///path"),
        ("TELEGRAM_API_URL", "http://host:port"),
        ("TELEGRAM_API_URL", "http://[::1"),
        ("TELEGRAM_API_URL", "http://host/?a=1"),
        ("TELEGRAM_API_URL", "http://host/#a"),
        ("TELEGRAM_API_URL", "http://user:pass@host"),
        ("TELEGRAM_API_URL", "http://ho st"),
    ],
    ids=ascii,
)
def test_a_malformed_setting_is_refused_by_name_and_never_shown(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=name) as refused:
        read_settings({**ENVIRONMENT, name: value})
    assert value not in str(refused.value)
    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("http://127.0.0.1:8081", "http://127.0.0.1:8081"),
        ("http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        ("https://gateway.example/telegram/", "https://gateway.example/telegram"),
        ("http://[::1]:8081", "http://[::1]:8081"),
        (" ", API_URL),
    ],
)
def test_the_sdk_can_be_pointed_elsewhere(written: str, read: str) -> None:
    settings = read_settings({**ENVIRONMENT, "TELEGRAM_API_URL": written})
    assert settings is not None
    assert settings.api_url == read


def test_secrets_are_not_shown_with_the_settings() -> None:
    settings = read_settings(ENVIRONMENT)
    assert TOKEN not in repr(settings)
    assert SECRET not in repr(settings)
