"""What a call to a room that failed tells: a short code, and whether it may have been done all the same."""

from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError

from bridge.ports import Unreachable
from channels.rooms.fence import OutsideTheFence

_FAULTS: tuple[tuple[type[Exception], str, bool], ...] = (
    (ClientConnectorError, "unreachable", False),
    (ConnectionTimeoutError, "unreachable", False),
    (TimeoutError, "timeout", True),
    (OutsideTheFence, "redirected", False),
    (ClientError, "disconnected", True),
    (OSError, "disconnected", True),
)
"""In this order: the first two are kinds of those below them. Last, whether the room may have done it."""


def unreachable(fault: Exception) -> Unreachable:
    """What is raised instead, without a word of the other side's."""
    found = ((code, in_doubt) for kind, code, in_doubt in _FAULTS if isinstance(fault, kind))
    code, in_doubt = next(found, ("unreadable", True))
    return Unreachable(code, in_doubt=in_doubt)
