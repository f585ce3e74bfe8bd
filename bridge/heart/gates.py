"""The order of a decision: each gate lets a message through to its reply, or says why it is not answered."""

from collections.abc import Callable, Sequence

from bridge import pot
from bridge.heart.case import REPLIES_A_DAY, TOO_LATE, Case
from bridge.model import DAY, Verdict
from bridge.reasons import Datum, Reason, Why, because

Refusal = tuple[Reason, ...] | None
"""Why a message is not answered; `None` where it may be."""

Gate = Callable[[Case], Refusal]


def stopped(case: Case) -> Refusal:
    """An opt-out is for ever, until START."""
    return _when(case.sender.stopped_at is not None, Why.HAS_STOPPED)


def blocked(case: Case) -> Refusal:
    """Whoever blocks us cannot be reached."""
    return _when(case.sender.blocked_at is not None, Why.HAS_BLOCKED)


def muted(case: Case) -> Refusal:
    """The team does not want this sender to be answered for now."""
    return _when(case.sender.is_muted(case.now), Why.MUTED)


def paused(case: Case) -> Refusal:
    """The team keeps the whole channel silent for now."""
    channel = case.message.channel
    return _when(case.books.paused(channel, case.now), Why.CHANNEL_PAUSED, channel=channel)


def edited(case: Case) -> Refusal:
    """Changing an earlier text says nothing new."""
    return _when(case.message.form == "edit", Why.EDIT)


def called(case: Case) -> Refusal:
    """Who rings is answered only where the rules say so."""
    return _when(case.is_call and not case.books.responses.reply_to_calls, Why.CALL)


def late(case: Case) -> Refusal:
    """A text that was found long after it was written is recorded, not answered."""
    return _when(case.now - case.message.at > TOO_LATE, Why.FOUND_LATE)


def shut(case: Case) -> Refusal:
    """Some providers take an answer for a while alone; one that would be later is never handed over."""
    return _when(case.is_shut(), Why.WINDOW_CLOSED, channel=case.message.channel)


def out_of_reach(case: Case) -> Refusal:
    """Only numbers that can be mobiles are answered."""
    return _given(case.reach.obstacle)


def unpriced(case: Case) -> Refusal:
    """Where the price is unknown there is no reply, never a guess."""
    where = {"country": case.reach.country or "", "channel": case.message.channel}
    return _when(case.price is None, Why.NO_PRICE, **where)


def without_rule(case: Case) -> Refusal:
    """The rules decide whether there is anything to say."""
    rule, reasons = case.choice
    return None if rule is not None else reasons


def withheld(case: Case) -> Refusal:
    """One reply is kept back for each raider, in case it was a false alarm; more would be a waste."""
    return _when((case.caught or case.look.known) and case.kept_back, Why.IN_RAID)


def too_soon(case: Case) -> Refusal:
    """One reply per `reply_once_per`, counted from when the last one is due."""
    last = max((said.due_at for said in case.said), default=None)
    soon = last is not None and case.due_at - last < case.books.responses.reply_once_per
    return _when(soon, Why.ANSWERED_LATELY)


def too_many(case: Case) -> Refusal:
    """Never more than three in any 24 hours, whatever the rules say."""
    recent = sum(case.due_at - said.due_at < DAY for said in case.said)
    return _when(recent >= REPLIES_A_DAY, Why.ANSWERED_OFTEN, count=REPLIES_A_DAY)


def all_said(case: Case) -> Refusal:
    """Of several wordings none is said twice to anybody."""
    rule, _ = case.choice
    return _when(case.wording is None, Why.ALL_SAID, rule=rule.id if rule else "")


def raider(case: Case) -> Refusal:
    """Whoever takes part in a raid is not answered; the reply is written down all the same."""
    caught = (case.guarded or case.look.known) and case.verdict is Verdict.RAIDER
    return case.look.reasons or case.sender.reasons if caught else None


def caught(case: Case) -> Refusal:
    """Whoever writes what a rule of the team's catches is muted; this reply, too, is written down."""
    rule = case.caught_by
    mutes = rule is not None and rule.does == "mute"
    return _when(mutes, Why.CAUGHT_BY_RULE, rule=rule.id if rule else "")


def pot_spent(case: Case) -> Refusal:
    """There must be something left in the pot. What only an hour or a day cannot pay waits its turn."""
    return _given(pot.refusal(case.books.purse, case.reply.price, case.books.responses))


def sender_spent(case: Case) -> Refusal:
    """And no sender may have more than their share."""
    reply = case.reply
    return _given(pot.refusal_of_sender(case.said, reply.price, reply.due_at, case.books.responses))


def metered(case: Case) -> Refusal:
    """Only a free channel explains itself."""
    return _when(case.message.metered, Why.COSTS_MONEY)


GATES_OF_RULES: tuple[Gate, ...] = (
    stopped,
    blocked,
    muted,
    paused,
    edited,
    called,
    late,
    shut,
    out_of_reach,
    unpriced,
    without_rule,
    withheld,
    too_soon,
    too_many,
    all_said,
)
"""What the rules answer at all."""

GATES: tuple[Gate, ...] = (*GATES_OF_RULES, raider, caught, pot_spent, sender_spent)
"""In the order in which they are asked; the first refusal stands, and after the last the reply is held."""

GATES_OF_NOTICES: tuple[Gate, ...] = (muted, paused, late, metered)
"""Somebody who asks what is kept of them is told, even after an opt-out."""


def refusal(case: Case, gates: Sequence[Gate]) -> tuple[Gate, tuple[Reason, ...]] | None:
    """The first gate that does not let a message through, and why."""
    for gate in gates:
        reasons = gate(case)
        if reasons is not None:
            return gate, reasons
    return None


def _when(refused: bool, why: Why, **told: Datum) -> Refusal:
    return (because(why, **told),) if refused else None


def _given(why: Why | None) -> Refusal:
    return None if why is None else (because(why),)
