"""What is wrong with a rules file: where, in one sentence, and how to mend it. Pure."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from bridge.errors import Misconfigured
from bridge.noun import Noun

KeyPath = tuple[str | int, ...]
"""How to reach a value: names of keys, and positions in lists from 0."""

_MANY_DIGITS = re.compile(r"(\d\D*){5}")
_QUOTABLE = re.compile(r"[\w$.{}()/+-]{1,40}")
_MOST = 20
"""Known words in one sentence."""


class Complaint(Noun):
    """One thing to mend. Lines and columns count from 1."""

    line: int
    column: int
    sentence: str
    mend: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.sentence} {self.mend}"

    def within(self, name: str) -> str:
        """With the file that it is about, as editors and terminals find the place."""
        return f"{name}:{self.line}:{self.column}: {self.sentence} {self.mend}"


class RulesRefused(Misconfigured):
    """The rules file was found and read, and cannot be used."""

    def __init__(self, name: str, complaints: Sequence[Complaint]) -> None:
        """`complaints`: at least one, in the order of the file."""
        self.complaints = tuple(complaints)
        sentence, more = self.complaints[0].within(name), len(self.complaints) - 1
        super().__init__(f"{sentence} (and {more} more; see `rempart check`)" if more else sentence)


class Flaw(Noun):
    """A complaint whose place is still a path of keys; `on_key` points to the key, not to its value."""

    path: KeyPath
    sentence: str
    mend: str
    on_key: bool = False
    about: str = ""
    """A part of the value to point to, where that is more exact than its beginning."""
    absent: bool = False
    """Nothing stands there: the place is that of what it belongs to."""


def shown(word: str) -> str:
    """A word of the file, in quotes; unless it is long, odd, or may be a telephone number."""
    return f'"{word}"' if _may_be_shown(word) else "this"


def _may_be_shown(word: str) -> bool:
    return bool(_QUOTABLE.fullmatch(word)) and not _MANY_DIGITS.search(word)


def named(path: KeyPath) -> str:
    """The keys of a path as a person would name them, without the positions in lists."""
    keys = [step for step in path if isinstance(step, str)]
    return ".".join(key if _may_be_shown(key) else "..." for key in keys) or "the file"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The closest known word; when none is close, the known words."""
    names = sorted(known)
    close = get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    if close and _may_be_shown(close[0]):
        return f'Did you mean "{close[0]}"?'
    harmless = [name for name in names if _may_be_shown(name)]
    more = f" and {len(harmless) - _MOST} more" if len(harmless) > _MOST else ""
    return f"Known here: {', '.join(harmless[:_MOST])}{more}."
