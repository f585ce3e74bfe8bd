"""What the team can do. A verb is one file here; whoever must know the verbs reads this registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import ITSELF, MODERATE, About, Right, Verb
from bridge.heart.effects import Effect, Tell
from bridge.heart.shares import Share, shares
from bridge.model import Act, Done, Event, EventId, Message, Micros, SenderId
from bridge.moderation.targets import is_short_id
from bridge.reasons import Reason

if TYPE_CHECKING:  # the command line reads the verbs, and does without
    from bridge.heart.books import Books
    from bridge.responses import Responses


def found(path: Iterable[str]) -> dict[str, Verb]:
    """The verbs in a folder, by name: what a file there calls `VERB`."""
    modules = (import_module(f"{__name__}.{one.name}") for one in iter_modules(path))
    verbs: Iterable[Verb] = (module.VERB for module in modules if hasattr(module, "VERB"))
    return {verb.name: verb for verb in verbs}


VERBS: Mapping[str, Verb] = found(__path__)
"""Every verb by its name."""


def on_act(books: Books, event: Event, act: Act, now: Micros) -> tuple[Effect, ...]:
    """The effects of an act; one that is refused has none but its record."""
    verb = VERBS.get(act.verb)
    case = ActCase(books, event, act, now, verb.about if verb else About.NOTHING)
    right = _right(act)
    if not right.may(act, books.responses):
        return (case.told("refused", right.refusal),)
    return verb.do(case) if verb else (case.told("refused", "unknown_verb"),)


def may(act: Act, responses: Responses) -> bool:
    """Whether its actor has the right that it needs."""
    return _right(act).may(act, responses)


def _right(act: Act) -> Right:
    return VERBS[act.verb].right if act.verb in VERBS else MODERATE


def concerns(act: Act) -> About:
    """By what its senders are to be looked up; those of a raid that is only looked at are not."""
    verb = VERBS.get(act.verb)
    if verb is None or verb.shows:
        return About.NOTHING
    if verb.about is About.RAID_OR_SENDER:
        return About.RAID if is_short_id(act.target) else About.SENDER
    return verb.about


def may_name_somebody(act: Act) -> bool:
    """Whether its target may be the address of a person, also where it is only asked about.

    Whom the service calls by itself stands in the rules file: their address is hidden from nobody.
    """
    if act.channel == ITSELF:
        return False
    about = VERBS[act.verb].about if act.verb in VERBS else About.NOTHING
    return about is About.SENDER or (about is About.RAID_OR_SENDER and not is_short_id(act.target))


def put_aside(event: EventId, now: Micros) -> Tell:
    """The record of an act that cannot be opened or stored: nothing of what it holds is repeated."""
    return Tell(Done(event, "-", "-", "-", "refused", Reason("put_aside"), now))


def is_wide(act: Act) -> bool:
    """Whether it is done share by share."""
    return act.verb in VERBS and VERBS[act.verb].wide


def steps_of(act: Act, everybody: tuple[SenderId, ...]) -> tuple[Share, ...]:
    """The steps in which an act about these senders is done. What is decided by texts needs nobody."""
    if is_wide(act):
        return shares(everybody)
    return (Share(everybody, everybody if concerns(act) is About.SENDER else ()),)


def writes_to(act: Act) -> bool:
    """Whether it answers its sender, and needs what they wrote last."""
    return act.verb in VERBS and VERBS[act.verb].writes


def is_answerable(event: Event) -> bool:
    """Whether it is something that somebody wrote: neither a change of it, nor a question to the channel."""
    return isinstance(event.what, Message) and event.what.form != "edit" and event.what.asks is None


def reads_texts(act: Act) -> bool:
    """Whether it is decided by what its senders wrote."""
    return act.verb in VERBS and VERBS[act.verb].reads
