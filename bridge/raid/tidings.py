"""Tidings: what one team tells another of a raid, as a signed file. No text, no number, no sender.

The file is a signed note (https://c2sp.org/signed-note): a line that says what it is, a line of canonical
JSON, and the signature by the key with which the team signs its evidence. It is written in one way only, so
that each byte counts. An act holds it as it came, so that whoever doubts it later can check it again.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Self

from bridge.days import iso_second
from bridge.evidence.canonical import canonical
from bridge.evidence.proofs import is_signed
from bridge.evidence.signing import Signer
from bridge.model import DAY, SECOND, Micros
from bridge.noun import Noun, replace
from bridge.privacy.masking import masked
from bridge.raid.campaign import Campaign, Prints
from bridge.raid.fingerprint import BITS, SALT

LARGEST = 65_536
"""Bytes of a file: what is larger is none of ours."""

MOST_PASTES = 200

GOOD_FOR: Micros = 180 * DAY
"""How long tidings are good for after they were made: pastes grow old."""

USUAL: Micros = 90 * DAY
"""How long they count where they were imported, when nobody says."""

LONGEST_NAME = 40
"""Characters of what a team calls itself."""

_KIND = "rempart-campaign/"
_FIRST_LINE = f"{_KIND}1"
_ORIGIN = "rempart/campaign"
_SIGNED_BY = f"\n\N{EM DASH} {_ORIGIN} "
_RAID = re.compile(r"[0-9a-f]{8}")
_NAMED = re.compile(r"[0-9a-f]{8}:[0-9a-f]{8}")
_ODD = re.compile(r"[^\w\s.,'’&()-]|_")
_BYTES_OF_PRINT = BITS // 8
_KEY = 32


class NotTidings(ValueError):
    """It is no such file, or not as it was signed; `code` says which."""

    def __init__(self, code: str) -> None:
        """`code`: as outcomes and sentences are named."""
        super().__init__(code)
        self.code = code


class Tidings(Noun):
    """What is told of one raid."""

    teller: str
    """What the team calls itself: its own word, and never more than a word."""
    raid: str
    opened_at: Micros
    made_at: Micros
    until: Micros
    """Until when they are good."""
    salt: bytes
    """What the fingerprints are keyed with."""
    pastes: tuple[int, ...]
    """Fingerprints."""
    key: bytes = b""
    """The public key of whoever signed."""
    note: str = ""
    """The whole file as it was signed."""

    @property
    def name(self) -> str:
        """By what it is listed and forgotten: whose key, and which raid."""
        return f"{self.key.hex()[:8]}:{self.raid}"

    @property
    def campaign(self) -> Campaign:
        """What the detector knows of it."""
        return Campaign(self.name, told=Prints(self.called, self.salt, self.pastes))

    @property
    def called(self) -> str:
        """Who tells it, as it is shown: the beginning of the key, where the team calls itself nothing."""
        return self.teller or self.key.hex()[:8]

    def signed(self, signer: Signer) -> Self:
        """The same, with the file."""
        named = replace(self, key=signer.key)
        text = f"{_FIRST_LINE}\n{canonical(named.plain()).decode()}\n"
        return replace(named, note=signer.text(text, _ORIGIN))

    def plain(self) -> dict[str, Any]:
        """What is signed, as plain data."""
        return {
            "key": self.key.hex(),
            "made_at": iso_second(self.made_at),
            "opened_at": iso_second(self.opened_at),
            "pastes": [_written(one.to_bytes(_BYTES_OF_PRINT)) for one in self.pastes],
            "raid": self.raid,
            "salt": self.salt.hex(),
            "teller": self.teller,
            "until": iso_second(self.until),
        }

    @classmethod
    def read(cls, written: str) -> Tidings:
        """What a file tells. Raises `NotTidings`: whoever made it up may have written anything."""
        lines = written.split("\n", 2)
        if len(written) > LARGEST or len(lines) < 3 or not lines[0].startswith(_KIND):  # noqa: PLR2004
            raise NotTidings("no_tidings")
        if lines[0] != _FIRST_LINE:
            raise NotTidings("newer_tidings")
        told = _understood(lines[1])
        sealed = lines[2].startswith(_SIGNED_BY) and lines[2].count("\n") == _SIGNED_BY.count("\n") + 1
        whole = sealed and canonical(told.plain()).decode() == lines[1]
        if not whole or not is_signed(written, told.key):
            raise NotTidings("forged_tidings")
        return replace(told, note=written)


def told_of(written: str) -> Campaign | None:
    """The campaign that an act tells of, whoever told it: another team, or another line of ours."""
    try:
        return Tidings.read(written).campaign
    except NotTidings:
        return Campaign.read(written)


def is_name(written: str) -> bool:
    """Whether a campaign that another team told of may be called that."""
    return _NAMED.fullmatch(written) is not None


def fit_name(written: str) -> str:
    """What a team calls itself, in letters that mean nothing to anybody but people, without a number."""
    return " ".join(_ODD.sub(" ", masked(written)).split())[:LONGEST_NAME].strip()


def most(prints: Iterable[int | None]) -> tuple[int, ...]:
    """Fingerprints as they are told of: each once, as many as one file may hold."""
    return tuple(dict.fromkeys(one for one in prints if one is not None))[:MOST_PASTES]


def _understood(line: str) -> Tidings:
    try:
        plain = json.loads(line)
        told = _told(plain) if isinstance(plain, dict) else None
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, Error):
        told = None
    if told is None or not _is_sound(told):
        raise NotTidings("no_tidings")
    return told


def _told(plain: Mapping[str, Any]) -> Tidings:
    return Tidings(
        teller=str(plain["teller"]),
        raid=str(plain["raid"]),
        opened_at=_instant(plain["opened_at"]),
        made_at=_instant(plain["made_at"]),
        until=_instant(plain["until"]),
        salt=bytes.fromhex(plain["salt"]),
        pastes=tuple(int.from_bytes(_bytes(one)) for one in plain["pastes"]),
        key=bytes.fromhex(plain["key"]),
    )


def _is_sound(told: Tidings) -> bool:
    return (
        fit_name(told.teller) == told.teller
        and _RAID.fullmatch(told.raid) is not None
        and len(told.salt) == SALT
        and len(told.key) == _KEY
        and 0 < len(told.pastes) <= MOST_PASTES
        and len(set(told.pastes)) == len(told.pastes)
        and told.opened_at <= told.made_at < told.until <= told.made_at + GOOD_FOR
    )


def _instant(written: str) -> Micros:
    return round(datetime.fromisoformat(written).timestamp()) * SECOND


def _written(print_: bytes) -> str:
    return urlsafe_b64encode(print_).decode().rstrip("=")


def _bytes(written: str) -> bytes:
    print_ = urlsafe_b64decode(f"{written}=")
    if len(print_) != _BYTES_OF_PRINT:
        raise ValueError("not as long as a fingerprint")
    return print_
