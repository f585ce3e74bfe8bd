"""Reads the settings of Twilio's channels. Pure: touches the environment that it is handed, nothing else."""

import re
from collections.abc import Mapping

from bridge.credentials import all_or_none, base_url, odd, unfit
from bridge.noun import Discreet
from channels.telephone import own_number
from channels.twilio.ways import WHATSAPP

API_URL = "https://api.twilio.com"
MESSAGING_URL = "https://messaging.twilio.com"
PRICING_URL = "https://pricing.twilio.com"

NUMBER = "TWILIO_NUMBER"
WHATSAPP_NUMBER = "TWILIO_WHATSAPP_NUMBER"

_ACCOUNT_OF = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
_CREDENTIALS = (*_ACCOUNT_OF, NUMBER)
VARIABLES = (*_CREDENTIALS, WHATSAPP_NUMBER, "TWILIO_API_URL", "TWILIO_SHARED_KEY")
"""Everything that is read here."""

_ACCOUNT = re.compile(r"AC[^\s/?#%]+")
_SECRET = re.compile(r"[!-~]+")
_SHORT_CODE = re.compile(r"[1-9][0-9]{2,7}")
_SENDER_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}")
"""An alphanumeric sender id: https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id."""


class Settings(Discreet):
    """What is needed to speak for one Twilio number."""

    account: str
    token: str
    number: str
    api_url: str
    shared_key: str | None = None
    """Signs webhooks in place of the token, for accounts that have set one up at Twilio."""
    beside: str | None = None
    """The other number of the line, where its texts and its WhatsApp have one each."""

    @property
    def messaging_url(self) -> str:
        """Where senders on other networks are asked for; likewise."""
        return MESSAGING_URL if self.api_url == API_URL else self.api_url

    @property
    def pricing_url(self) -> str:
        """Where prices are asked for: at Twilio a host of its own; elsewhere one base stands for all."""
        return PRICING_URL if self.api_url == API_URL else self.api_url


def read_settings(environment: Mapping[str, str]) -> Settings | None:
    """The settings for texts, or `None` when no credential is set, or those of WhatsApp alone.

    Raises `Misconfigured`, naming the variable and never its value.
    """
    beside = _whatsapp_number(environment)
    if beside is not None and not environment.get(NUMBER, "").strip():
        return None
    found = all_or_none(environment, _CREDENTIALS)
    return None if found is None else _settings(environment, found, _number(found[NUMBER]), beside)


def read_whatsapp(environment: Mapping[str, str]) -> Settings | None:
    """The settings for WhatsApp, or `None` when it has no number. Raises `Misconfigured`, likewise."""
    number = _whatsapp_number(environment)
    if number is None:
        return None
    found = all_or_none(environment, (*_ACCOUNT_OF, WHATSAPP_NUMBER)) or {}
    beside = environment.get(NUMBER, "").strip()
    return _settings(environment, found, number, _number(beside) if beside else None)


def _settings(
    environment: Mapping[str, str], found: Mapping[str, str], number: str, beside: str | None
) -> Settings:
    return Settings(
        account=_account(found["TWILIO_ACCOUNT_SID"]),
        token=_secret("TWILIO_AUTH_TOKEN", found["TWILIO_AUTH_TOKEN"]),
        number=number,
        api_url=base_url(environment, "TWILIO_API_URL", API_URL, "Twilio"),
        shared_key=_optional_secret("TWILIO_SHARED_KEY", environment),
        beside=beside,
    )


def _whatsapp_number(environment: Mapping[str, str]) -> str | None:
    """People copy it with what stands before it in the console."""
    value = environment.get(WHATSAPP_NUMBER, "").strip().removeprefix(WHATSAPP.prefix)
    return own_number(WHATSAPP_NUMBER, value) if value else None


def _account(value: str) -> str:
    if not _ACCOUNT.fullmatch(value):
        raise unfit("no_account")
    return value


def _secret(name: str, value: str) -> str:
    if not _SECRET.fullmatch(value):
        raise odd(name)
    return value


def _optional_secret(name: str, environment: Mapping[str, str]) -> str | None:
    value = environment.get(name, "").strip()
    return _secret(name, value) if value else None


def _number(value: str) -> str:
    """E.164 where it is a telephone number; a short code stays as it is."""
    if _SHORT_CODE.fullmatch(value):
        return value
    if _SENDER_NAME.fullmatch(value):
        raise unfit("number_is_a_name", name=NUMBER)
    return own_number(NUMBER, value)
