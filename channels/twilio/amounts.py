"""Reads amounts of money as Twilio writes them. Pure."""

from decimal import ROUND_CEILING, Decimal, InvalidOperation

from bridge.model import MicroEuros

_DEAREST = Decimal(1000)
"""For one message: anything above is no price."""


def micro_euros(written: object) -> MicroEuros | None:
    """An amount in euros, such as "0.07630", rounded up; `None` when it is none, or below zero."""
    if isinstance(written, bool) or not isinstance(written, str | int | float):
        return None
    try:
        amount = Decimal(str(written))
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 <= amount <= _DEAREST:
        return None
    return int((amount * 1_000_000).to_integral_value(ROUND_CEILING))
