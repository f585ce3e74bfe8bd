"""How a machine dresses a text up, so that it looks the same and is another: what no keyboard types. Pure."""

import unicodedata

_TYPED = frozenset("\u200d\ufe0f\u200e\u200f")
"""Joiners of emoji, and the marks of direction that keyboards of right-to-left scripts type."""

_NOT_TYPED = frozenset({"Cf", "Mn", "Me", "Co", "Cn"})
_LATIN_END = "\u0250"
_FULL_WIDTH = range(0xFF01, 0xFF5F)
_STYLED = range(0x1D400, 0x1D800)
"""Letters of mathematics: bold, italic, script."""


def is_dressed(text: str) -> bool:
    """Whether a text holds invisible signs, marks stacked on Latin letters, styled letters, or words that mix
    Latin letters with such as only look Latin. Text in another script is as typed; the time is linear."""
    composed = unicodedata.normalize("NFC", text)
    if any(ord(one) in _FULL_WIDTH or ord(one) in _STYLED for one in composed):
        return True
    return any(map(_is_dressed, composed.split()))


def _is_dressed(word: str) -> bool:
    if word.isascii() or not any(map(_is_latin, word)):
        return False
    return any(_is_foreign(one) or _is_not_typed(one) for one in word)


def _is_latin(sign: str) -> bool:
    return sign < _LATIN_END and sign.isalpha()


def _is_foreign(sign: str) -> bool:
    return sign >= _LATIN_END and sign.isalpha()


def _is_not_typed(sign: str) -> bool:
    return sign not in _TYPED and unicodedata.category(sign) in _NOT_TYPED
