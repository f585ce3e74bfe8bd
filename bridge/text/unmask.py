"""Undoes disguises: the text as plain words, however its letters were dressed up. Pure.

For reading a hostile text by machine; never for showing it. Goes further than `fold`: digits and symbols
inside words become letters, look-alikes Latin, letters set apart a word. What it can only guess (a `1` may
be an i or an l) it guesses always in the same way, so that two disguises of one word come out alike.

No expression here has anything behind an endless repetition: no text makes one try again and again.
"""

import re
from collections.abc import Iterable, Iterator

from bridge.text.lookalikes import ALWAYS, TWINS
from bridge.text.tokens import fold

HEAD, TAIL = 300, 100
"""Characters of a longer text that are looked at once it is folded, from its start and from its end: as
many as the models look at of what comes out."""

_LETTER = r"[^\W\d_]"
_SIGNS = re.compile(r"[@$€]+|[*]+|[!|]")
_LETTER_AT, _WORD_AT = re.compile(_LETTER).match, re.compile(rf"\d?{_LETTER}").match
_CURRENCY = frozenset("@$€")
_SYMBOLS = str.maketrans({"!": "i", "|": "l", "*": None, "@": "a", "$": "s", "€": "e"})
_DIGITS = str.maketrans("0123456789", "oizeasgtbg")
_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(rf"({_LETTER})\1\1+")
_FOREIGN = re.compile("[^\0-\u024f]+")
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


def unmask(text: str) -> str:
    """The words of a text in lower-case letters, single-spaced, with disguises undone.

    Accents, invisible and stacked marks, look-alike letters, digits and symbols that stand for letters,
    letters repeated three times or more, letters set apart: all undone. Emoji, punctuation and numbers are
    dropped. Text in another script than Latin keeps its letters. Unmasking twice changes nothing more;
    no text is refused; of a long one the beginning and the end are read.
    """
    return unmask_folded(fold(text))


def unmask_folded(folded: str) -> str:
    """The same of a text that `fold` has been through already."""
    plain = folded if len(folded) <= HEAD + TAIL else f"{folded[:HEAD]} {folded[-TAIL:]}"
    if not plain.isascii():
        plain = plain.translate(_UNDRESSED)
    words = _squeezed(" ".join(_lettered(_WORD.findall(_SIGNS.sub(_sign, plain)))))
    joined = " ".join(_together(words.split()))
    if len(joined) != len(words):
        joined = _squeezed(joined)
    return joined if joined.isascii() else _squeezed(_latin(joined))


def _sign(found: re.Match[str]) -> str:
    """A mark of punctuation is a letter only between two; a currency sign also at the edge of a word."""
    sign, text, end = found[0], found.string, found.end()
    before = _LETTER_AT(text, found.start() - 1)
    is_letter = before or _WORD_AT(text, end) if sign[0] in _CURRENCY else before and _LETTER_AT(text, end)
    return sign.translate(_SYMBOLS) if is_letter else sign


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
    read = word.translate(_DIGITS) if 2 * letters >= len(word) else word
    return "".join(filter(str.isalpha, read))


def _squeezed(text: str) -> str:
    return _RUN.sub(_first, text)


def _first(found: re.Match[str]) -> str:
    return found[1]


def _together(words: Iterable[str]) -> Iterator[str]:
    """The words, letters set apart made one."""
    apart: list[str] = []
    for word in words:
        if len(word) == 1:
            apart.append(word)
            continue
        yield from _joined(apart)
        apart.clear()
        yield word
    yield from _joined(apart)


def _joined(apart: list[str]) -> list[str]:
    run = "".join(apart)
    letters = list(filter(str.isalpha, run))
    if len(letters) < _FEWEST_APART:
        return letters
    return ["".join(filter(str.isalpha, run.translate(_DIGITS)))]


def _latin(text: str) -> str:
    """Look-alikes as Latin letters: in words that are mainly Latin, then in texts that are."""
    words = [_latin_in(word) for word in text.split()]
    letters = "".join(words)
    if 2 * _latin_letters(letters) < len(letters):
        return " ".join(words)
    return " ".join(read if (read := word.translate(TWINS)).isascii() else word for word in words)


def _latin_in(word: str) -> str:
    latin = _latin_letters(word)
    if latin == len(word) or not latin:
        return word
    read = word.translate(TWINS)
    return read if read.isascii() or 2 * latin >= len(word) else word


def _latin_letters(word: str) -> int:
    return len(_FOREIGN.sub("", word))
