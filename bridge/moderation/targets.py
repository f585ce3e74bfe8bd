"""What an act is about, as people write it: a handle, a number, or `telegram:ID`."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import phonenumbers

from bridge.model import SenderId
from bridge.responses import Responses

_HANDLE = re.compile(r"[a-z]+-[a-z]+-\d{2}")
_SHORT_ID = re.compile(r"[0-9a-f]{8}")
_ELSEWHERE = re.compile(r"([a-z][a-z0-9_]*):([^\s:]{1,64})")


@dataclass(frozen=True, slots=True)
class ByHandle:
    """The sender who bears it."""

    handle: str


@dataclass(frozen=True, slots=True)
class ByAddress:
    """The sender at this address, met already or not."""

    channel: str
    address: str


def read_target(written: str, region: str = "FR") -> ByHandle | ByAddress | None:
    """Who is meant; `None` when it is none of the three. `region` is where national numbers belong."""
    text = written.strip().lower().lstrip("@").strip("`*_")
    if _HANDLE.fullmatch(text):
        return ByHandle(text)
    if match := _ELSEWHERE.fullmatch(text):
        return ByAddress(match[1], match[2])
    return _number(text, region)


def exempt(responses: Responses, identify: Callable[[str, str], SenderId]) -> frozenset[SenderId]:
    """The senders whom the rules exempt from mutes and from suspicion; `identify` makes pseudonyms."""
    return frozenset(
        identify(target.channel, target.address)
        for written in responses.exempt
        if isinstance(target := read_target(written), ByAddress)
    )


def is_short_id(written: str) -> bool:
    """Whether it is written as our short ids of raids are; some of them would read as numbers, too."""
    return _SHORT_ID.fullmatch(written) is not None


def _number(text: str, region: str) -> ByAddress | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return ByAddress("sms", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
