"""Reads the Telnyx channel's settings. Pure: touches the environment that it is handed, and nothing else."""

import re
from base64 import b64decode
from collections.abc import Mapping

from bridge.credentials import all_or_none, base_url, odd, unfit
from bridge.noun import Discreet
from channels.telephone import own_number

API_URL = "https://api.telnyx.com"

NUMBER = "TELNYX_NUMBER"
KEY, PUBLIC_KEY = "TELNYX_API_KEY", "TELNYX_PUBLIC_KEY"

CREDENTIALS = (KEY, PUBLIC_KEY, NUMBER)
VARIABLES = (*CREDENTIALS, "TELNYX_API_URL")
"""Everything that is read here."""

_SECRET = re.compile(r"[!-~]+")
_KEY_BYTES = 32


class Settings(Discreet):
    """What is needed to speak for one Telnyx number."""

    key: str
    public_key: bytes
    """Whose private half signs webhooks: it proves, and is no secret."""
    number: str
    api_url: str


def read_settings(environment: Mapping[str, str]) -> Settings | None:
    """The settings, or `None` when no credential is set.

    Raises `Misconfigured`, naming the variable and never its value.
    """
    found = all_or_none(environment, CREDENTIALS)
    if found is None:
        return None
    return Settings(
        key=_secret(found[KEY]),
        public_key=_public_key(found[PUBLIC_KEY]),
        number=own_number(NUMBER, found[NUMBER]),
        api_url=base_url(environment, "TELNYX_API_URL", API_URL, "Telnyx"),
    )


def _secret(value: str) -> str:
    if not _SECRET.fullmatch(value):
        raise odd(KEY)
    return value


def _public_key(value: str) -> bytes:
    try:
        key = b64decode(value, validate=True)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise unfit("no_public_key", name=PUBLIC_KEY)
    return key
