"""The weekend of 2017 from a while before its raid on: what is decided where decisions are measured."""

from collections.abc import Sequence

from bridge.model import Message
from bridge.simulate.scenarios import make
from tests.support.events import NUMBER


def weekend(before: int) -> Sequence[Message]:
    """Its messages, so many of them from the calm before the first of a raider."""
    trace = make("weekend", seed=1)
    raid = next(n for n, one in enumerate(trace.messages) if trace.labels[one.id] == "raider")
    return [
        Message(one.channel, one.id, NUMBER, one.sender, one.text, one.at, metered=one.channel == "sms")
        for one in trace.messages[raid - before :]
    ]
