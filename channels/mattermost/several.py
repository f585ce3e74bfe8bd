"""Several lines on one server: each in a channel of its own."""

from collections.abc import Mapping

from bridge.errors import Misconfigured
from bridge.ports import Channel
from channels.mattermost.mattermost import Mattermost


def join(channels: Mapping[str, Channel]) -> None:
    """Several lines on one server: a command belongs to the line in whose channel it is given, and elsewhere
    to the first. A button knows its line by its code. Raises `Misconfigured` where two have one channel."""
    rooms = {line: one for line, one in channels.items() if isinstance(one, Mattermost)}
    places: dict[tuple[str, str], str] = {}
    for line, one in rooms.items():
        place = one.settings.url, one.settings.channel
        if place in places:
            raise Misconfigured(
                f"The line {line} has the same Mattermost channel as another: give each its own feed channel."
            )
        places[place] = line
    for one in rooms.values():
        one.hooks.others = {channel for _, channel in places} - {one.settings.channel}
