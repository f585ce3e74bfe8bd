"""Reads the Mattermost room's settings. Pure: touches the environment that it is handed, and nothing else."""

import re
from collections.abc import Mapping

from bridge.credentials import all_or_none, base_url, odd, unfit
from bridge.noun import Discreet

URL = "MATTERMOST_URL"
TOKEN = "MATTERMOST_TOKEN"  # noqa: S105 - the variable's name, not its value
CHANNEL = "MATTERMOST_CHANNEL"
COMMAND_TOKEN = "MATTERMOST_COMMAND_TOKEN"  # noqa: S105 - the variable's name, not its value

VARIABLES = (URL, TOKEN, CHANNEL, COMMAND_TOKEN)
"""Everything that is read here."""

ID = re.compile(r"[a-z0-9]{26}")
"""What the server's ids of people, posts and channels look like."""

_SECRET = re.compile(r"[!-~]+")


class Settings(Discreet):
    """What is needed to speak in one channel of one server, and to be spoken to."""

    url: str
    """The server's own, without a slash at the end."""
    token: str
    """Of the bot account."""
    channel: str
    """The id of the feed channel, never its name."""
    command_token: str
    """With which the server proves that a slash command comes from it."""
    public_url: str
    """Where the server calls us."""


def read_settings(environment: Mapping[str, str], public_url: str | None) -> Settings | None:
    """The settings, or `None` when no credential is set. Raises `Misconfigured`, naming the variable."""
    found = all_or_none(environment, VARIABLES)
    if found is None:
        return None
    if public_url is None:
        raise unfit("mattermost_needs_url", name=URL)
    url = base_url(environment, URL, found[URL], "Mattermost")
    if not ID.fullmatch(found[CHANNEL]):
        raise unfit("no_mattermost_channel", name=CHANNEL)
    token, command_token = _secret(TOKEN, found[TOKEN]), _secret(COMMAND_TOKEN, found[COMMAND_TOKEN])
    return Settings(url, token, found[CHANNEL], command_token, public_url)


def _secret(name: str, value: str) -> str:
    if not _SECRET.fullmatch(value):
        raise odd(name)
    return value
