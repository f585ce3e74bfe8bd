"""What keeps a message from being answered: each gate lets it through or names its reason."""

from collections.abc import Callable

from bridge.heart.case import Case
from bridge.model import DAY
from bridge.reasons import Reason, Why, because

REPLIES_A_DAY = 3
"""No rule can make it more."""

TOO_LATE = DAY
"""An answer to a text older than this would puzzle more than it says."""

Gate = Callable[[Case], Reason | None]


def stopped(case: Case) -> Reason | None:
    """An opt-out is for ever, until START."""
    return because(Why.HAS_STOPPED) if case.sender.stopped_at is not None else None


def muted(case: Case) -> Reason | None:
    """The team does not want this sender to be answered for now."""
    until = case.sender.muted_until
    return because(Why.MUTED) if until is not None and until > case.now else None


def paused(case: Case) -> Reason | None:
    """The team keeps the whole channel silent for now."""
    channel = case.message.channel
    return because(Why.CHANNEL_PAUSED, channel=channel) if case.books.paused(channel, case.now) else None


def edited(case: Case) -> Reason | None:
    """Changing an earlier text says nothing new."""
    return because(Why.EDIT) if case.message.form == "edit" else None


def late(case: Case) -> Reason | None:
    """A text that was found long after it was written is recorded, not answered."""
    return because(Why.FOUND_LATE) if case.now - case.message.at > TOO_LATE else None


def out_of_reach(case: Case) -> Reason | None:
    """Only numbers that can be mobiles are answered."""
    return because(case.reach.obstacle) if case.reach.obstacle else None


def unpriced(case: Case) -> Reason | None:
    """Where the price is unknown there is no reply, never a guess."""
    if case.price is not None:
        return None
    return because(Why.NO_PRICE, country=case.reach.country or "", channel=case.message.channel)


def without_rule(case: Case) -> Reason | None:
    """The rules decide whether there is anything to say."""
    rule, reasons = case.choice
    return None if rule is not None else reasons[0]


def too_soon(case: Case) -> Reason | None:
    """One reply per `reply_once_per`, counted from when the last one is due."""
    last = max((said.due_at for said in case.said), default=None)
    if last is None or case.due_at - last >= case.books.responses.reply_once_per:
        return None
    return because(Why.ANSWERED_LATELY)


def too_many(case: Case) -> Reason | None:
    """Never more than three in any 24 hours, whatever the rules say."""
    recent = [said for said in case.said if case.due_at - said.due_at < DAY]
    return because(Why.ANSWERED_OFTEN, count=REPLIES_A_DAY) if len(recent) >= REPLIES_A_DAY else None


def withheld(case: Case) -> Reason | None:
    """One reply is kept back for each raider, in case it was a false alarm; more would be a waste."""
    kept = case.caught and case.kept_back
    return because(Why.IN_RAID) if kept else None


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


def metered(case: Case) -> Reason | None:
    """Only a free channel explains itself."""
    return because(Why.COSTS_MONEY) if case.message.metered else None


GATES_OF_NOTICES: tuple[Gate, ...] = (muted, paused, late, metered)
"""Somebody who asks what is kept of them is told, even after an opt-out."""
