from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import Unfit
from bridge.model import DAY, HOUR, MINUTE, SECOND
from bridge.quantities import LONGEST, YEAR, duration, euros, minute_of_day, share

_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "y": YEAR}


@given(st.integers(min_value=0, max_value=10**9 - 1), st.sampled_from(sorted(_UNITS)))
def test_a_length_of_time_is_its_number_times_its_unit(number: int, unit: str) -> None:
    if number * _UNITS[unit] > LONGEST:
        with pytest.raises(Unfit, match="too long"):
            duration(f"{number}{unit}")
    else:
        assert duration(f"{number}{unit}") == number * _UNITS[unit]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "10",
        10,
        None,
        True,
        "m",
        "1.5h",
        "-1h",
        "+1h",
        "1 h",
        "1h\n",
        "1h30m",
        "1w",
        "1H",
        "٣m",
        "1" * 99 + "s",
    ],
)
def test_other_lengths_of_time_are_refused(value: object) -> None:
    with pytest.raises(Unfit):
        duration(value)


@given(st.integers(min_value=0, max_value=10**13))
def test_euros_come_back_to_the_last_of_four_decimals(ten_thousandths: int) -> None:
    written = Decimal(ten_thousandths).scaleb(-4)
    micro = euros(written)
    assert micro == ten_thousandths * 100


@pytest.mark.parametrize(
    ("value", "micro"),
    [
        (0, 0),
        (3300, 3_300_000_000),
        (Decimal("0.0763"), 76_300),
        (Decimal("1E+2"), 100_000_000),
        (Decimal("1.10000"), 1_100_000),
    ],
)
def test_euros_are_exact(value: object, micro: int) -> None:
    assert euros(value) == micro


@pytest.mark.parametrize(
    "value",
    [-1, Decimal("0.00001"), Decimal("1E-999"), Decimal("1E+999"), 10**18, 0.1, "3300", "12,50", None, True],
)
def test_other_amounts_are_refused(value: object) -> None:
    with pytest.raises(Unfit):
        euros(value)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("20%", Fraction(1, 5)),
        ("0%", Fraction(0)),
        ("100%", Fraction(1)),
        ("12.5%", Fraction(1, 8)),
        ("0.1%", Fraction(1, 1000)),
    ],
)
def test_shares_are_exact(value: str, part: Fraction) -> None:
    assert share(value) == part


@pytest.mark.parametrize("value", ["20", 20, Decimal("0.2"), "101%", "-1%", "20 %", "%", "12,5%", None])
def test_other_shares_are_refused(value: object) -> None:
    with pytest.raises(Unfit):
        share(value)


@pytest.mark.parametrize(
    ("value", "minute"),
    [
        ("00:00", 0),
        ("6:05", 365),
        ("22:00", 1320),
        ("22h", 1320),
        ("6h", 360),
        ("22h30", 1350),
        ("24:00", 1440),
    ],
)
def test_times_of_day_are_read_as_people_write_them(value: str, minute: int) -> None:
    assert minute_of_day(value) == minute
    assert minute_of_day(f"{minute // 60:02}:{minute % 60:02}") == minute


@pytest.mark.parametrize("value", ["22", 22, 1320, "22:60", "25:00", "24:01", "22:0", "10 pm", "", None])
def test_other_times_of_day_are_refused(value: object) -> None:
    with pytest.raises(Unfit):
        minute_of_day(value)
