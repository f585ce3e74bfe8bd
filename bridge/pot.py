"""The pot: what may be paid, when, and to whom first. Floor 1, pure; micro-euros.

Spent and reserved together never pass what is allowed: a reply is reserved at its worst case when it is
handed over, and given back when it is not sent. What an hour or a day cannot pay waits for its turn, the
least doubtful first: docs/money.md has the figures behind the shares.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

from bridge.model import DAY, DOUBTFUL, HOUR, SUMMONS, MicroEuros, Micros, Reply
from bridge.noun import Noun, replace
from bridge.reasons import Why

if TYPE_CHECKING:  # the command line reads the verbs, and does without
    from bridge.responses import Responses
    from bridge.responses.rules import Pot
    from bridge.views import Waiting

LIMITS = frozenset({Why.POT_SPENT, Why.SENDER_SPENT})
"""What leaves a message without a reply for want of money."""

LASTS: Micros = 30 * DAY
"""How long a pot is meant to last where the rules do not say."""

HOURS_SHARE, DAYS_SHARE = 2, 12
"""How many days' even share an hour may take, and a day: a mention on television brings as many people in
half an hour as else in days, and they are to be answered, but no day may ever take half of what is left."""

LEAST_HOUR, LEAST_DAY = 1_000_000, 5_000_000
"""What an hour and a day may cost of the smallest pot: shares of it would pay for nothing."""

DOUBTFUL_SHARE = Fraction(1, 4)
"""The share of an even hour that may go to the doubtful while a raid is on."""

AFTERWARDS = Fraction(2, 3)
"""And when none is: most of those who wait since one can then be answered in time."""

LEAST_DOUBTFUL: MicroEuros = 100_000
"""And what it is at least: a reply an hour."""

SENDER_WINDOW: Micros = 30 * DAY
"""What one sender may cost is counted over this long."""


class Purse(Noun):
    """Where the money stands."""

    spent: MicroEuros = 0
    reserved: MicroEuros = 0
    """What replies that are being handed over may cost."""
    inbound: MicroEuros = 0
    """What receiving has cost: it cannot be refused."""
    total: MicroEuros | None = None
    """Set by hand: counts above the rules file."""
    last_hour: MicroEuros = 0
    """What replies handed over within the last hour cost or may cost, but for those of an opened day."""
    last_day: MicroEuros = 0
    doubtful: MicroEuros = 0
    """What of the last hour's went to the doubtful."""
    raid: bool = False
    """Whether a raid is on."""
    opened_until: Micros | None = None
    """Until when an admin opened the day, while it is: no limit of hour or day keeps anybody waiting then."""


def total_of(purse: Purse, responses: Responses) -> MicroEuros:
    """What may be spent in all, on receiving and on replying."""
    return responses.pot.total if purse.total is None else purse.total


def left(purse: Purse, responses: Responses) -> MicroEuros:
    """What replies may still cost in all."""
    total = total_of(purse, responses)
    kept_back = max(_part(total, responses.pot.inbound_reserve), purse.inbound)
    return max(0, total - kept_back - purse.spent - purse.reserved)


def left_with_reserve(purse: Purse, responses: Responses) -> MicroEuros:
    """What may still be spent in all, what is kept for receiving included."""
    return max(0, total_of(purse, responses) - purse.inbound - purse.spent - purse.reserved)


def hour_top(purse: Purse, responses: Responses) -> MicroEuros:
    """What replies may cost within an hour: a share of what was left when it began, or what the rules say."""
    share = _share(left(purse, responses) + purse.last_hour, HOURS_SHARE, responses.pot)
    return _top(max(share, LEAST_HOUR), responses.pot.per_hour, responses.pot)


def day_top(purse: Purse, responses: Responses) -> MicroEuros:
    """The same within a day."""
    share = _share(left(purse, responses) + purse.last_day, DAYS_SHARE, responses.pot)
    return _top(max(share, LEAST_DAY), responses.pot.per_day, responses.pot)


