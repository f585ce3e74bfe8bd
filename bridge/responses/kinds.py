"""The kinds of values in a rules file: each checks what was written and gives what the code works with. Pure.

Every refusal is an `Unfit`; the pattern beside each kind is what an editor checks through the JSON Schema.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import phonenumbers
from babel import Locale
from pydantic import AfterValidator, BeforeValidator, Field, StrictStr, ValidationInfo

from bridge import quantities
from bridge.errors import Unfit
from bridge.model import LONGEST_ADDRESS, MicroEuros, Micros
from bridge.ports import Ids
from bridge.responses.complaints import did_you_mean, shown
from bridge.responses.expressions import expression
from bridge.responses.placeholders import OF_NOTICES, unknown_placeholder
from bridge.text.shown import plain
from bridge.text.tokens import words

LONGEST_TEXT = 1600
"""Characters in one SMS that providers still take."""

LONGEST_LINE = 200
"""Characters of a name or an address that people read."""


class People(Protocol):
    """Whom the installed channels can name."""

    def settled(self, address: str) -> str:
        """The one form of a person's address, as its channel reads it. Raises `Unfit`."""

    def ids(self) -> Mapping[str, Ids]:
        """What each room takes for the id of somebody, by its name; nothing where one does not say."""


_NAME = r"^[a-z][a-z0-9_-]{0,39}$"
_LANGUAGE = r"^[a-z]{2}$"
_COUNTRY = r"^[A-Z]{2}$"
_ADDRESS = rf"[a-z][a-z0-9_]*:[^\s:]{{1,{LONGEST_ADDRESS}}}"
_PERSON = rf"^(\+[1-9][0-9]{{5,14}}|{_ADDRESS})$"
_RAID = r"^[0-9a-f]{8}$"
_ID = r"[^\s@#:,<>+]{1,64}"
"""What anybody's id may look like; a room says more exactly what its own do (`bridge.ports.Ids`)."""
MEMBER_ID = rf"^{_ID}$"
_ACCOUNT = rf"(?!(tel|sms):){_ADDRESS}"
"""Of anybody on a channel where people are no numbers."""
_WOKEN = rf"^({_ID}|(tel:)?\+[1-9][0-9]{{5,14}}|{_ACCOUNT})$"
HERE = "here"
"""Whoever is in the room."""
# Not ISO codes, though everyone writes them.
_SLIPS = {"UK": "GB", "EL": "GR"}


_ACCOUNT_MEND = 'Write "+33612345678", or an account behind the name of its channel.'
_UNREACHABLE = "must be whom the room can mention, or a last resort."


