"""Several lines in one workspace: which of them hears for all, and how what it hears is sorted."""

from collections.abc import Mapping

from bridge.errors import Misconfigured
from bridge.noun import replace
from bridge.ports import Channel
from channels.slack.slack import Slack
from channels.slack.switchboard import Listening, Switchboard


def join(channels: Mapping[str, Channel]) -> None:
    """One app in several channels is one: a touch, a command or a visit comes once, and is sorted by channel.

    Raises `Misconfigured` where two lines have one channel.
    """
    apps: dict[object, dict[str, Slack]] = {}
    for line, channel in channels.items():
        if isinstance(channel, Slack):
            settings = channel.settings
            rooms = apps.setdefault(replace(settings, channel=""), {})
            if settings.channel in rooms:
                raise Misconfigured(
                    f"The line {line} has the same feed channel as another: give each its own."
                )
            rooms[settings.channel] = channel
    for rooms in apps.values():
        if len(rooms) > 1:
            switchboard = Switchboard({channel: room.serve for channel, room in rooms.items()})
            listening, first = Listening(), next(iter(rooms))
            for id_, room in rooms.items():
                room.share(switchboard, listening, receives=id_ == first)
