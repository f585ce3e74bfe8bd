"""Makes text safe to show in one line: no controls, no escapes, nothing that turns its neighbours. Pure."""

import unicodedata

_LINE_ENDS = ("Cc", "Zl", "Zp")
_NOTHING = ("Cf", "Cs")
_JOINERS = "\u200c\u200d"
"""Some scripts and emoji are spelt with them."""


def plain(text: str) -> str:
    """Without format characters: numbers copied from an address book come wrapped in them.

    Nor what no database stores: controls and ends of lines become spaces, halves of characters vanish.
    """
    return "".join(map(_plain, text))


def in_one_line(text: str) -> str:
    """The same for a person to read: joiners stay, so that a name looks like itself."""
    return "".join(character if character in _JOINERS else _plain(character) for character in text)


def _plain(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    category = unicodedata.category(character)
    return "" if category in _NOTHING else " " if category in _LINE_ENDS else character
