"""What a text costs as SMS: its encoding, its segments, and the characters that drive the bill up. Pure.

Counting is left to `smsutil`, which agreed with a provider's own calculator wherever the two were compared.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Literal

import smsutil
from smsutil.codecs import GSM_CHARSET, GSM_EXT_CHARSET

from bridge.noun import Noun

_GSM = frozenset(GSM_CHARSET)
_TWICE = frozenset(GSM_EXT_CHARSET)
_ONCE = _GSM - _TWICE - {"\x1b"}
_ONE_SEGMENT, _ONE_OF_SEVERAL = 160, 153
_ONE_WIDE, _ONE_WIDE_OF_SEVERAL = 70, 67
"""Characters in a segment (3GPP TS 23.040): of GSM-7, and of UCS-2."""
_WIDEST = "\uffff"
"""The last character that takes one place in UCS-2."""

# An accent typed after its letter belongs to that letter.
_LETTER = re.compile("[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+", re.DOTALL)

# What Unicode's own decomposition does not give, or gives badly for a reader.
_INSTEAD = {
    **dict.fromkeys("’‘‚‛′´`‹›", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("–—―‐‑‒−•", "-"),
    **dict.fromkeys("\t\u2009\u200a", " "),
    **dict.fromkeys("\u2028\u2029\u0085\v", "\n"),
    "·": ".",
    "°": "o",
    "×": "x",
    "→": "->",
    "œ": "oe",
    "Œ": "OE",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ı": "i",
    # The euro sign is missing on purpose: EUR is longer than the two places that it takes.
    **dict.fromkeys("[{", "("),
    **dict.fromkeys("]}", ")"),
    **dict.fromkeys("\\|", "/"),
    "~": "-",
    "^": "",
    "\f": "\n",
}


class Size(Noun):
    """How a text travels, and as how many billed segments."""

    encoding: Literal["GSM-7", "UCS-2"]
    segments: int


class Costly(Noun):
    """A character that makes a text dearer."""

    character: str
    """One character, with the accents typed after it where they are typed apart."""
    count: int
    instead: str | None
    """What to write instead (nothing, for an emoji); `None` when there is no cheaper way."""
    twice: bool
    """It counts twice in GSM-7; otherwise it turns the whole text into UCS-2."""


def measure(text: str) -> Size:
    """The encoding and the segments of a text: 160 or 153 characters in GSM-7, 70 or 67 in UCS-2.

    (3GPP TS 23.038 and 23.040.) An empty text is one segment.
    """
    if not text:
        return Size("GSM-7", 1)
    # Nearly every text takes one place a character, and to split it takes a hundred times as long.
    if _ONCE.issuperset(text):
        return Size("GSM-7", _segments(len(text), _ONE_SEGMENT, _ONE_OF_SEVERAL))
    if not _GSM.issuperset(text) and max(text) <= _WIDEST:
        return Size("UCS-2", _segments(len(text), _ONE_WIDE, _ONE_WIDE_OF_SEVERAL))
    split = smsutil.split(text)
    return Size("GSM-7" if split.encoding == "gsm0338" else "UCS-2", len(split.parts))


def _segments(places: int, one: int, one_of_several: int) -> int:
    return 1 if places <= one else -(-places // one_of_several)


def room(text: str) -> tuple[int, int]:
    """How many characters a text takes as it is billed, and how many its segments hold together."""
    size = measure(text)
    if size.encoding == "GSM-7":
        used, whole, part = len(text) + sum(one in _TWICE for one in text), _ONE_SEGMENT, _ONE_OF_SEVERAL
    else:
        used = len(text.encode("utf-16-be", "surrogatepass")) // 2
        whole, part = _ONE_WIDE, _ONE_WIDE_OF_SEVERAL
    return used, whole if size.segments == 1 else part * size.segments


def costly(text: str) -> tuple[Costly, ...]:
    """The characters that cost more than their place, in the order in which they first occur."""
    return tuple(
        Costly(letter, count, _instead(letter), twice=letter in _TWICE)
        for letter, count in Counter(_dear(text)).items()
    )


def cheaper(text: str) -> str:
    """The text with every costly character written the cheap way, where there is one."""
    return _LETTER.sub(lambda found: _cheap(found[0]), text)


def _cheap(letter: str) -> str:
    instead = _instead(letter) if _is_dear(letter) else letter
    return letter if instead is None else instead


def _dear(text: str) -> Iterator[str]:
    return (letter for letter in _LETTER.findall(text) if _is_dear(letter))


def _is_dear(letter: str) -> bool:
    return letter in _TWICE or not _GSM.issuperset(letter)


def _instead(letter: str) -> str | None:
    whole = unicodedata.normalize("NFC", letter)
    if whole in _INSTEAD:
        return _INSTEAD[whole]
    if _GSM.issuperset(whole):
        return None if whole == letter else whole
    parts = "".join(_INSTEAD.get(part, part) for part in _base(whole))
    if _GSM.issuperset(parts):
        return parts
    return "" if _is_ornament(letter) else None


def _base(letter: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", letter) if unicodedata.category(c)[0] != "M")


def _is_ornament(letter: str) -> bool:
    """Emoji, their joiners and other signs that a text can do without."""
    return all(unicodedata.category(c) in {"So", "Sk", "Cf", "Cn", "Co", "Mn", "Me"} for c in letter)
