"""Folds a text until only its words count: accents, case and spacing make no difference. Pure."""

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not take apart, though readers do: cœur is coeur.
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """The text in lower case, without accents or invisible characters, single-spaced.

    NFKD, marks and format characters stripped, casefold. Folding twice changes nothing more.
    """
    folded = text.casefold() if text.isascii() else _bare(text).casefold()
    if not folded.isascii():
        # Case folding can bring up new marks, and taking apart can bring up new capitals: hence again.
        folded = _bare(folded).casefold().translate(_LIGATURES)
    return " ".join(folded.split())


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not _invisible(c))


@lru_cache(maxsize=4096)
def _invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf"}


def words(text: str) -> tuple[str, ...]:
    """The folded words of a text: runs of letters and digits; apostrophes and dashes separate."""
    return tuple(_WORD.findall(fold(text)))
