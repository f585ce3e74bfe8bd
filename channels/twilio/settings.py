"""Reads the SMS channel's settings. Pure: touches the environment that it is handed, and nothing else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import phonenumbers

from bridge.credentials import all_or_none, base_url
from bridge.errors import Misconfigured

API_URL = "https://api.twilio.com"
PRICING_URL = "https://pricing.twilio.com"

NUMBER = "TWILIO_NUMBER"

_CREDENTIALS = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", NUMBER)
VARIABLES = (*_CREDENTIALS, "TWILIO_API_URL", "TWILIO_SHARED_KEY")
"""Everything that is read here."""

_ACCOUNT = re.compile(r"AC[^\s/?#%]+")
_SECRET = re.compile(r"[!-~]+")
_SHORT_CODE = re.compile(r"[0-9]{3,8}")
_SENDER_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}")
"""An alphanumeric sender id: https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is needed to speak for one Twilio number."""

    account: str
    token: str = field(repr=False)
    number: str
    api_url: str
    shared_key: str | None = field(default=None, repr=False)
    """Signs webhooks in place of the token, for accounts that have set one up at Twilio."""

    @property
    def pricing_url(self) -> str:
        """Where prices are asked for: at Twilio a host of its own; elsewhere one base stands for all."""
        return PRICING_URL if self.api_url == API_URL else self.api_url


def read_settings(environment: Mapping[str, str]) -> Settings | None:
    """The settings, or `None` when no credential is set.

    Raises `Misconfigured`, naming the variable and never its value.
    """
    found = all_or_none(environment, _CREDENTIALS)
    if found is None:
        return None
    return Settings(
        account=_account(found["TWILIO_ACCOUNT_SID"]),
        token=_secret("TWILIO_AUTH_TOKEN", found["TWILIO_AUTH_TOKEN"]),
        number=_number(found[NUMBER]),
        api_url=base_url(environment, "TWILIO_API_URL", API_URL, "Twilio"),
        shared_key=_optional_secret("TWILIO_SHARED_KEY", environment),
    )


def _account(value: str) -> str:
    if not _ACCOUNT.fullmatch(value):
        raise Misconfigured(
            "TWILIO_ACCOUNT_SID is not an account SID: copy the value that begins with AC "
            "from the Twilio console."
        )
    return value


def _secret(name: str, value: str) -> str:
    if not _SECRET.fullmatch(value):
        raise Misconfigured(
            f"{name} contains a space or an odd character: copy it again, without anything else."
        )
    return value


def _optional_secret(name: str, environment: Mapping[str, str]) -> str | None:
    value = environment.get(name, "").strip()
    return _secret(name, value) if value else None


def _number(value: str) -> str:
    """E.164 where it is a telephone number; short codes and names stay as they are."""
    if not value.startswith("+") and (_SHORT_CODE.fullmatch(value) or _SENDER_NAME.fullmatch(value)):
        return value
    try:
        parsed = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        raise Misconfigured(
            "TWILIO_NUMBER is not a telephone number: write it in international form, beginning with + "
            "and the country code."
        )
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
