"""Shares of an act: one about many people is done in steps, each about some of them."""

from bridge.model import SenderId
from bridge.noun import Noun

SHARE = 200
"""Senders whom one step of a wide act is about: some fifty milliseconds, in which nobody else can write."""


class Share(Noun):
    """Whom one step of an act is about. Where those are many, they are dealt with share by share."""

    everybody: tuple[SenderId, ...] = ()
    """Whom the act is about in all."""
    senders: tuple[SenderId, ...] = ()
    last: bool = True
    """Whether it is the step in which what concerns the act as a whole is done, and told."""


def shares(everybody: tuple[SenderId, ...]) -> tuple[Share, ...]:
    """At least one: an act about nobody is answered, too."""
    begins = range(0, max(1, len(everybody)), SHARE)
    return tuple(
        Share(everybody, everybody[begin : begin + SHARE], begin + SHARE >= len(everybody))
        for begin in begins
    )
