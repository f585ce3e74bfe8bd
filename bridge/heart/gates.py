"""What keeps a message from being answered: each gate lets it through or names its reason."""

from collections.abc import Callable

from bridge.heart.case import Case
from bridge.model import DAY

REPLIES_A_DAY = 3
"""No rule can make it more."""

TOO_LATE = DAY
"""An answer to a text older than this would puzzle more than it says."""

Gate = Callable[[Case], str | None]


def stopped(case: Case) -> str | None:
    """An opt-out is for ever, until START."""
    return "the sender has asked us to stop" if case.sender.stopped_at is not None else None


def muted(case: Case) -> str | None:
    """The team does not want this sender to be answered for now."""
    until = case.sender.muted_until
    return "muted by the team" if until is not None and until > case.now else None


def paused(case: Case) -> str | None:
    """The team keeps the whole channel silent for now."""
    channel = case.message.channel
    return f"{channel} is paused by the team" if case.state.paused(channel, case.now) else None


def edited(case: Case) -> str | None:
    """Changing an earlier text says nothing new."""
    return "an edit of an earlier text" if case.message.form == "edit" else None


def late(case: Case) -> str | None:
    """A text that was found long after it was written is recorded, not answered."""
    return "found more than 24 hours late" if case.now - case.message.at > TOO_LATE else None


def out_of_reach(case: Case) -> str | None:
    """Only numbers that can be mobiles are answered."""
    return case.reach.reason


def unpriced(case: Case) -> str | None:
    """Where the price is unknown there is no reply, never a guess."""
    if case.price is not None:
        return None
    return f"no price is set for {case.reach.country} on {case.message.channel}"


def without_rule(case: Case) -> str | None:
    """The rules decide whether there is anything to say."""
    rule, reasons = case.choice
    return None if rule is not None else "; ".join(reasons) or "no rule fits"


def too_soon(case: Case) -> str | None:
    """One reply per `reply_once_per`, counted from when the last one is due."""
    last = max((said.due_at for said in case.said), default=None)
    if last is None or case.due_at - last >= case.state.responses.reply_once_per:
        return None
    return "was answered within `reply_once_per`"


def too_many(case: Case) -> str | None:
    """Never more than three in any 24 hours, whatever the rules say."""
    recent = [said for said in case.said if case.due_at - said.due_at < DAY]
    return f"has had {REPLIES_A_DAY} replies in 24 hours" if len(recent) >= REPLIES_A_DAY else None


def withheld(case: Case) -> str | None:
    """One reply is kept back for each raider, in case it was a false alarm; more would be a waste."""
    kept = case.caught and case.kept_back
    return "takes part in the raid that is on" if kept else None


GATES: tuple[Gate, ...] = (
    stopped,
    muted,
    paused,
    edited,
    late,
    out_of_reach,
    unpriced,
    without_rule,
    withheld,
    too_soon,
    too_many,
)
"""In the order in which they are asked; the first reason stands."""


def metered(case: Case) -> str | None:
    """Only a free handle explains itself."""
    return "a handle that costs money explains nothing" if case.message.metered else None


GATES_OF_NOTICES: tuple[Gate, ...] = (muted, paused, late, metered)
"""Somebody who asks what is kept of them is told, even after an opt-out."""
