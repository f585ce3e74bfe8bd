"""One event in, effects out. The pipeline: what it adds to raids, a wish, the gates, the reply."""

from bridge.heart.acts import on_act
from bridge.heart.books import Books
from bridge.heart.case import Case, price_to
from bridge.heart.detection import detected
from bridge.heart.effects import (
    Adopt,
    Advance,
    BeginMute,
    Cancel,
    Decide,
    Effect,
    Flag,
    Hold,
    Postponed,
    Remember,
    Withhold,
)
from bridge.heart.gates import GATES, GATES_OF_NOTICES, caught, raider, refusal
from bridge.heart.keeping import hold_of
from bridge.model import (
    BY_BLOCK,
    BY_MUTE,
    BY_STOP,
    ELSEWHERE,
    KEPT_BACK,
    MINUTE,
    NOTICE,
    Act,
    Action,
    Contact,
    Decision,
    Deed,
    Event,
    Message,
    MicroEuros,
    Micros,
    Mute,
    OutboxRow,
    PhraseRule,
    Raid,
    Receipt,
    Reply,
    ReplyId,
    Sender,
    Wish,
)
from bridge.moderation.opt_out import wish_of
from bridge.noun import replace
from bridge.prices import possible_charge, price_in
from bridge.reasons import Reason, Why, because
from bridge.responses import Said
from bridge.text.segments import measure

LATER: Micros = 10 * MINUTE
"""How long a reply rests that its provider took and never sent: most often an account must be paid first."""


def step(books: Books, event: Event, now: Micros) -> tuple[Effect, ...]:
    """What follows from `event` at `now`. Changes nothing: see `Books.apply`. Raises `NotAtHand`."""
    sender = books.sender(event.sender)
    match event.what:
        case Message() as message:
            return _on_message(Case(books, event, message, _let_through(sender, message), now))
        case Receipt() as receipt:
            return _on_receipt(books, event, receipt, sender, now)
        case Contact() as contact:
            return _on_contact(contact, sender, now)
        case Act() as act:
            return on_act(books, event, act, now)
        case Deed():
            return ()  # it tells what was decided before


def _on_receipt(
    books: Books, event: Event, receipt: Receipt, sender: Sender, now: Micros
) -> tuple[Effect, ...]:
    told: tuple[Effect, ...] = ()
    if not books.is_unknown(receipt, sender.id):
        told = (_advance(books, receipt, now),)
    elif not receipt.never_left:
        told = _already_answered(books, event, receipt, sender, now)
    return (*told, *_gone(replace(sender, stopped_at=now), BY_STOP)) if receipt.opted_out else told


def _advance(books: Books, receipt: Receipt, now: Micros) -> Advance:
    """What never left is held again, unless meanwhile it is not to leave any more."""
    again_at = now + LATER if receipt.never_left else None
    told = Advance(receipt.reply, receipt.message_id, receipt.progress, receipt.error, receipt.cost, again_at)
    row = books.meant(told) if again_at is not None else None
    return told if row is None else replace(told, objection=books.objection(row, now))


def _already_answered(
    books: Books, event: Event, receipt: Receipt, sender: Sender, now: Micros
) -> tuple[Effect, ...]:
    """A reply that only the provider remembers: whoever got it must not get another for the same text, unless
    the provider spoke by itself.

    What it said is not known. It is booked as what the longest of ours costs, until the provider says more.
    """
    segments = _longest(books, receipt.channel)
    reply = Reply(
        id=ReplyId(event.id),
        event=event.id,
        sender=sender.id,
        channel=receipt.channel,
        line="",
        name="",
        language="",
        text="",
        segments=segments,
        price=segments * (price_to(books, receipt.channel, receipt.address, now) or 0),
        due_at=receipt.at,
        expires_at=receipt.at,
        wording=NOTICE if receipt.by_itself else receipt.message_id,
    )
    cost = receipt.cost if receipt.cost is not None and possible_charge(receipt.cost, segments) else None
    row = OutboxRow(reply, receipt.progress, receipt.message_id, receipt.error, receipt.at, cost)
    adopted = Remember(sender), Adopt(row)
    return adopted if receipt.by_itself else (*adopted, Cancel(sender.id, ELSEWHERE))


def _longest(books: Books, channel: str) -> int:
    """Segments of the longest wording that the rules have, or whatever else the channel bills."""
    wordings = (text for rule in books.responses.replies for texts in rule.say.values() for text in texts)
    return max(books.responses.units(channel, measure(text).segments) for text in wordings)


def _on_contact(contact: Contact, sender: Sender, now: Micros) -> tuple[Effect, ...]:
    """Unblocking ends a block, and never a STOP."""
    if contact.open:
        return (Remember(replace(sender, blocked_at=None)),)
    return _gone(replace(sender, blocked_at=now), BY_BLOCK)


def _let_through(sender: Sender, message: Message) -> Sender:
    """Where writing costs nothing a block holds both ways: whoever writes after it has ended it, whether or
    not we were told. A provider forgets what it could not tell us, or tells one after the other."""
    ended = not message.metered and message.form != "edit" and message.at > (sender.blocked_at or message.at)
    return replace(sender, blocked_at=None) if ended else sender


def _gone(sender: Sender, error: str) -> tuple[Effect, ...]:
    """The provider will not let us through to this person: what is held for them is withdrawn."""
    return Remember(sender), Cancel(sender.id, error)


def _on_message(case: Case) -> tuple[Effect, ...]:
    return *detected(case), *_answer(case), *_flagged(case)


def _flagged(case: Case) -> tuple[Effect, ...]:
    """A threat is shown to the team, and decides nothing."""
    sign = case.gist.sign if case.message.asks is None else None
    return () if sign is None else (Flag(case.event.id, case.sender.id, sign, case.now),)


