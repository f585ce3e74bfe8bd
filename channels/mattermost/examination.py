"""Looks at the bot account on its server, as `rempart doctor` asks. Changes nothing there."""

from collections.abc import Sequence

from bridge.checkup import Examined, fine, note, unknown, wrong
from bridge.ports import Unreachable
from channels.mattermost.api import Api
from channels.mattermost.desk import CHANNEL
from channels.mattermost.members import Members
from channels.mattermost.settings import ID, Settings


async def examined(api: Api, settings: Settings, members: Members) -> Sequence[Examined]:
    """The token first: without it nothing else can be asked."""
    try:
        me = await api.mapping("GET", "users/me")
    except Unreachable as fault:
        if str(fault) in ("unauthorized", "forbidden"):
            return [wrong(CHANNEL, "mattermost_refuses", code=str(fault))]
        return [unknown(CHANNEL, "unasked", why=str(fault))]
    id_ = me.get("id")
    bot = note(CHANNEL, "mattermost_no_bot") if not me.get("is_bot") else fine(CHANNEL, "mattermost_token")
    if not isinstance(id_, str) or not ID.fullmatch(id_):
        return [bot, unknown(CHANNEL, "mattermost_channel_unknown", why="unreadable")]
    return [bot, await _channel(members, id_), fine(CHANNEL, "mattermost_url", url=settings.public_url)]


async def _channel(members: Members, me: str) -> Examined:
    """Whether the bot is in the feed channel, where it is to write."""
    try:
        inside = await members.belongs(me)
    except Unreachable as fault:
        if str(fault) == "forbidden":
            return wrong(CHANNEL, "mattermost_channel_absent")
        return unknown(CHANNEL, "mattermost_channel_unknown", why=str(fault))
    return fine(CHANNEL, "mattermost_channel") if inside else wrong(CHANNEL, "mattermost_channel_absent")
