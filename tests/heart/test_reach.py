"""A number is read in a short way where that comes to the same as the library's long one."""

from random import Random

import phonenumbers
import pytest
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneNumber

from bridge import reach as room
from bridge.reach import Reach, reach
from bridge.reasons import Why

ODD = (
    "+",
    "+0",
    "+33",
    "+330612345678",
    "+3306",
    "+336",
    "+999123456",
    "+" + "1" * 16,
    "+39061234567",
    "33612345678",
)


def numbers() -> list[str]:
    """Of every country, with every first digit, short and long ones; and what is hardly a number."""
    draw = Random("numbers")
    lengths = [
        (code, first, draw.randrange(14))
        for code in COUNTRY_CODE_TO_REGION_CODE
        for first in "0123456789" * 3
    ]
    drawn = [f"+{code}{first}" + "".join(draw.choices("0123456789", k=more)) for code, first, more in lengths]
    return [*ODD, *drawn]


def by_the_library(address: str) -> PhoneNumber | None:
    if not address.startswith("+"):
        return None
    try:
        number = phonenumbers.parse(address)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def test_every_number_is_read_as_the_library_reads_it() -> None:
    told = {one: (room._parse(one), by_the_library(one)) for one in numbers()}
    assert {one: read for one, read in told.items() if read[0] != read[1]} == {}
    assert sum(ours is not None for ours, _ in told.values()) > 1_000


def test_the_short_way_is_taken_by_mobiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(phonenumbers, "parse")
    mobiles = {"+33698765432": "FR", "+32470123456": "BE", "+447700900123": "GB", "+14155550123": "US"}
    assert {one: reach(one).country for one in mobiles} == mobiles
    with pytest.raises(AttributeError):
        reach("+330698765432")


@pytest.mark.parametrize(
    ("address", "judged"),
    [
        ("+33612345678", Reach("FR")),
        ("+330612345678", Reach("FR")),
        ("+33140000000", Reach("FR", Why.NO_MOBILE)),
        ("38383", Reach(None, Why.NO_NUMBER)),
        ("Info", Reach(None, Why.NO_NUMBER)),
        ("+870773111632", Reach(None, Why.NO_COUNTRY)),
    ],
)
def test_who_can_be_answered(address: str, judged: Reach) -> None:
    assert reach(address) == judged