def _answer(case: Case) -> tuple[Effect, ...]:
    wish = wish_of(case.message, case.gist.wish)
    if wish is Wish.STOP:
        silent = _silent(case, (because(Why.ASKS_TO_STOP),), stopped_at=case.now)
        return *silent, Cancel(case.sender.id, BY_STOP)
    if wish is Wish.START and case.sender.gone:  # whoever blocks us could not ask for it
        return _silent(case, (because(Why.LETS_US_WRITE),), stopped_at=None, blocked_at=None)
    if case.message.asks == "forget_yes":
        return _forget(case)
    if case.message.asks is not None:
        return _explain(case, case.message.asks)
    rule = case.caught_by
    muted = rule is not None and rule.does == "mute" and not case.sender.is_muted(case.now)
    return _muted_by(rule, case, _consider(case)) if rule and muted else _consider(case)


def _muted_by(rule: PhraseRule, case: Case, effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """For as long as the rule lasts, whatever became of this message: what waits for them is withdrawn."""
    mute = Mute(case.sender.id, rule.act, rule.by, rule.reason, case.now, rule.until)
    until = max(rule.until, case.sender.muted_until or 0)
    others = [one for one in effects if not isinstance(one, Remember)]
    return *others, BeginMute(mute), Remember(_seen(case, muted_until=until)), Cancel(case.sender.id, BY_MUTE)


def _explain(case: Case, about: Said) -> tuple[Effect, ...]:
    refused = refusal(case, GATES_OF_NOTICES)
    if refused is not None:
        return _silent(case, refused[1])
    return _replied(case, case.notice(about), (because(Why.ASKS_WHAT_THIS_IS),))


def _forget(case: Case) -> tuple[Effect, ...]:
    """Whoever asks for it is forgotten, also where they are not to be answered; a raid holds its record."""
    kept = hold_of(case.books.raids_of(case.sender), case.books.responses.retention, case.now)
    if kept is None:
        reason, notice, asked_at = because(Why.ASKS_TO_BE_FORGOTTEN), case.notice("forgotten"), case.now
    else:
        reason, notice, asked_at = (
            because(Why.HELD_FOR_RAID, raid=kept.raid),
            case.notice("held", kept.until),
            None,
        )
    if refusal(case, GATES_OF_NOTICES) is not None:
        return _silent(case, (reason,), forget_at=asked_at)
    return _replied(case, notice, (reason,), forget_at=asked_at)


def _consider(case: Case) -> tuple[Effect, ...]:
    match refusal(case, GATES):
        case None:
            return _held(case)
        case gate, reasons if gate is raider:
            return _withheld(case, reasons, KEPT_BACK)
        case gate, reasons if gate is caught:
            return _withheld(case, reasons, BY_MUTE)
        case _, reasons:
            return _silent(case, reasons)


def _replied(
    case: Case, reply: Reply, reasons: tuple[Reason, ...], **changes: Micros | None
) -> tuple[Effect, ...]:
    decision = _decision(case, Action.REPLIED, reasons, reply)
    return Decide(decision), Hold(reply), Remember(_seen(case, **changes))


def _held(case: Case) -> tuple[Effect, ...]:
    """Until it is due; longer where a rule of the team's holds it back."""
    reply, reasons = case.reply, case.choice[1]
    delay = case.held_back(reply)
    if delay is None:
        return _replied(case, reply, reasons)
    held = because(Why.HELD_BY_RULE, rule=delay.act[:8])
    later = replace(reply, due_at=delay.until)
    return *_replied(case, later, (*reasons, held)), Postponed(delay)


def _withheld(case: Case, reasons: tuple[Reason, ...], error: str) -> tuple[Effect, ...]:
    """The reply is written down, in case it was a mistake, and costs nothing."""
    decision = _decision(case, Action.CANCELLED, reasons, case.reply)
    return Decide(decision), Withhold(case.reply, error), Remember(_seen(case))


def _silent(case: Case, reasons: tuple[Reason, ...], **changes: Micros | None) -> tuple[Effect, ...]:
    return Decide(_decision(case, Action.SILENT, reasons)), Remember(_seen(case, **changes))


def _decision(
    case: Case, action: Action, reasons: tuple[Reason, ...], reply: Reply | None = None
) -> Decision:
    seen = case.sighting
    return Decision(
        event=case.event.id,
        sender=case.sender.id,
        verdict=case.verdict,
        action=action,
        rule=reply.name if reply else None,
        reply=reply.id if reply else None,
        cost=case.message.segments * _received_at(case),
        decided_at=case.now,
        reasons=reasons,
        suspicion=seen.suspicion if seen else None,
        raid=case.sender.raid if case.caught else _id(case.raid),
        posture=case.posture if seen else None,
        first=seen.first if seen else None,
        form=None if case.message.form == "text" else case.message.form,
    )


def _received_at(case: Case) -> MicroEuros:
    """What the provider bills for one unit."""
    if case.is_call:
        return case.books.responses.calls.minute or 0
    return price_in(case.books.responses, case.books.prices, case.message.channel, case.now)


def _id(raid: Raid | None) -> str | None:
    return raid.id if raid else None


def _seen(case: Case, **changes: object) -> Sender:
    sender = case.sender
    return replace(
        sender,
        verdict=case.verdict,
        reasons=case.look.reasons or (sender.reasons if case.caught else ()),
        raid=_id(case.raid) or sender.raid,
        messages=sender.messages + case.counts,
        first_at=sender.first_at if sender.first_at is not None else case.now,
        last_at=case.now,
        **changes,  # type: ignore[arg-type]  # only fields of Sender are passed, each by this module
    )
