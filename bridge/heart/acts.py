"""What follows from an act of the team: who may, about whom, and what the actor is told."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import partial

from bridge.heart import guard, teaching
from bridge.heart.books import Books
from bridge.heart.deed import Deed
from bridge.heart.effects import (
    BeginMute,
    BeginPause,
    Cancel,
    CorrectPot,
    Effect,
    EndMute,
    EndPause,
    Remember,
    SetPot,
)
from bridge.model import DAY, Act, Event, MicroEuros, Micros, Mute, Pause, Sender
from bridge.moderation.roles import may_administer, may_moderate
from bridge.pot import total_of
from bridge.responses.complaints import Unfit
from bridge.responses.quantities import amount, euros

USUAL_MUTE: Micros = DAY
"""How long a mute lasts when nobody says."""

FOREVER: Micros = 100 * 365 * DAY
"""Longer than anybody will wait: a pause that only a person ends."""

LARGEST_POT: MicroEuros = 10**15
"""A thousand million euros: far above any pot, so that sums stay within 64 bits."""


def on_act(state: Books, event: Event, act: Act, now: Micros) -> tuple[Effect, ...]:
    """The effects of an act; one that is refused has none but its record."""
    deed = Deed(state, event, act, now)
    may = may_administer if act.verb in _OF_ADMINS else may_moderate
    if not may(act, state.responses):
        return (deed.told("refused", "refused_money" if act.verb in _OF_ADMINS else "refused"),)
    verb = _VERBS.get(act.verb)
    return verb(deed) if verb else (deed.told("refused", "unknown_verb"),)


def _mute(deed: Deed) -> tuple[Effect, ...]:
    if not deed.senders:
        return (deed.told("refused", "unknown_target"),)
    (sender,) = deed.senders[:1]
    if sender.id in deed.state.exempt:
        return (deed.told("refused", "exempt"),)
    until = deed.now + (deed.act.length or USUAL_MUTE)
    if sender.muted_until is not None and sender.muted_until >= until:
        return (deed.told("nothing", "muted_already", until=deed.moment(sender.muted_until)),)
    return *_muted(deed, sender, until), deed.told("done", "muted", until=deed.moment(until))


def _mute_all(deed: Deed) -> tuple[Effect, ...]:
    until = deed.now + (deed.act.length or USUAL_MUTE)
    senders = [one for one in deed.senders if one.id not in deed.state.exempt]
    fresh = [one for one in senders if one.muted_until is None or one.muted_until < until]
    if not senders:
        return (deed.told("refused", "unknown_target"),)
    effects = [effect for sender in fresh for effect in _muted(deed, sender, until)]
    return *effects, deed.told("done", "muted_all", count=len(senders), until=deed.moment(until))


def _muted(deed: Deed, sender: Sender, until: Micros) -> tuple[Effect, ...]:
    mute = Mute(sender.id, deed.event.id, deed.act.actor, deed.act.reason, deed.now, until)
    return (
        EndMute(sender.id, deed.event.id),
        BeginMute(mute),
        Remember(replace(sender, muted_until=until)),
        Cancel(sender.id, "muted by the team"),
    )


def _unmute(deed: Deed) -> tuple[Effect, ...]:
    if not deed.senders:
        return (deed.told("refused", "unknown_target"),)
    (sender,) = deed.senders[:1]
    if sender.muted_until is None or sender.muted_until <= deed.now:
        return (deed.told("nothing", "not_muted"),)
    return *_unmuted(deed, sender), deed.told("done", "unmuted")


def _undo(deed: Deed) -> tuple[Effect, ...]:
    """Takes back a mute of one or of many; whom it concerns was looked up by the act that is undone."""
    muted = [one for one in deed.senders if one.muted_until is not None and one.muted_until > deed.now]
    if not muted:
        return (deed.told("nothing", "nothing_to_undo"),)
    effects = [effect for sender in muted for effect in _unmuted(deed, sender)]
    return *effects, deed.told("done", "undone", count=len(muted))


def _unmuted(deed: Deed, sender: Sender) -> tuple[Effect, ...]:
    return EndMute(sender.id, deed.event.id), Remember(replace(sender, muted_until=None))


def _pause(deed: Deed) -> tuple[Effect, ...]:
    until = deed.now + (deed.act.length or FOREVER)
    pause = Pause(deed.act.target, deed.event.id, deed.act.actor, deed.now, until)
    told = deed.told("done", "paused", until=deed.moment(until)) if deed.act.length else None
    return BeginPause(pause), told or deed.told("done", "paused_open")


def _resume(deed: Deed) -> tuple[Effect, ...]:
    if not deed.state.paused(deed.act.target, deed.now):
        return (deed.told("nothing", "not_paused"),)
    return EndPause(deed.act.target, deed.event.id), deed.told("done", "resumed")


def _set_pot(deed: Deed) -> tuple[Effect, ...]:
    """Sets what may be spent in all; the target is the amount, as the rules file would write it."""
    total = _amount(deed)
    if total is None or total < 0:
        return (deed.told("refused", "unknown_amount"),)
    return SetPot(total), deed.told("done", "pot_set")


def _add_to_pot(deed: Deed) -> tuple[Effect, ...]:
    """Tops up: raises what may be spent in all."""
    added = _amount(deed)
    total = total_of(deed.state.purse(deed.now), deed.state.responses) + (added or 0)
    if added is None or added <= 0 or total > LARGEST_POT:
        return (deed.told("refused", "unknown_amount"),)
    return SetPot(total), deed.told("done", "pot_added", total=amount(total))


def _correct_pot(deed: Deed) -> tuple[Effect, ...]:
    """Books what the provider's invoice says beyond what was counted, or below it."""
    correction, spent = _amount(deed), deed.state.purse(deed.now).spent
    if not correction:
        return (deed.told("refused", "unknown_amount"),)
    if not 0 <= spent + correction <= LARGEST_POT:
        return (deed.told("refused", "overcorrected", spent=amount(spent)),)
    return CorrectPot(correction), deed.told("done", "pot_corrected", spent=amount(spent + correction))


def _amount(deed: Deed) -> MicroEuros | None:
    """The target as an amount, below zero where it has a minus; `None` where it is none."""
    written = deed.act.target.strip().removesuffix("EUR").strip()
    try:
        unsigned = euros(Decimal(written.removeprefix("-")))
    except (Unfit, InvalidOperation):
        return None
    return -unsigned if written.startswith("-") else unsigned


def _look(deed: Deed) -> tuple[Effect, ...]:
    """Reading what people wrote changes nothing, and is recorded all the same."""
    return (deed.told("done", "looked"),)


_VERBS: dict[str, Callable[[Deed], tuple[Effect, ...]]] = {
    "mute": _mute,
    "mute_all": _mute_all,
    "unmute": _unmute,
    "undo": _undo,
    "pause": _pause,
    "resume": _resume,
    "samples": _look,
    "shield": guard.shield,
    "unshield": guard.unshield,
    "false_alarm": guard.false_alarm,
    "reopen": guard.reopen,
    "teach_ordinary": partial(teaching.teach, "ordinary"),
    "teach_abusive": partial(teaching.teach, "abusive"),
    "unteach": teaching.unteach,
    "pot": _set_pot,
    "pot_add": _add_to_pot,
    "pot_correct": _correct_pot,
}

_OF_ADMINS = {"pot", "pot_add", "pot_correct"}
