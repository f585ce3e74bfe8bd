"""Reads the Telegram channel's settings. Pure: touches the environment that it is handed, and no more."""

import hmac
import re
from collections.abc import Mapping

from bridge.credentials import all_or_none, base_url, unfit
from bridge.noun import Discreet

API_URL = "https://api.telegram.org"

_TOKEN = "TELEGRAM_BOT_TOKEN"  # noqa: S105 - the name of a variable
_SECRET = "TELEGRAM_WEBHOOK_SECRET"  # noqa: S105 - likewise

OWN = (_TOKEN, _SECRET)
"""What each of several lines has of its own."""

VARIABLES = (_TOKEN, _SECRET, "TELEGRAM_API_URL")
"""Everything that is read here."""

_TOKEN_FORM = re.compile(r"[0-9]{1,19}:[^\s/?#%]+", re.ASCII)
_SECRET_FORM = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""https://core.telegram.org/bots/api#setwebhook, `secret_token`."""


class Settings(Discreet):
    """What is needed to speak for one bot."""

    token: str
    secret: str
    """Comes with each call of the webhook, and proves that Telegram makes it."""
    api_url: str


def read_settings(environment: Mapping[str, str]) -> Settings | None:
    """The settings, or `None` when there is no token.

    Raises `Misconfigured`, naming the variable and never its value.
    """
    given = [name for name in (_SECRET,) if environment.get(name, "").strip()]
    found = all_or_none(environment, [_TOKEN, *given])
    if found is None:
        return None
    token = _token(found[_TOKEN])
    return Settings(
        token=token,
        secret=_secret(found[_SECRET]) if given else _derived(token),
        api_url=base_url(environment, "TELEGRAM_API_URL", API_URL, "Telegram"),
    )


def _token(value: str) -> str:
    if not (_TOKEN_FORM.fullmatch(value) and value.isascii() and value.isprintable()):
        raise unfit("no_bot_token", name=_TOKEN)
    return value


def _secret(value: str) -> str:
    if not _SECRET_FORM.fullmatch(value):
        raise unfit("no_webhook_secret", name=_SECRET)
    return value


def _derived(token: str) -> str:
    """A secret that needs no configuring: who knows it, knows the token."""
    return hmac.digest(token.encode(), b"rempart telegram webhook", "sha256").hex()