def doubtful_top(purse: Purse, responses: Responses) -> MicroEuros:
    """What replies to the doubtful may cost within an hour."""
    even = _share(left(purse, responses) + purse.last_hour, 1, responses.pot) * HOUR // DAY
    return max(LEAST_DOUBTFUL, _part(even, DOUBTFUL_SHARE if purse.raid else AFTERWARDS))


def _share(money: MicroEuros, days: int, pot: Pot) -> MicroEuros:
    """So many days' even share of what the whole time has."""
    lasts = max(pot.last_for or LASTS, days * DAY)
    return money * days * DAY // lasts


def _top(share: MicroEuros, written: MicroEuros | None, pot: Pot) -> MicroEuros:
    """What the rules say counts; where they also say how long the pot lasts, the lower of the two."""
    if written is None:
        return share
    return written if pot.last_for is None else min(share, written)


def within(purse: Purse, responses: Responses) -> MicroEuros:
    """What the limits of hour and day leave for replies at this moment; what is left in all apart."""
    hour = hour_top(purse, responses) - purse.last_hour
    return max(0, min(hour, day_top(purse, responses) - purse.last_day))


def limits(purse: Purse, responses: Responses, price: MicroEuros) -> bool:
    """Whether it is a limit of hour or day, and not what is left, that keeps so much from being paid now."""
    room = within(purse, responses)
    return purse.opened_until is None and room < price and room < left(purse, responses)


def keeps_waiting(purse: Purse, responses: Responses, late: Waiting | None) -> bool:
    """Whether it is for such a limit that ordinary people wait: not one of them can be paid."""
    return late is not None and late.people > 0 and limits(purse, responses, late.each)


def payable(purse: Purse, responses: Responses, rank: int = 0) -> MicroEuros:
    """What a reply of a rank may cost at this moment, at most."""
    tops = [left(purse, responses)]
    if purse.opened_until is None:
        tops.append(within(purse, responses))
    if rank >= DOUBTFUL:
        tops.append(doubtful_top(purse, responses) - purse.doubtful)
    return max(0, min(tops))


def top(purse: Purse, responses: Responses, reply: Reply) -> MicroEuros:
    """What a reply may cost now, at most. A call to the team is paid by what is kept for receiving, too."""
    if reply.wording == SUMMONS:
        return left_with_reserve(purse, responses)
    return payable(purse, responses, reply.rank)


def after(purse: Purse, price: MicroEuros, rank: int) -> Purse:
    """The same once a reply is handed over."""
    limited = price if purse.opened_until is None else 0
    return replace(
        purse,
        reserved=purse.reserved + price,
        last_hour=purse.last_hour + limited,
        last_day=purse.last_day + limited,
        doubtful=purse.doubtful + price * (rank >= DOUBTFUL),
    )


def refusal(purse: Purse, price: MicroEuros, responses: Responses) -> Why | None:
    """Why a reply of this price cannot be had at all, or `None`. What costs nothing always can."""
    return Why.POT_SPENT if price > left(purse, responses) else None


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


class Pace(Noun):
    """What the last hour has cost, whoever had the day open."""

    replies: MicroEuros = 0
    """What replies handed over in it cost, or may."""
    receiving: MicroEuros = 0


def runway(purse: Purse, responses: Responses, pace: Pace) -> Micros | None:
    """How long replies can be paid at the pace of the last hour; `None` when nothing was spent in it.

    Receiving is paid from its reserve first, and from what replies may cost once that is gone.
    """
    money = left(purse, responses)
    if not money:
        return 0
    reserve = max(0, _part(total_of(purse, responses), responses.pot.inbound_reserve) - purse.inbound)
    if pace.receiving and (not pace.replies or reserve * pace.replies < money * pace.receiving):
        # The reserve is gone first: from then on both are paid from one purse.
        both = pace.replies + pace.receiving
        return (money + reserve) * HOUR // both
    return money * HOUR // pace.replies if pace.replies else None
