"""STOP and its kin, as people write them: a stop word first, and nothing beside it but courtesies.

Courtesies are a closed list (`stop_words`), and so are the signatures that telephones put below. Whatever
says anything else is a message like any other: "stop, on se connaît ?" asks for something.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import takewhile

from bridge.model import Message, Wish
from bridge.moderation import stop_words
from bridge.text.function_words import FUNCTION_WORDS
from bridge.text.lookalikes import ALWAYS
from bridge.text.reading import read
from bridge.text.tokens import fold, words, words_of

_ENOUGH = 160
"""Characters that are looked at, before and after unfolding: who asks to be left alone says it first."""

_MOST_WORDS = 10


def _any(*tables: Iterable[str]) -> str:
    phrases = (phrase for table in tables for phrase in table)
    return "(?:" + "|".join(map(re.escape, sorted(phrases, key=len, reverse=True))) + ")"


@cache
def _stop() -> re.Pattern[str]:
    """Compiled for the first text that begins like one: it takes longer than all else that is loaded here."""
    return re.compile(
        rf"(?:{_any(stop_words.BEFORE)} )*"
        rf"(?:{_any(stop_words.ALONE)}|(?:{_any(stop_words.WANT)} )?{_any(stop_words.ALWAYS)})"
        rf"(?: {_any(stop_words.AFTER, stop_words.ALONE, stop_words.ALWAYS)}| [0-9]{{3,6}})*"
    )


_FIRST = frozenset(
    phrase.partition(" ")[0]
    for phrase in (
        *stop_words.BEFORE,
        *stop_words.ALONE,
        *stop_words.WANT,
        *stop_words.ALWAYS,
        *stop_words.START,
    )
)
"""What a wish can begin with."""

_START = re.compile(rf"{_any(stop_words.START)}(?: {_any(stop_words.AFTER, stop_words.START)})*")
_SIGNATURE = re.compile(rf"(?<=\w) {_any(stop_words.SIGNATURES)} .*")

_RULED_OFF = re.compile(r"[\s_=*~\-\u2010-\u2015]+")
"""A line of dashes or the like: below it stands who wrote."""

_DOTTED = re.compile(r"(?<!\w)\w(?:[^\w\s]\w){2,}(?!\w)")
_DOTS = re.compile(r"[^\w\s]\w[^\w\s]")
"""What each of those holds: found much faster."""
_LONG_DRAWN = re.compile(r"(\w)\1{2,}")
_TATWEEL = "\N{ARABIC TATWEEL}"
_SMALL = frozenset[str]().union(*FUNCTION_WORDS.values())


def wish_of(message: Message, said: Wish | None) -> Wish | None:
    """What the sender asks for: the provider's own understanding first, then the text's (of `wish_in`)."""
    return said if message.wish is None else message.wish


def wish_in(text: str) -> Wish | None:
    """What a text asks for, whoever wrote it."""
    words = _said(text[:_ENOUGH])
    if not words or _undrawn(words[0]) not in _FIRST:  # nearly every text
        return None
    said = _SIGNATURE.sub("", _undrawn(" ".join(words)))
    if said.count(" ") >= _MOST_WORDS:
        return None
    if _stop().fullmatch(said):
        return Wish.STOP
    return Wish.START if _START.fullmatch(said) else None


def _said(text: str) -> Sequence[str]:
    """The folded words; whatever is no letter or digit to Unicode is gone."""
    if len(text.splitlines()) <= 1:  # nobody signed it, and nearly every one holds nothing that is taken off
        seen = read(text)
        if len(seen.folded) <= _ENOUGH and seen.folded.isascii() and not _is_dotted(seen.folded):
            return seen.words
    folded = fold(_unsigned(text))[:_ENOUGH].translate(ALWAYS).replace(_TATWEEL, "")
    return words_of(_DOTTED.sub(lambda found: "".join(words_of(found[0])), folded))


def _is_dotted(folded: str) -> bool:
    return _DOTS.search(folded) is not None and _DOTTED.search(folded) is not None


def _undrawn(said: str) -> str:
    return _LONG_DRAWN.sub(r"\1", said) if _LONG_DRAWN.search(said) else said


def _unsigned(text: str) -> str:
    first, *below = [line for line in map(str.strip, text.splitlines()) if line] or [""]
    kept = list(takewhile(lambda line: not _RULED_OFF.fullmatch(line), below))
    while kept and _is_name(kept[-1]):
        kept.pop()
    return "\n".join([first, *kept])


def _is_name(line: str) -> bool:
    """Two or three capitalised words: a telephone by itself makes only the first one large."""
    said = line.split()
    return len(said) in (2, 3) and all(one[0].isupper() for one in said) and _SMALL.isdisjoint(words(line))
