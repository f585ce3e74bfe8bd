"""Looks at the app in its workspace, as `rempart doctor` asks. Changes nothing there.

Slack names the scopes of a token in the header `x-oauth-scopes` of each answer:
https://docs.slack.dev/authentication/installing-with-oauth.
"""

import re
from collections.abc import Sequence

from bridge.checkup import Examined, fine, note, unknown, wrong
from bridge.ports import Unreachable
from channels.slack.api import SCOPES, Api
from channels.slack.desk import CHANNEL
from channels.slack.members import Members
from channels.slack.settings import Settings

_REFUSED = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
_NO_CHANNEL = frozenset({"channel_not_found", "not_in_channel"})
_LIKE_A_SECRET = re.compile("[0-9a-f]{32}")
_EITHER = frozenset({"channels:read", "groups:read"})
"""By the kind of the feed channel, one of the two is enough."""


async def examined(api: Api, settings: Settings, members: Members) -> Sequence[Examined]:
    """The token first: without it nothing else can be asked."""
    try:
        me, scopes = await api.who()
    except Unreachable as fault:
        return [_unasked(fault)]
    sockets = [await _socket(api, settings.app_token)] if settings.app_token else []
    secret = [] if settings.app_token else _secret(settings.signing_secret or "")
    return [fine(CHANNEL, "slack_token"), _scopes(scopes), await _channel(members, me), *sockets, *secret]


def _secret(written: str) -> Sequence[Examined]:
    """Slack never tells whether it is the right one: it is known by its form alone, until Slack calls."""
    return [] if _LIKE_A_SECRET.fullmatch(written) else [note(CHANNEL, "slack_secret_odd")]


def _unasked(fault: Unreachable) -> Examined:
    if str(fault) in _REFUSED:
        return wrong(CHANNEL, "slack_refuses", code=str(fault))
    return unknown(CHANNEL, "unasked", why=str(fault))


def _scopes(given: frozenset[str] | None) -> Examined:
    if given is None:
        return unknown(CHANNEL, "slack_scopes_unknown")
    needed = frozenset().union(*SCOPES.values())
    missing = needed - given - (_EITHER if given & _EITHER else frozenset())
    if missing:
        return wrong(CHANNEL, "slack_scopes_missing", scopes=", ".join(sorted(missing)))
    return fine(CHANNEL, "slack_scopes")


async def _channel(members: Members, me: str) -> Examined:
    """Whether the app is in the feed channel, where it is to write."""
    try:
        inside = await members.belongs(me)
    except Unreachable as fault:
        if str(fault) in _NO_CHANNEL:
            return wrong(CHANNEL, "slack_channel_absent")
        return unknown(CHANNEL, "slack_channel_unknown", why=str(fault))
    return fine(CHANNEL, "slack_channel") if inside else wrong(CHANNEL, "slack_channel_absent")


async def _socket(api: Api, app_token: str) -> Examined:
    try:
        await api.call("apps.connections.open", app_token=app_token)
    except Unreachable as fault:
        if str(fault) in _REFUSED | {"missing_scope", "not_allowed_token_type"}:
            return wrong(CHANNEL, "slack_socket_refused", code=str(fault))
        return unknown(CHANNEL, "slack_socket_unknown", why=str(fault))
    return fine(CHANNEL, "slack_socket")
