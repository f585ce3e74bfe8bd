"""One event in, effects out. The pipeline: what it adds to incidents, a wish, the gates, the reply."""

from collections.abc import Sequence
from dataclasses import replace

from bridge import pot
from bridge.heart.acts import on_act
from bridge.heart.case import Case
from bridge.heart.compose import compose, explain
from bridge.heart.effects import Advance, Cancel, Decide, Effect, Hold, Remember
from bridge.heart.gates import GATES, GATES_OF_NOTICES, Gate
from bridge.heart.incidents import gather
from bridge.heart.state import State
from bridge.model import (
    Act,
    Action,
    Ask,
    Contact,
    Decision,
    Event,
    Message,
    Micros,
    Receipt,
    Reply,
    Said,
    Sender,
    Verdict,
    Wish,
)
from bridge.moderation.opt_out import wish_of


def step(state: State, event: Event, now: Micros) -> tuple[Effect, ...]:
    """What follows from `event` at `now`. Changes nothing: see `State.absorb`."""
    sender = state.sender(event.sender)
    match event.what:
        case Message() as message:
            return _on_message(Case(state, event, message, sender, now))
        case Receipt() as receipt:
            if receipt.message_id in state.unknown_replies:
                return _already_answered(receipt, sender)
            return _on_receipt(receipt, sender, now)
        case Contact() as contact:
            return _on_contact(contact, sender, now)
        case Act() as act:
            return on_act(state, event, act, now)


def _on_receipt(receipt: Receipt, sender: Sender, now: Micros) -> tuple[Effect, ...]:
    advance = Advance(receipt.reply, receipt.message_id, receipt.progress, receipt.error)
    if not receipt.opted_out:
        return (advance,)
    return advance, *_gone(sender, now)


def _already_answered(receipt: Receipt, sender: Sender) -> tuple[Effect, ...]:
    """A reply that only the provider remembers: whoever got it must not get another for the same text."""
    said = Said("", receipt.message_id, receipt.at)
    if any(one.wording == said.wording for one in sender.said):
        return ()
    answered = Remember(replace(sender, said=(*sender.said, said)))
    return answered, Cancel(sender.id, "answered before the restore")


def _on_contact(contact: Contact, sender: Sender, now: Micros) -> tuple[Effect, ...]:
    if contact.open:
        return (Remember(replace(sender, stopped_at=None)),)
    return _gone(sender, now)


def _gone(sender: Sender, now: Micros) -> tuple[Effect, ...]:
    """The provider will not let us through to this person: as good as an opt-out."""
    return Remember(replace(sender, stopped_at=now)), Cancel(sender.id, "told the provider to stop")


def _on_message(case: Case) -> tuple[Effect, ...]:
    return *gather(case), *_answer(case)


def _answer(case: Case) -> tuple[Effect, ...]:
    wish = wish_of(case.message)
    if wish is Wish.STOP:
        reason = "the sender asks us to stop"
        return *_silent(case, reason, stopped_at=case.now), Cancel(case.sender.id, reason)
    if wish is Wish.START and case.sender.stopped_at is not None:
        return _silent(case, "the sender lets us write again", stopped_at=None)
    if case.message.asks is not None:
        return _explain(case, case.message.asks)
    return _consider(case)


def _explain(case: Case, about: Ask) -> tuple[Effect, ...]:
    refusal = _refusal(case, GATES_OF_NOTICES)
    if refusal is not None:
        return _silent(case, refusal)
    reply = explain(case, about)
    decision = _decision(case, Action.REPLIED, ("asks what this is",), reply)
    return Decide(decision), Hold(reply), Remember(_seen(case))


def _refusal(case: Case, gates: Sequence[Gate]) -> str | None:
    return next((reason for gate in gates if (reason := gate(case))), None)


def _consider(case: Case) -> tuple[Effect, ...]:
    refusal = _refusal(case, GATES)
    rule, reasons = case.choice
    if refusal is not None or rule is None:
        return _silent(case, refusal or "no rule fits")
    composed = compose(case, rule)
    if composed is None:
        return _silent(case, f"every wording of `{rule.id}` has been said to this sender")
    unaffordable = pot.refusal(case.state.purse, composed[0].price, case.state.responses)
    return _silent(case, unaffordable) if unaffordable else _replied(case, *composed, reasons)


def _replied(case: Case, reply: Reply, said: Said, reasons: tuple[str, ...]) -> tuple[Effect, ...]:
    decision = _decision(case, Action.REPLIED, reasons, reply)
    return Decide(decision), Hold(reply), Remember(_seen(case, said=(*case.sender.said, said)))


def _silent(case: Case, reason: str, **changes: Micros | None) -> tuple[Effect, ...]:
    return Decide(_decision(case, Action.SILENT, (reason,))), Remember(_seen(case, **changes))


def _decision(case: Case, action: Action, reasons: tuple[str, ...], reply: Reply | None = None) -> Decision:
    return Decision(
        event=case.event.id,
        sender=case.sender.id,
        verdict=Verdict.ORDINARY,
        action=action,
        rule=reply.name if reply else None,
        reply=reply.id if reply else None,
        cost=case.message.segments * case.state.responses.price_in(case.message.channel),
        decided_at=case.now,
        reasons=reasons,
        skeleton=case.skeleton,
    )


def _seen(case: Case, **changes: object) -> Sender:
    sender = case.sender
    return replace(
        sender,
        # Asking what this is says nothing yet: what is said next is still the first message.
        messages=sender.messages + (case.message.asks is None),
        first_at=sender.first_at if sender.first_at is not None else case.now,
        last_at=case.now,
        **changes,  # type: ignore[arg-type]  # only fields of Sender are passed, each by this module
    )
