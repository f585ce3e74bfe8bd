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
    """Whether a text holds invisible signs, marks stacked on Latin letters, or letters that only look Latin.

    Text in another script is as typed, marks and all; the time is linear.
    """
    composed = unicodedata.normalize("NFC", text)
    latin = sum("A" <= one <= "z" or "\u00c0" <= one < _LATIN_END for one in composed if one.isalpha())
    foreign = sum(one.isalpha() for one in composed) - latin
    if any(ord(one) in _FULL_WIDTH or ord(one) in _STYLED for one in composed):
        return True
    if latin <= foreign:
        return False
    return foreign > 0 or any(map(_is_not_typed, composed))


def _is_not_typed(sign: str) -> bool:
    return sign > "\u024f" and sign not in _TYPED and unicodedata.category(sign) in _NOT_TYPED
