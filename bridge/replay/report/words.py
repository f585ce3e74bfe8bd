"""Numbers, sums and shares as people read them."""

from bridge.model import DAY, HOUR, MINUTE, MicroEuros, Micros


def count(number: int) -> str:
    """A count."""
    return f"{number:,}"


def money(amount: MicroEuros) -> str:
    """A sum of micro-euros."""
    return f"€{amount / 1_000_000:,.2f}"


def share(part: float | None) -> str:
    """A share of one, in percent."""
    return "–" if part is None else f"{100 * part:.1f} %"


def some(number: int, one: str, many: str | None = None) -> str:
    """A count with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def stretch(length: Micros) -> str:
    """A stretch of time."""
    for unit, name in ((7 * DAY, "week"), (DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if length >= unit and length % unit == 0:
            return name if length == unit else f"{length // unit} {name}s"
    return f"{length // 1_000_000} seconds"
