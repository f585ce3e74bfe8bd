"""What the SMS channel takes for an address: a telephone number as people write it, or a short code. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache, partial

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat, ValidationResult

from bridge.moderation.targets import TELEPHONE
from bridge.noun import Noun
from bridge.ports import Addresses

_USUAL_REGION = "FR"
"""Where numbers belong while we have none of our own."""

_SHORT_CODE = re.compile(r"[1-9][0-9]{2,5}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_LONGEST = 40
"""Characters: more than anybody needs for fifteen digits."""


def addresses(environment: Mapping[str, str], number: str = "TWILIO_NUMBER") -> Addresses:
    """What it reads; national numbers belong to the country of our own, which the variable `number` holds.

    Whoever has a number is one person on every channel of numbers.
    """
    region = _region(environment.get(number, "").strip())
    return Addresses(partial(read, region=region), "+33612345678", region, TELEPHONE)


def read(written: str, region: str) -> str | None:
    """The number in E.164 form, a short code as it is; `None` for anything else.

    `+330612345678` is `+33612345678`: a trunk prefix behind the country code is dropped.
    """
    if _is_plain(written):
        return written
    text = unicodedata.normalize("NFKC", written[:_LONGEST]).strip()
    if len(written) > _LONGEST or not text.isascii() or any(map(str.isalpha, text)):
        return None
    number = _number(text, region) or (_number(f"+{text}", region) if text.isdigit() else None)
    return number or (text if _SHORT_CODE.fullmatch(text) else None)


def _number(text: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _is_plain(number: str) -> bool:
    """Whether it needs no second look: cheap, for every message asks it. The library is the oracle."""
    plan = _plan(number[1:4]) if _E164.fullmatch(number) else None
    if plan is None:
        return False
    return plan.trunk.match(number, plan.begin) is None and len(number) - plan.begin in plan.lengths


class _Plan(Noun):
    """How numbers behind a country code are written."""

    begin: int
    """Where they begin, behind the plus and the country code."""
    trunk: re.Pattern[str]
    """What they may begin with inside the country, and must not from abroad."""
    lengths: frozenset[int]


@lru_cache(maxsize=1024)  # there are not more beginnings of three digits
def _plan(beginning: str) -> _Plan | None:
    """How numbers are written that begin like this; `None` where no country's do."""
    return next((plan for length in (1, 2, 3) if (plan := _plan_of(beginning[:length]))), None)


def _plan_of(country_code: str) -> _Plan | None:
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(country_code), ("",))
    metadata = PhoneMetadata.metadata_for_region(regions[0], None)
    if metadata is None or metadata.general_desc is None:
        return None
    trunk = re.compile(metadata.national_prefix_for_parsing or r"(?!)")
    return _Plan(1 + len(country_code), trunk, frozenset(metadata.general_desc.possible_length))


def _region(number: str) -> str:
    """The country of our own number (ISO 3166)."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return _USUAL_REGION
    region = phonenumbers.region_code_for_number(parsed)
    return region or phonenumbers.region_code_for_country_code(parsed.country_code or 0)
