"""Who may act: stable ids, checked where the act is decided, never names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.model import Act

if TYPE_CHECKING:  # the command line reads the verbs, and does without
    from bridge.responses import Responses

OPERATOR = "command"
"""The channel of the command line: whoever can open the database may do everything."""


NEIGHBOUR = "lines"
"""The channel of the other lines of an installation: no person acts there."""


def by_neighbour(act: Act, _responses: Responses) -> bool:
    """Whether another line tells it."""
    return act.channel == NEIGHBOUR


def may_moderate(act: Act, responses: Responses) -> bool:
    """Whether an act may be done. With no moderator named, members of the feed channel moderate; admins do
    in any case."""
    if may_administer(act, responses):
        return True
    moderators = responses.organisers.moderators
    return act.member if not moderators else not {*moderators}.isdisjoint({act.actor, *act.groups})


def may_administer(act: Act, responses: Responses) -> bool:
    """Whether an act about money may be done. With no admin named, nobody in the room is one."""
    if act.channel == OPERATOR:
        return True
    return not {*responses.organisers.admins}.isdisjoint({act.actor, *act.groups})
