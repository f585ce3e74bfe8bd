"""What a message is called on the phone. We name it ourselves, so that it can be asked for. Pure.

The name says what must be known when the phone tells of it: which reply it is, which call of it, and how many
parts it has. Each call has a name of its own: one that never left may be handed over again.
"""

import re

from bridge.model import Outgoing, ReplyId
from bridge.noun import Noun
from bridge.text.segments import measure

_NAME = re.compile(r"([0-9a-f]{32})-([0-9]{1,6})-([0-9]{1,3})")


class Name(Noun):
    """What a name says."""

    reply: ReplyId
    parts: int


def name_of(reply: Outgoing) -> str:
    """What a reply is called, of this call."""
    return f"{reply.id}-{reply.call}-{measure(reply.text).segments}"


def read_name(written: str) -> Name | None:
    """What a name says; `None` for one that is not ours, such as of what somebody sent by hand."""
    found = _NAME.fullmatch(written)
    return Name(ReplyId(found[1]), int(found[3])) if found else None
