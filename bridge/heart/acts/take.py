"""Somebody is on it: nobody else is woken for what stands on this card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import MODERATE, About, Right, Verb
from bridge.heart.effects import Effect, Turn
from bridge.noun import replace

if TYPE_CHECKING:
    from bridge.model import Act
    from bridge.responses import Responses


def _may(act: Act, responses: Responses) -> bool:
    """Whoever may moderate; and whoever is woken."""
    woken = not {*responses.organisers.wake}.isdisjoint({act.actor, *act.groups})
    return woken or MODERATE.may(act, responses)


def take(case: ActCase) -> tuple[Effect, ...]:
    """Who has it first, has it: to take it over, it is handed back first."""
    pages = case.books.pages
    free = [one for one in pages if one.taken_by is None]
    if not free:
        holders = [one.taken_by for one in pages if one.taken_by is not None]
        held = case.told("nothing", "taken_already", by=holders[-1]) if holders else None
        return (held or case.told("nothing", "nobody_is_called"),)
    by = {"taken_by": case.act.actor, "taken_at": case.now, "act": case.event.id}
    return *(Turn(replace(one, **by)) for one in free), case.told("done", "taken")  # type: ignore[arg-type]


MAY_TAKE = Right(_may, MODERATE.refusal)

VERB = Verb("take", About.PAGE, take, MAY_TAKE)
