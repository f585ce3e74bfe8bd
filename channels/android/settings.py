"""Reads the gateway channel's settings. Pure: touches the environment that it is handed, and nothing else."""

import re
from collections.abc import Mapping

from bridge.credentials import all_or_none, base_url, unfit
from bridge.noun import Discreet
from channels.telephone import own_number

NUMBER, URL = "GATEWAY_NUMBER", "GATEWAY_API_URL"
KEY, PASSWORD = "GATEWAY_SIGNING_KEY", "GATEWAY_PASSWORD"

CREDENTIALS = (URL, "GATEWAY_USERNAME", PASSWORD, KEY, NUMBER)
VARIABLES = (*CREDENTIALS, "GATEWAY_SIM")
"""Everything that is read here."""

SECRETS = frozenset({PASSWORD, KEY})
"""What nobody may see while it is typed."""

_SIM = re.compile(r"[1-3]")


class Settings(Discreet):
    """What is needed to speak through one SIM of one phone."""

    api_url: str
    username: str
    password: str
    signing_key: str
    """What the phone signs its calls with."""
    number: str
    sim: int | None = None
    """Which SIM to send from, where the phone has several."""


def read_settings(environment: Mapping[str, str]) -> Settings | None:
    """The settings, or `None` when no credential is set.

    Raises `Misconfigured`, naming the variable and never its value.
    """
    found = all_or_none(environment, CREDENTIALS)
    if found is None:
        return None
    return Settings(
        api_url=base_url(environment, URL, "", "the phone"),
        username=found["GATEWAY_USERNAME"],
        password=found[PASSWORD],
        signing_key=found[KEY],
        number=own_number(NUMBER, found[NUMBER]),
        sim=_sim(environment.get("GATEWAY_SIM", "").strip()),
    )


def _sim(value: str) -> int | None:
    if value and not _SIM.fullmatch(value):
        raise unfit("no_sim", name="GATEWAY_SIM")
    return int(value) if value else None
