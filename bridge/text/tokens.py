"""Folds a text until only its words count: accents, case and spacing make no difference. Pure."""

import re
import unicodedata

# Letters that Unicode does not take apart, though readers do: cœur is coeur.
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_WORD = re.compile(r"[^\W_]+")
_MOST = 1 << 17
"""Characters kept in mind, more than are in use: whoever sends all that there are fills no memory."""


class _Folded(dict[int, str]):
    """What each character folds to, by its code point: worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        # Case folding can bring up new marks, and taking apart can bring up new capitals: hence twice.
        folded = _bare(_bare(chr(code)).casefold()).casefold().translate(_LIGATURES)
        if len(self) < _MOST:
            self[code] = folded
        return folded


_FOLDED = _Folded()


def fold(text: str) -> str:
    """The text in lower case, without accents or invisible characters, single-spaced.

    NFKD, marks and format characters stripped, casefold. Folding twice changes nothing more.
    """
    # Character by character, which comes to the same: marks are all that Unicode would put in another order.
    folded = text.casefold() if text.isascii() else text.translate(_FOLDED)
    return " ".join(folded.split())


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not _invisible(c))


def _invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf"}


def words(text: str) -> tuple[str, ...]:
    """The folded words of a text: runs of letters and digits; apostrophes and dashes separate."""
    return words_of(fold(text))


def words_of(folded: str) -> tuple[str, ...]:
    """The same of a text that `fold` has been through already."""
    return tuple(_WORD.findall(folded))
