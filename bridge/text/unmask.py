"""Undoes disguises: the text as plain words, however its letters were dressed up. Pure.

For reading a hostile text by machine; never for showing it. Goes further than `fold`: digits and symbols
inside words become letters, look-alikes Latin, letters set apart a word. What it can only guess (a `1` may
be an i or an l) it guesses by the letters beside it.

No expression here has anything behind an endless repetition: no text makes one try again and again.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import permutations

from bridge.text.lookalikes import ALWAYS, AS_COPTIC, AS_GREEK, GREEK, SCRIPTS, TWINS
from bridge.text.tokens import fold

HEAD, TAIL = 300, 100
"""Characters of a longer text that are looked at once it is folded, from its start and from its end: as
many as the models look at of what comes out."""

_LETTER = r"[^\W\d_]"
_SIGNS = re.compile(r"[@$€£¢¥§]+|[*]+|[+]+|[|]+|[!(]")
_BEHIND = re.compile(rf"[\d@$€£¢¥§|]{{0,2}}{_LETTER}").match
_BEFORE = re.compile(rf"{_LETTER}[\d@$€£¢¥§|]{{0,2}}\Z").search
"""A word begins, or ends: perhaps with signs that themselves stand for letters."""
_SIGNED = re.compile(r"\w{0,3}[\d@$€£¢¥§|]").match
_CURRENCY = frozenset("@$€£¢¥§")
_SYMBOLS = str.maketrans(
    {
        "!": "i",
        "|": "1",
        "*": None,
        "@": "a",
        "$": "s",
        "€": "e",
        "£": "l",
        "¢": "c",
        "¥": "y",
        "§": "s",
        "+": "t",
        "(": "c",
    }
)
_DIGITS = str.maketrans("023456789", "ozeasgtbg")
_ONE = re.compile("1")
_FIGURED = re.compile(r"[a-z][\d@$€£¢¥§|+(!]{0,2}[03457@$€£!|+(][\d@$€£¢¥§|+(!]{0,2}[a-z]")
"""Between two letters stands what people do not write there: text speak has a 1, 2, 6, 8 or 9."""
_MARKED = re.compile(r"[\d@$€£¢¥§*|+(!]")
"""What all of these begin with or hold: the looks for them are slow, and this one is not."""
_STOPS = ".,:;?!)"
_GREEK = re.compile(f"[{GREEK}]")
_TWO_SCRIPTS = re.compile("|".join(f"[{one}][{other}]" for one, other in permutations(SCRIPTS, 2)))
_BESIDE = {
    " ": "aeilouy", "a": " acefhiklopquvwz", "b": "aeiou", "c": "iu", "d": "iy", "e": " acefhilopqsuvy",
    "f": " aeiu", "g": "aeiy", "h": "i", "i": " abdefhiklmostuyz", "j": "au", "k": "aimuy", "l": " aeiouy",
    "m": "ipy", "n": "iy", "o": "adeilmouvy", "p": "aeiouy", "r": "iy", "s": "aiuy", "t": "iy",
    "u": "adeimou", "w": " diy", "y": " eiou",
}  # fmt: skip
"""Before which letters (or the end of a word) an l is commoner than an i, by the letter before it, in the
words of the training texts."""
_BESIDE_ONE = TWINS | {ord("1"): "l"}
_GAPS = ("", " ", "'")
_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(rf"({_LETTER})\1\1+")
_THRICE = re.compile(r"(.)\1\1")
_FOREIGN = re.compile("[^\0-\u024f]+")
_FEWEST_FIGURED, _SHARE_FIGURED = 2, 0.25
"""Words with figures for letters, and the share of all, from which on every word may be one of figures."""
_LONGEST_WORD = 3  # figures alone; more of them are a number
_FEWEST_APART = 3  # letters apart that are one word; two are rather « y a » or « t a »
_MOST = 1 << 14


class _Undressed(dict[int, str]):
    """What may be read as Latin in any text; signs that stand for nothing are spaces."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        read = sign if sign.isascii() or sign.isalnum() or sign in _CURRENCY else " "
        if len(self) < _MOST:
            self[code] = read
        return read


_UNDRESSED = _Undressed(ALWAYS)


