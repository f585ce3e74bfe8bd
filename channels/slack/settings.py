"""Reads the Slack room's settings. Pure: touches the environment that it is handed, and nothing else."""

import re
from collections.abc import Mapping

from bridge.credentials import base_url, half_of, odd, unfit
from bridge.noun import Discreet

API_URL = "https://slack.com/api/"

BOT_TOKEN = "SLACK_BOT_TOKEN"  # noqa: S105 - the variable's name, not its value
CHANNEL = "SLACK_CHANNEL"
APP_TOKEN = "SLACK_APP_TOKEN"  # noqa: S105 - the variable's name, not its value
SIGNING_SECRET = "SLACK_SIGNING_SECRET"  # noqa: S105 - the variable's name, not its value

_CREDENTIALS = (BOT_TOKEN, CHANNEL, APP_TOKEN, SIGNING_SECRET)
VARIABLES = (*_CREDENTIALS, "SLACK_API_URL")
"""Everything that is read here."""

_SECRET = re.compile(r"[!-~]+")
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]+")


class Settings(Discreet):
    """What is needed to speak in one channel of one workspace."""

    bot_token: str
    channel: str
    """The id of the feed channel, never its name."""
    api_url: str
    """Ends with a slash."""
    app_token: str | None = None
    """Set for Socket Mode: the room then dials Slack, and nobody needs to reach us."""
    signing_secret: str | None = None
    """Set for signed HTTP."""


def read_settings(environment: Mapping[str, str]) -> Settings | None:
    """The settings, or `None` when no credential is set. An app token takes precedence over a signing secret.

    Raises `Misconfigured`, naming the variable and never its value.
    """
    found = {name: environment[name].strip() for name in _CREDENTIALS if environment.get(name, "").strip()}
    if not found:
        return None
    _insist_on_all(found)
    app_token, signing_secret = found.get(APP_TOKEN), found.get(SIGNING_SECRET)
    return Settings(
        bot_token=_token(BOT_TOKEN, found[BOT_TOKEN], "xoxb-", not_from=("xapp-", "xoxp-")),
        channel=_channel(found[CHANNEL]),
        api_url=base_url(environment, "SLACK_API_URL", API_URL, "Slack") + "/",
        app_token=app_token and _token(APP_TOKEN, app_token, "xapp-", not_from=("xoxb-", "xoxp-")),
        signing_secret=signing_secret and _secret(SIGNING_SECRET, signing_secret),
    )


def _insist_on_all(found: Mapping[str, str]) -> None:
    missing: list[str | tuple[str, ...]] = [name for name in (BOT_TOKEN, CHANNEL) if name not in found]
    if APP_TOKEN not in found and SIGNING_SECRET not in found:
        missing.append((APP_TOKEN, SIGNING_SECRET))
    if missing:
        raise half_of(found, missing)


def _secret(name: str, value: str) -> str:
    if not _SECRET.fullmatch(value):
        raise odd(name)
    return value


def _token(name: str, value: str, prefix: str, not_from: tuple[str, ...]) -> str:
    """Slack's tokens are easily mixed up: one that is plainly another kind is refused at once."""
    if value.startswith(not_from):
        raise unfit("another_token", name=name, prefix=prefix)
    return _secret(name, value)


def _channel(value: str) -> str:
    if not _CHANNEL_ID.fullmatch(value):
        raise unfit("no_slack_channel", name=CHANNEL)
    return value