def _matching(pattern: str, predicate: str, mend: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise Unfit(predicate, mend)
        return value

    return AfterValidator(check)


def _language(code: str) -> str:
    known = _languages()
    if code in known.values():
        return code
    meant = known.get(code.lower()) or code.lower()[:2]
    mend = f'Did you mean "{meant}"?' if meant in known.values() else "Write fr, en, es, ..."
    raise Unfit(f"names no language: {shown(code)} is no two-letter code (ISO 639-1).", mend)


@cache
def _languages() -> dict[str, str]:
    """ISO 639-1 codes by English name, as CLDR has them."""
    return {
        name.lower(): code for code, name in Locale("en").languages.items() if re.fullmatch(_LANGUAGE, code)
    }


def _country(code: str) -> str:
    if code in phonenumbers.SUPPORTED_REGIONS:
        return code
    meant = _SLIPS.get(code.upper(), code.upper())
    known = meant in phonenumbers.SUPPORTED_REGIONS
    mend = f'Did you mean "{meant}"?' if known else "Write FR, BE, CH, ..."
    raise Unfit(f"names no country: {shown(code)} is no two-letter code (ISO 3166).", mend)


def _zone(name: object) -> ZoneInfo:
    if not isinstance(name, str):
        raise Unfit("must be the name of a time zone.", "Write it like Europe/Paris.")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = did_you_mean(name, (zone for zone in available_timezones() if "/" in zone))
        mend = near if near.startswith("Did") else "Write it like Europe/Paris."
        raise Unfit("names no time zone that is known here.", mend) from None


def _phrase(phrase: str) -> str:
    if not words(phrase):
        raise Unfit("holds no letter and no digit to look for.", 'Use "regex" to look for signs.')
    return phrase


def _pattern(pattern: str) -> str:
    expression(pattern)
    return pattern


def _line(text: str) -> str:
    line = " ".join(plain(text).split())
    if not line or len(line) > LONGEST_LINE:
        raise Unfit("must be one line of text.", f"Write 1 to {LONGEST_LINE} characters, in quotes.")
    return line


def _wording(text: str) -> str:
    if not text.strip():
        raise Unfit("holds an empty wording.", "Write a text, or remove it.")
    if len(text) > LONGEST_TEXT:
        raise Unfit(
            f"holds a wording of {len(text):,} characters.", f"Shorten it to {LONGEST_TEXT:,} at most."
        )
    unknown = unknown_placeholder(text)
    if unknown:
        raise unknown
    return text


def _notice(text: str) -> str:
    unknown = unknown_placeholder(text, OF_NOTICES)
    if unknown is not None:
        raise unknown
    return text


def _of_a_channel(person: str, info: ValidationInfo) -> str:
    """In the one form of the channel, where the channels are at hand."""
    people: People | None = info.context
    return people.settled(person) if people else person


def _of_a_room(member: str, info: ValidationInfo) -> str:
    """As a room shows it, where the rooms are at hand."""
    ids = _ids(info)
    if ids and not is_id(member, ids.values()):
        raise Unfit("must be an id, not a name.", f"Copy it from the room, such as {_looks(ids)}.")
    return member


def _reachable(woken: str, info: ValidationInfo) -> str:
    """A telephone or an account in the one form of its channel; whom the room mentions, as it is."""
    address = woken.removeprefix("tel:")
    if address.startswith("+") or ":" in address:
        return _of_a_channel(address, info)
    ids = _ids(info)
    if woken != HERE and ids and not is_id(woken, ids.values()):
        raise Unfit(
            _UNREACHABLE, f"Write an id from the room, such as {_looks(ids)}; here; or a last resort."
        )
    return woken


def _ids(info: ValidationInfo) -> Mapping[str, Ids]:
    people: People | None = info.context
    return people.ids() if people else {}


def is_id(written: str, ids: Iterable[Ids]) -> bool:
    """Whether one of the rooms takes it for an id."""
    return any(re.fullmatch(one.pattern, written) for one in ids)


def _looks(ids: Mapping[str, Ids]) -> str:
    return ", ".join(f"{one.example} ({room})" for room, one in ids.items())


def _ascending(shares: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    return tuple(sorted(set(shares)))


def _listed(value: object) -> object:
    return value if isinstance(value, list | dict) else [value]


def _one_or_more(kind: Any) -> BeforeValidator:
    """A single text stands for a list of one."""
    several = Annotated[list[kind], Field(min_length=1, json_schema_extra={"uniqueItems": True})]
    return BeforeValidator(_listed, json_schema_input_type=kind | several)


def _written(read: Callable[[object], Any], pattern: str, *examples: str) -> BeforeValidator:
    kind = Annotated[str, Field(pattern=pattern, examples=list(examples))]
    return BeforeValidator(read, json_schema_input_type=kind)


Name = Annotated[
    StrictStr,
    _matching(_NAME, "must be a short name.", "Use small letters, digits, - and _, beginning with a letter."),
    Field(json_schema_extra={"pattern": _NAME}),
]
Language = Annotated[StrictStr, AfterValidator(_language), Field(json_schema_extra={"pattern": _LANGUAGE})]
Country = Annotated[StrictStr, AfterValidator(_country), Field(json_schema_extra={"pattern": _COUNTRY})]
MemberId = Annotated[
    StrictStr,
    _matching(
        MEMBER_ID,
        "must be an id, not a name.",
        "Copy it from the room.",
    ),
    AfterValidator(_of_a_room),
    Field(json_schema_extra={"pattern": MEMBER_ID}),
]
Person = Annotated[
    StrictStr,
    _matching(_PERSON, "must be a number or an account.", _ACCOUNT_MEND),
    AfterValidator(_of_a_channel),
    Field(json_schema_extra={"pattern": _PERSON}),
]
Woken = Annotated[
    StrictStr,
    _matching(
        _WOKEN,
        _UNREACHABLE,
        'Write an id from the room, here, "+33612345678", or an account behind the name of its channel.',
    ),
    AfterValidator(_reachable),
    Field(json_schema_extra={"pattern": _WOKEN}),
]
Duration = Annotated[Micros, _written(quantities.duration, quantities.DURATION, "10m", "2h", "30d")]
Lasting = Annotated[Micros, _written(quantities.some_time, quantities.SOME_TIME, "24h", "30d")]
Share = Annotated[Fraction, _written(quantities.share, quantities.SHARE, "20%")]
Minute = Annotated[int, _written(quantities.minute_of_day, quantities.TIME_OF_DAY, "22:00", "22h")]
Euros = Annotated[
    MicroEuros,
    BeforeValidator(quantities.euros, json_schema_input_type=Annotated[float, Field(ge=0, le=1_000_000_000)]),
]
MOST = 1_000
"""Of whatever is counted in a rules file."""

Odds = Annotated[
    float,
    BeforeValidator(
        lambda value: float(quantities.number(value, MOST)),
        json_schema_input_type=Annotated[float, Field(gt=0, le=MOST)],
    ),
]
Many = Annotated[
    int,
    BeforeValidator(
        lambda value: quantities.whole(value, MOST),
        json_schema_input_type=Annotated[int, Field(ge=1, le=MOST)],
    ),
]
Sentences = Annotated[StrictStr, Field(min_length=1, max_length=4096)]
Notice = Annotated[Sentences, AfterValidator(_notice)]
Line = Annotated[
    StrictStr,
    AfterValidator(_line),
    Field(json_schema_extra={"minLength": 1, "maxLength": LONGEST_LINE}),
]
RaidId = Annotated[
    StrictStr,
    _matching(_RAID, "is no raid's id.", "Write the eight digits and letters of its card, in quotes."),
    Field(json_schema_extra={"pattern": _RAID}),
]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone, json_schema_input_type=str)]
Phrase = Annotated[StrictStr, AfterValidator(_phrase)]
Pattern = Annotated[StrictStr, AfterValidator(_pattern)]
Wording = Annotated[
    StrictStr, AfterValidator(_wording), Field(json_schema_extra={"minLength": 1, "maxLength": LONGEST_TEXT})
]
Names = Annotated[tuple[Name, ...], Field(min_length=1), _one_or_more(Name)]
Languages = Annotated[tuple[Language, ...], Field(min_length=1), _one_or_more(Language)]
Phrases = Annotated[tuple[Phrase, ...], Field(min_length=1), _one_or_more(Phrase)]
Shares = Annotated[tuple[Share, ...], AfterValidator(_ascending)]
Wordings = Annotated[tuple[Wording, ...], Field(min_length=1), _one_or_more(Wording)]
