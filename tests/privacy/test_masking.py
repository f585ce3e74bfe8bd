"""A reason that somebody types names no number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.privacy.masking import MASK, masked


@pytest.mark.parametrize(
    "number",
    [
        "0612345678",
        "+33612345678",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "+33 (0)6 12 34 56 78",
        "(612) 555-0199",
        "0033612345678",
        "٠٦١٢٣٤٥٦٧٨",
        "０６１２３４５６７８",
        "123456789",
        "06 / 12 / 34 / 56 / 78",
        "06_12_34_56_78",
        "06,12,34,56,78",
        "06;12;34;56;78",
        "06–12–34–56–78",
        "06\u201112\u201134\u201156\u201178",
        "06−12−34−56−78",
        "06·12·34·56·78",
        "06*12*34*56*78",
        "06\u00a012\u202f34\u200956 78",
    ],
)
def test_a_number_is_hidden(number: str) -> None:
    assert masked(f"writes as {number}, too") == f"writes as {MASK}, too"
    assert masked(number) == MASK


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "spam, again",
        "invoice of 2026-11-21",
        "invoice of 2026-11-21, 12.50 €",
        "3 times since 18:52",
        "raid a1b2c3d4",
        "brave-heron-42",
        "wrote 120 messages in 2 h",
        "l'été",
        "a room of 12 m²",
        "٣ times",
        "between 10:30 and 11:45",
    ],
)
def test_what_is_no_number_stays(reason: str) -> None:
    assert masked(reason) == reason


@given(st.text(max_size=60), st.from_regex(r"0[67](?: ?[0-9]{2}){4}", fullmatch=True))
def test_no_number_survives(text: str, number: str) -> None:
    assert number not in masked(f"{text} {number}")
