"""Reads lengths of time, amounts of money, shares and times of day as people write them. Pure.

Everything becomes an integer (or a fraction) here, and no float is ever involved.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from bridge.errors import Unfit
from bridge.model import DAY, HOUR, MINUTE, SECOND, MicroEuros, Micros

DURATION = r"^[0-9]{1,9}[smhdy]$"
SOME_TIME = r"^0{0,8}[1-9][0-9]{0,8}[smhdy]$"
SHARE = r"^[0-9]{1,3}(\.[0-9]{1,4})?%$"
TIME_OF_DAY = r"^([01]?[0-9]|2[0-4])([:h][0-5][0-9]|h)$"

YEAR: Micros = 365 * DAY
LONGEST: Micros = 100 * YEAR
DEAREST = Decimal(1_000_000_000)
"""Euros. A bound far above any pot, so that sums stay within 64 bits."""

_UNITS: dict[str, Micros] = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "y": YEAR}
_SMALLEST = Decimal("0.0001")

_EUROS = r"(?:€|eur|euros?)"
_SPOKEN = re.compile(
    rf"(?:{_EUROS} ?)?(?P<minus>-?)"
    r"(?P<whole>[0-9]{1,9}|[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3})+(?=[.]|,[0-9]{3}))"
    rf"(?:[.,](?P<part>[0-9]{{1,4}}))?(?P<sign> ?{_EUROS})?",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_MOST_WORDS = 6
"""Of one amount."""


def duration(value: object) -> Micros:
    """`90s 10m 2h 7d 1y` as microseconds; a year has 365 days. Raises `Unfit`."""
    if not isinstance(value, str) or not re.fullmatch(DURATION, value):
        raise Unfit(
            "must be a length of time.", "Write a whole number and s, m, h, d or y: 90s, 10m, 2h, 7d, 1y."
        )
    micros = int(value[:-1]) * _UNITS[value[-1]]
    if micros > LONGEST:
        raise Unfit("is too long.", "Write at most 100y.")
    return micros


def some_time(value: object) -> Micros:
    """The same, of what cannot be over at once. Raises `Unfit`."""
    micros = duration(value)
    if not micros:
        raise Unfit("is no time at all.", "Write how long, such as 30d.")
    return micros


def euros(value: object) -> MicroEuros:
    """An amount in euros, an `int` or a `Decimal`, as micro-euros. Raises `Unfit`."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Unfit(
            "must be an amount of euros.", "Write a number with a point and without quotes: 3300 or 0.0763."
        )
    amount = Decimal(value)
    if not 0 <= amount <= DEAREST:
        raise Unfit(f"must lie between 0 and {DEAREST:,} euros.", "Write a smaller or a positive number.")
    if amount != amount.quantize(_SMALLEST):
        raise Unfit("has more than four decimals.", "Round it to four: 0.0763.")
    return int(amount * 1_000_000)


def spoken_euros(words: Sequence[str]) -> tuple[str, int] | None:
    """The amount that the words begin with, in its plain form, and how many of them it takes: `3 300 €`.

    `None` where there is none, or where it may mean two things: `3,300`, or `3 3000`.
    """
    for taken in range(min(len(words), _MOST_WORDS), 0, -1):
        found = _SPOKEN.fullmatch(" ".join(words[:taken]))
        if found is not None:
            return None if _is_unclear(found, words[taken:]) else (_plain(found), taken)
    return None


def _is_unclear(found: re.Match[str], rest: Sequence[str]) -> bool:
    """Whether it may be thousands as well, or goes on behind: an amount of money is never guessed."""
    in_groups = " " in found["whole"]
    goes_on = bool(rest) and (in_groups or rest[0][:1].isdigit())
    return _THOUSANDS.fullmatch(found[0].strip("-€ ")) is not None or (not found["sign"] and goes_on)


def _plain(found: re.Match[str]) -> str:
    whole = found["whole"].replace(" ", "").replace(",", "")
    return f"{found['minus']}{whole}" + (f".{found['part']}" if found["part"] else "")


def number(value: object, most: int) -> Decimal:
    """A number above 0, an `int` or a `Decimal`, of `most` at most. Raises `Unfit`."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Unfit("must be a number.", "Write it with a point and without quotes: 6 or 2.5.")
    if not 0 < value <= most:
        raise Unfit(f"must lie above 0, and be {most:,} at most.", "Write another number.")
    return Decimal(value)


def whole(value: object, most: int) -> int:
    """A whole number above 0, of `most` at most. Raises `Unfit`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unfit("must be a whole number.", "Write it without quotes: 14.")
    return int(number(value, most))


def share(value: object) -> Fraction:
    """`20%` as one fifth. Raises `Unfit`."""
    if not isinstance(value, str) or not re.fullmatch(SHARE, value):
        raise Unfit("must be a share.", "Write a number and a percent sign: 20%.")
    part = Fraction(value[:-1]) / 100
    if part > 1:
        raise Unfit("is more than all of it.", "Write at most 100%.")
    return part


def minute_of_day(value: object) -> int:
    """`22:00`, `22h` or `22h30` as minutes since midnight, 24:00 included. Raises `Unfit`."""
    if not isinstance(value, str) or not re.fullmatch(TIME_OF_DAY, value):
        raise Unfit("must be a time of day.", "Write it like 22:00, 22h or 22h30.")
    hours, minutes = re.split("[:h]", value)
    minute = int(hours) * 60 + int(minutes or 0)
    if minute > DAY // MINUTE:
        raise Unfit("is later than midnight.", "Write at most 24:00.")
    return minute
