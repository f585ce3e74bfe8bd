"""Who can be answered: numbers that can be mobiles of a country with a price. Floor 1, pure.

Short codes, alphanumeric names, premium and satellite numbers are never answered:
a reply to them costs more than it says, or reaches nobody.
"""

import re
from functools import cache, lru_cache

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumber, PhoneNumberType

from bridge.noun import Noun
from bridge.reasons import Why
from bridge.remembered import remembered

_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_USUAL = range(5, 14)
"""Digits of a number without its country's."""

_SIBLINGS = tuple(f"{n:02}" for n in range(100))


class Reach(Noun):
    """Where a number belongs (ISO 3166, two letters), or why it cannot be answered."""

    country: str | None
    obstacle: Why | None = None


@remembered(10_000)  # judging costs more than all other gates together, and raiders repeat themselves
def reach(address: str) -> Reach:
    """Judges a number in E.164 form by `phonenumbers`' metadata; prices are not its business."""
    number = _parse(address)
    if number is None:
        return Reach(None, Why.NO_NUMBER)
    kind = phonenumbers.number_type(number)
    country = phonenumbers.region_code_for_number(number)
    if kind == PhoneNumberType.UNKNOWN and _looks_mobile(number):
        kind = PhoneNumberType.MOBILE
        country = phonenumbers.region_code_for_country_code(number.country_code or 0)
    if country in (None, "001", "ZZ"):
        return Reach(None, Why.NO_COUNTRY)
    if kind not in _MOBILE:
        return Reach(country, Why.NO_MOBILE)
    return Reach(country)


def _parse(address: str) -> PhoneNumber | None:
    digits = address[1:]
    if not (address.startswith("+") and digits.isascii() and digits.isdigit()):
        return None
    try:
        number = _plain(digits) or phonenumbers.parse(address)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def _plain(digits: str) -> PhoneNumber | None:
    """What `parse` makes of a number that nothing has to be taken off; `None` where something may have to.

    It looks for letters, separators and extensions first: that takes longer than all that is asked here.
    """
    code = next((int(digits[:n]) for n in (1, 2, 3) if int(digits[:n]) in COUNTRY_CODE_TO_REGION_CODE), 0)
    national = digits.removeprefix(str(code))
    if not code or digits[0] == "0" or national[:1] == "0" or len(national) not in _USUAL:
        return None
    return None if _dialled_before(code).match(national) else PhoneNumber(code, int(national))


@cache
def _dialled_before(country_code: int) -> re.Pattern[str]:
    """What is dialled before a number within its country, as a rule a zero: it is no part of the number."""
    region = phonenumbers.region_code_for_country_code(country_code)
    known = PhoneMetadata.metadata_for_region_or_calling_code(country_code, region)
    return re.compile((known.national_prefix_for_parsing if known else None) or "(?!)")


def _looks_mobile(number: PhoneNumber) -> bool:
    """Whether a number of an unlisted range stands among mobile ranges.

    Numbering plans grow faster than metadata: a new mobile range must not silence its owners.
    """
    national = phonenumbers.national_significant_number(number)
    return _mobile_neighbourhood(number.country_code or 0, national[:1], len(national))


@lru_cache(maxsize=4096)
def _mobile_neighbourhood(country_code: int, first_digit: str, length: int) -> bool:
    kinds = [
        phonenumbers.number_type(
            PhoneNumber(
                country_code=country_code, national_number=int((first_digit + pair).ljust(length, "0"))
            )
        )
        for pair in _SIBLINGS
    ]
    known = [kind for kind in kinds if kind != PhoneNumberType.UNKNOWN]
    return bool(known) and 2 * sum(kind in _MOBILE for kind in known) > len(known)
