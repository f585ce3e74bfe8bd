"""Undoes disguises: the text as plain words, however its letters were dressed up. Pure.

For reading a hostile text by machine; never for showing it. Goes further than `fold`: digits and symbols
inside words become letters, look-alikes Latin, letters set apart a word. What it can only guess (a `1` may
be an i or an l) it guesses always in the same way, so that two disguises of one word come out alike.
"""

import re

from bridge.text.lookalikes import ALWAYS, TWINS
from bridge.text.tokens import fold

# What everyday texts hold beside ASCII, folded beforehand: it spares them the slow road through Unicode's
# categories. Accented letters, emoji and their joiners, typographic punctuation.
_EVERYDAY: dict[int, str] = (
    {code: fold(chr(code)) for code in range(0xC0, 0x250)}
    | dict.fromkeys((*range(0x2010, 0x2030), *range(0x2600, 0x27C0), *range(0x1F300, 0x1FB00)), " ")
    | dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0xFE0F), "")
    | {ord("«"): " ", ord("»"): " ", 0xA0: " "}
)
_LETTER = r"[^\W\d_]"
# A mark of punctuation is a letter only between two; a currency sign also at the edge of a word.
_SYMBOL = re.compile(rf"(?<={_LETTER})(?:[!|]|[*]+)(?={_LETTER})|(?<={_LETTER})[@$€]+|[@$€]+(?=\d?{_LETTER})")
_SYMBOLS = str.maketrans({"!": "i", "|": "l", "*": None, "@": "a", "$": "s", "€": "e"})
_DIGITS = str.maketrans("0123456789", "oizeasgtbg")
_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(rf"({_LETTER})\1\1+")
_APART = re.compile(r"(?<!\S)\S(?: \S)*(?!\S)")
_LATIN_END = "\u0250"
_FEWEST_APART = 3  # letters apart that are one word; two are rather « y a » or « t a »


def unmask(text: str) -> str:
    """The words of a text in lower-case letters, single-spaced, with disguises undone.

    Accents, invisible and stacked marks, look-alike letters, digits and symbols that stand for letters,
    letters repeated three times or more, letters set apart: all undone. Emoji, punctuation and numbers are
    dropped. Text in another script than Latin keeps its letters. Unmasking twice changes nothing more;
    no text is refused; the time is linear in the length.
    """
    folded = fold(text if text.isascii() else text.translate(_EVERYDAY))
    if not folded.isascii():
        folded = folded.translate(ALWAYS)
    lettered = _SYMBOL.sub(_symbol, folded)
    words = _squeezed(" ".join(filter(None, map(_undigited, _WORD.findall(lettered)))))
    joined = _squeezed(_APART.sub(_joined, words))
    if not joined.isascii():
        joined = _squeezed(_latin(joined))
    return " ".join(joined.split())


def _symbol(found: re.Match[str]) -> str:
    return found[0].translate(_SYMBOLS)


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
    return _RUN.sub(r"\1", text)


def _joined(found: re.Match[str]) -> str:
    run = found[0].replace(" ", "")
    letters = "".join(filter(str.isalpha, run))
    if len(letters) < _FEWEST_APART:
        return " ".join(letters)
    return "".join(filter(str.isalpha, run.translate(_DIGITS)))


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
    return len(word) if word.isascii() else sum(letter < _LATIN_END for letter in word)