class _Capitals(dict[int, str]):
    """Greek letters of which the case tells what they look like, so that folding keeps them apart."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        apart = unicodedata.normalize("NFKD", sign.translate(AS_COPTIC)) if _GREEK.match(sign) else sign
        read = apart.translate(AS_COPTIC)
        if len(self) < _MOST:
            self[code] = read
        return read


_CAPITALS = _Capitals()


def unmask(text: str) -> str:
    """The words of a text in lower-case letters, single-spaced, with disguises undone.

    Accents, invisible and stacked marks, look-alike letters, digits and symbols that stand for letters,
    letters repeated three times or more, letters set apart: all undone. Emoji, punctuation and numbers are
    dropped. Text in another script than Latin keeps its letters. Unmasking twice changes nothing more;
    no text is refused; of a long one the beginning and the end are read.
    """
    return unmask_folded(fold(text) if text.isascii() else fold(capitals_kept(text)))


def capitals_kept(text: str) -> str:
    """What `fold` must fold for `unmask_folded`: the case of some Greek letters tells what they look like."""
    return text.translate(_CAPITALS) if _GREEK.search(text) else text


def unmask_folded(folded: str) -> str:
    """The same of a text that `capitals_kept` and `fold` have been through already."""
    plain = folded if len(folded) <= HEAD + TAIL else f"{folded[:HEAD]} {folded[-TAIL:]}"
    if not plain.isascii():
        plain = plain.translate(_UNDRESSED)
    if _MARKED.search(plain):  # few texts are
        if _FIGURED.search(plain):
            plain = _unfigured(plain)
        plain = _SIGNS.sub(_sign, plain)
    words = _squeezed(" ".join(_lettered(_WORD.findall(plain))))
    joined = " ".join(_together(words.split()))
    if len(joined) != len(words):
        joined = _squeezed(joined)
    return joined if joined.isascii() else _squeezed(_latin(joined))


def _unfigured(plain: str) -> str:
    """With all figures and signs read as letters, where whoever wrote it does that throughout: there it is as
    likely in words that hold hardly a letter, and at the edges of words."""
    words = plain.split()
    figured = sum(_FIGURED.search(word) is not None for word in words)
    throughout = figured >= max(_FEWEST_FIGURED, _SHARE_FIGURED * len(words))
    return " ".join(map(_spelled, words)) if throughout else plain


def _spelled(word: str) -> str:
    """A word of such a text. What ends a sentence ends it here, too."""
    if word.isdigit() and len(word) > _LONGEST_WORD:
        return word
    return _read(word.rstrip(_STOPS).translate(_SYMBOLS))


def _sign(found: re.Match[str]) -> str:
    """A mark of punctuation is a letter only between two; a currency sign and a bar also at the edge of a
    word, a plus at its end or, as an opening bracket that is not closed, where a disguised one begins."""
    text, start, end, sign = found.string, found.start(), found.end(), found[0]
    before, behind = _BEFORE(text, max(0, start - 3), start), _BEHIND(text, end)
    is_letter: object
    match sign[0]:
        case "+":
            ends = before and _BEFORE(text, max(0, start - 3), start - 1)
            is_letter = ends or (behind and (before or _begins(text, start)))
        case "(":
            is_letter = behind and ")" not in text and (before or _begins(text, start))
        case "!" | "*":
            is_letter = before and behind
        case _:
            is_letter = before or behind
    return sign.translate(_SYMBOLS) if is_letter else sign


def _begins(text: str, place: int) -> re.Match[str] | None:
    """Whether a word begins with the sign at a place that holds more signs."""
    return _SIGNED(text, place + 1) if text[place - 1 : place] in _GAPS else None


def _lettered(words: list[str]) -> Iterable[str]:
    return words if "".join(words).isalpha() else filter(None, map(_undigited, words))


def _undigited(word: str) -> str:
    """The word with its digits read as letters, or without them where they outweigh the letters.

    A digit all alone is left: it may be one letter of a word set apart.
    """
    if word.isalpha():
        return word
    letters = sum(map(str.isalpha, word))
    if not letters:
        return word if len(word) == 1 else ""
    most = 3 if letters > 1 and not word.rstrip("0123456789").isalpha() else 2
    read = _read(word) if most * letters >= len(word) else word
    return "".join(filter(str.isalpha, read))


def _read(word: str) -> str:
    """Its digits as letters."""
    read = word.translate(_DIGITS)
    return _ONE.sub(_i_or_l, read) if "1" in read else read


def _i_or_l(found: re.Match[str]) -> str:
    text, start, end = found.string, found.start(), found.end()
    if text[end : end + 2] == "ll" or text[max(0, start - 2) : start] == "ll":
        return "i"  # no word has three of them
    left, right = (text[start - 1 : start] or " "), (text[end : end + 1] or " ")
    return "l" if right.translate(_BESIDE_ONE) in _BESIDE.get(left.translate(_BESIDE_ONE), "") else "i"


def _squeezed(text: str) -> str:
    return _RUN.sub(_first, text) if _THRICE.search(text) else text


def _first(found: re.Match[str]) -> str:
    return found[1]


def _together(words: Iterable[str]) -> Iterator[str]:
    """The words, letters set apart made one."""
    apart: list[str] = []
    for word in words:
        if len(word) == 1:
            apart.append(word)
            continue
        if apart:
            yield from _joined(apart)
            apart.clear()
        yield word
    yield from _joined(apart)


def _joined(apart: list[str]) -> list[str]:
    run = "".join(apart)
    letters = list(filter(str.isalpha, run))
    if len(letters) < _FEWEST_APART:
        return letters
    return ["".join(filter(str.isalpha, _read(run)))]


def _latin(text: str) -> str:
    """Look-alikes as Latin letters: in words mainly Latin, or of two scripts, then in texts that are."""
    words = [_latin_in(word) for word in text.split()]
    letters = "".join(words)
    if 2 * _latin_letters(letters) >= len(letters):
        words = [read if (read := word.translate(TWINS)).isascii() else word for word in words]
    return " ".join(words).translate(AS_GREEK)


def _latin_in(word: str) -> str:
    latin = _latin_letters(word)
    if not latin:
        return word.translate(TWINS) if _TWO_SCRIPTS.search(word) else word
    if latin == len(word):
        return word
    read = word.translate(TWINS)
    return read if read.isascii() or 2 * latin >= len(word) else word


def _latin_letters(word: str) -> int:
    return len(_FOREIGN.sub("", word))
