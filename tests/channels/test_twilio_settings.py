"""The settings of the SMS channel: what is taken, what is refused, and how."""

from collections.abc import Callable, Mapping

import pytest

from bridge.errors import Misconfigured
from channels.twilio.settings import API_URL, read_settings, read_whatsapp
from tests.channels.twilio_calls import ENVIRONMENT, NUMBER, TOKEN

NAMES = list(ENVIRONMENT)


def test_the_provider_itself_is_dialled_by_default() -> None:
    settings = read_settings(ENVIRONMENT)
    assert settings is not None
    assert (settings.number, settings.api_url, settings.shared_key) == (NUMBER, API_URL, None)


def test_an_api_url_alone_switches_nothing_on() -> None:
    assert read_settings({"TWILIO_API_URL": "nonsense"}) is None


@pytest.mark.parametrize("present", NAMES)
def test_one_credential_alone_is_refused_with_the_names_of_the_others(present: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        read_settings({present: ENVIRONMENT[present]})
    assert all(name in str(refused.value) for name in NAMES)
    assert ENVIRONMENT[present] not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TWILIO_ACCOUNT_SID", "SK123"),
        ("TWILIO_ACCOUNT_SID", "AC1 2"),
        ("TWILIO_ACCOUNT_SID", "AC1/2"),
        ("TWILIO_ACCOUNT_SID", "AC1?x"),
        ("TWILIO_ACCOUNT_SID", "AC1\n2"),
        ("TWILIO_AUTH_TOKEN", "two words"),
        ("TWILIO_AUTH_TOKEN", "tok\x00en"),
        ("TWILIO_AUTH_TOKEN", "tok\udcffen"),
        ("TWILIO_NUMBER", "0639980000"),
        ("TWILIO_NUMBER", "+3364463"),
        ("TWILIO_NUMBER", "+999999999999"),
        ("TWILIO_NUMBER", "+33639980000000000"),
        ("TWILIO_NUMBER", "a name that is far too long"),
        ("TWILIO_NUMBER", "é"),
        ("TWILIO_API_URL", "api.twilio.com"),
        ("TWILIO_API_URL", "ftp://api.twilio.com"),
        ("TWILIO_API_URL", "http:///path"),
        ("TWILIO_API_URL", "http://host:port"),
        ("TWILIO_API_URL", "http://[::1"),
        ("TWILIO_API_URL", "http://host/?a=1"),
        ("TWILIO_API_URL", "http://host/#a"),
        ("TWILIO_API_URL", "http://user:pass@host"),
        ("TWILIO_API_URL", "http://ho st"),
        ("TWILIO_SHARED_KEY", "two words"),
    ],
)
def test_a_malformed_setting_is_refused_by_name_and_never_shown(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=name) as refused:
        read_settings({**ENVIRONMENT, name: value})
    assert value not in str(refused.value)
    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("+33639980000", "+33639980000"),
        (" +33 6 39 98 00 00 ", "+33639980000"),
        ("+15005550006", "+15005550006"),
        ("38080", "38080"),
    ],
)
def test_numbers_and_short_codes_may_be_written_to(written: str, read: str) -> None:
    settings = read_settings({**ENVIRONMENT, "TWILIO_NUMBER": written})
    assert settings is not None
    assert settings.number == read


@pytest.mark.parametrize("name", ["abc", "Rempart", "Le Rempart", "A", "3SAMU"])
def test_a_name_to_which_nobody_can_write_is_refused(name: str) -> None:
    with pytest.raises(Misconfigured, match=r"TWILIO_NUMBER is a name.*nobody can write to one") as refused:
        read_settings({**ENVIRONMENT, "TWILIO_NUMBER": name})
    assert f" {name} " not in str(refused.value)


NONSENSE = ["0", "-1", "12", "+0", "+00000000000", "+33", "0612345678x", "６１２３４", "+33 abc", "999999999"]


@pytest.mark.parametrize("number", NONSENSE)
@pytest.mark.parametrize(
    ("variable", "read"), [("TWILIO_NUMBER", read_settings), ("TWILIO_WHATSAPP_NUMBER", read_whatsapp)]
)
def test_what_is_no_number_is_refused_by_its_variable(
    variable: str, read: Callable[[Mapping[str, str]], object], number: str
) -> None:
    with pytest.raises(Misconfigured, match=variable):
        read({**ENVIRONMENT, variable: number})


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("http://127.0.0.1:4100", "http://127.0.0.1:4100"),
        ("http://127.0.0.1:4100/", "http://127.0.0.1:4100"),
        ("https://gateway.example/twilio/", "https://gateway.example/twilio"),
        ("http://[::1]:4100", "http://[::1]:4100"),
        (" ", API_URL),
    ],
)
def test_the_sdk_can_be_pointed_elsewhere(written: str, read: str) -> None:
    settings = read_settings({**ENVIRONMENT, "TWILIO_API_URL": written})
    assert settings is not None
    assert settings.api_url == read


def test_secrets_are_not_shown_with_the_settings() -> None:
    settings = read_settings({**ENVIRONMENT, "TWILIO_SHARED_KEY": "another-secret"})
    assert TOKEN not in repr(settings)
    assert "another-secret" not in repr(settings)
