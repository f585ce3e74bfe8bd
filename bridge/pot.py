"""The pot: whether a reply can be afforded. Floor 1, pure; micro-euros.

Spent and reserved together never pass what is allowed: a reply is reserved at its worst case when it is
queued, and given back when it is not sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from bridge.model import DAY, HOUR, Lane, MicroEuros, Micros, Reply
from bridge.reasons import Why

if TYPE_CHECKING:  # the command line reads the verbs, and does without
    from bridge.responses import Responses

SHARED_LIMITS = frozenset({Why.POT_SPENT, Why.HOUR_SPENT, Why.DAY_SPENT})
"""What leaves no money for anybody."""

LIMITS = SHARED_LIMITS | {Why.SENDER_SPENT}
"""Every limit of the pot."""

SUSPECTS = Fraction(1, 10)
"""The share of an hour's money that suspects, and people who were answered before, may have in a raid."""

SCARCE = Fraction(1, 2)
"""The share of an hour's money from which on it is scarce."""

SENDER_WINDOW: Micros = 30 * DAY
"""What one sender may cost is counted over this long."""


@dataclass(frozen=True, slots=True)
class Purse:
    """Where the money stands."""

    spent: MicroEuros = 0
    reserved: MicroEuros = 0
    inbound: MicroEuros = 0
    """What receiving has cost: it cannot be refused."""
    total: MicroEuros | None = None
    """Set by hand: counts above the rules file."""
    last_hour: MicroEuros = 0
    """What replies due in the last hour, or later, cost or may cost."""
    last_day: MicroEuros = 0
    suspects: MicroEuros = 0
    """What of the last hour's was for the starved lane."""


def total_of(purse: Purse, responses: Responses) -> MicroEuros:
    """What may be spent in all, on receiving and on replying."""
    return responses.pot.total if purse.total is None else purse.total


def refusal(purse: Purse, price: MicroEuros, responses: Responses, lane: Lane = "ordinary") -> Why | None:
    """Why a reply of this price cannot be afforded, or `None` when it can. What costs nothing always can."""
    if price == 0:
        return None
    if lane == "suspect" and purse.suspects + price > _part(responses.pot.per_hour, SUSPECTS):
        return Why.KEPT_FOR_OTHERS
    total = total_of(purse, responses)
    committed = purse.spent + purse.reserved + price
    kept_back = _part(total, responses.pot.inbound_reserve)
    if committed > total - max(kept_back, purse.inbound):
        return Why.POT_SPENT
    if purse.last_hour + price > responses.pot.per_hour:
        return Why.HOUR_SPENT
    if purse.last_day + price > responses.pot.per_day:
        return Why.DAY_SPENT
    return None


def scarce(purse: Purse, responses: Responses) -> bool:
    """Whether much of what the last hour may cost is spent."""
    return purse.last_hour > _part(responses.pot.per_hour, SCARCE)


def left(purse: Purse, responses: Responses) -> MicroEuros:
    """What replies may still cost now, by every limit."""
    total = total_of(purse, responses)
    free = total - max(_part(total, responses.pot.inbound_reserve), purse.inbound)
    limits = (
        free - purse.spent - purse.reserved,
        responses.pot.per_hour - purse.last_hour,
        responses.pot.per_day - purse.last_day,
    )
    return max(0, min(limits))


def refusal_of_sender(
    said: Iterable[Reply], price: MicroEuros, due_at: Micros, responses: Responses
) -> Why | None:
    """Why one sender may not cost so much more, or `None` when they may. What costs nothing always may."""
    if price == 0:
        return None
    so_far = sum(one.price for one in said if due_at - one.due_at < SENDER_WINDOW)
    return Why.SENDER_SPENT if so_far + price > responses.pot.per_sender else None


def _part(amount: MicroEuros, share: Fraction) -> MicroEuros:
    """A share of an amount, rounded down: whole numbers exceed it when they exceed the share itself.

    Asked for with every message; a product of fractions takes ten times as long.
    """
    return amount * share.numerator // share.denominator


def gone(purse: Purse) -> MicroEuros:
    """What is spent, reserved, or was paid for receiving."""
    return purse.spent + purse.reserved + purse.inbound


def passed(purse: Purse, responses: Responses) -> tuple[Fraction, ...]:
    """The steps of `warn_at` that the pot has passed."""
    total, so_far = total_of(purse, responses), gone(purse)
    return tuple(
        step
        for step in responses.pot.warn_at
        if total and so_far * step.denominator >= step.numerator * total
    )


def runway(purse: Purse, responses: Responses) -> Micros | None:
    """How long the pot lasts at the pace of the last hour; `None` when nothing was spent in it."""
    left = max(0, total_of(purse, responses) - gone(purse))
    return left * HOUR // purse.last_hour if purse.last_hour else None
