"""What an act is about, as people write it: a handle, a number, or `CHANNEL:ID`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bridge.model import LONGEST_ADDRESS, SenderId
from bridge.noun import Noun

_HANDLE = re.compile(r"[a-z]+-[a-z]+-\d{2}")
_SHORT_ID = re.compile(r"[0-9a-f]{8}")
_ELSEWHERE = re.compile(rf"([A-Za-z][A-Za-z0-9_]*):([^\s:]{{1,{LONGEST_ADDRESS}}})")
_GROUP = re.compile(r"([0-9a-f]{8})\.([0-9]{1,18})")
_PSEUDONYM = re.compile(r"#([0-9a-f]{32})")
_URI = "tel:"
_AROUND = "`*_\"'\u2018\u2019\u201c\u201d\u00ab\u00bb,;:.!?"
"""What people, and keyboards by themselves, put around a name."""
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
"""What keyboards make of a hyphen."""

TELEPHONE = "sms"
"""The channel of telephone numbers: a number alone is an address there."""


class ByHandle(Noun):
    """The sender who bears it."""

    handle: str


class ByAddress(Noun):
    """The sender at this address, met already or not."""

    channel: str
    address: str


def read_target(written: str, region: str = "FR") -> ByHandle | ByAddress | None:
    """Who is meant; `None` when it is none of the three. `region` is where national numbers belong."""
    text = written.strip().strip(_AROUND).lstrip("@").strip(_AROUND)
    handle = text.lower().translate(_DASHES)
    if _HANDLE.fullmatch(handle):
        return ByHandle(handle)
    if text.lower().startswith(_URI):
        return _number(text[len(_URI) :], region)
    if match := _ELSEWHERE.fullmatch(text):
        return ByAddress(match[1].lower(), match[2])
    return _number(text, region)


class GroupName(Noun):
    """A group of doubtful people, as it was at an instant (microseconds)."""

    key: str
    seen_at: int

    def __str__(self) -> str:
        """As an act names it."""
        return f"{self.key}.{self.seen_at}"


def pseudonym(sender: SenderId) -> str:
    """How the journal names whom an act is about: nobody types it, and it outlives no number."""
    return f"#{sender}"


def read_pseudonym(written: str) -> SenderId | None:
    """The sender whom `pseudonym` names."""
    found = _PSEUDONYM.fullmatch(written)
    return SenderId(found[1]) if found else None


def read_group(written: str) -> GroupName | None:
    """The group that is meant; `None` where it is none."""
    found = _GROUP.fullmatch(written.strip().lower())
    return GroupName(found[1], int(found[2])) if found else None


_OWN = ":"
"""Stands, in what an act says, before words that somebody chose; else it names a reply of the rules."""


def in_own_words(words: str) -> str:
    """What an act says whose words somebody chose."""
    return f"{_OWN}{words}"


def own_words(says: str) -> str | None:
    """The words that somebody chose; `None` where a reply of the rules is named, or nothing."""
    return says.removeprefix(_OWN) if says.startswith(_OWN) else None


_FOUND = re.compile(r"([0-9a-f]{32})(?:\.([0-9]{1,4}))?((?: [a-z]+-[a-z]+-[0-9]{2})*)")
_ID = re.compile(r"[0-9a-f]{32}")
_PSEUDONYMS = re.compile(r"(?:[0-9a-f]{32})*")


class Ruling(Noun):
    """A phrase, and the senders whom what is done about it does not concern."""

    phrase: str
    spared: frozenset[SenderId] = frozenset()

    def __str__(self) -> str:
        """As an act names it."""
        return f"{''.join(sorted(self.spared))}:{self.phrase}"


def read_ruling(written: str) -> Ruling:
    """A phrase as an act names it: behind a colon, and before that the pseudonyms of those spared."""
    spared, colon, phrase = written.partition(":")
    if not colon or not _PSEUDONYMS.fullmatch(spared):
        return Ruling(written)
    return Ruling(phrase, frozenset(read_people(spared)))


class FoundName(Noun):
    """What somebody has found: by which act they looked, and whom they left out."""

    search: str
    """The act's event."""
    page: int = 0
    """Which texts are shown, from 1 on; none at 0."""
    spared: tuple[str, ...] = ()
    """Handles."""

    def __str__(self) -> str:
        """As a button names it."""
        return " ".join((f"{self.search}.{self.page}", *self.spared))


def read_found(written: str) -> FoundName | None:
    """What was found; `None` where it is written in no such way."""
    match = _FOUND.fullmatch(written.strip())
    return FoundName(match[1], int(match[2] or 0), tuple(match[3].split())) if match else None


def written_people(senders: Iterable[SenderId]) -> str:
    """Senders as an act names them."""
    return "".join(sorted(senders))


def read_people(written: str) -> tuple[SenderId, ...]:
    """The senders that an act names, each once, in a fixed order."""
    return tuple(sorted({SenderId(one) for one in _ID.findall(written)}))


def is_handle(written: str) -> bool:
    """Whether somebody is named as the room sees them."""
    return isinstance(read_target(written), ByHandle)


def is_short_id(written: str) -> bool:
    """Whether it is written as our short ids of raids are; some of them would read as numbers, too."""
    return _SHORT_ID.fullmatch(written) is not None


def _number(text: str, region: str) -> ByAddress | None:
    """A number alone: with letters, or an extension, in it, somebody else may be meant."""
    import phonenumbers  # noqa: PLC0415 - slow to load, and a handle needs none of it

    if any(map(str.isalpha, text)):
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_possible_number(number):
        return None
    return ByAddress(TELEPHONE, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
