"""Which words a reply says: drawn by lot, never the same twice to one sender, placeholders filled. Pure."""

import hashlib
from collections.abc import Collection, Mapping
from functools import lru_cache
from random import Random

from bridge.noun import Noun
from bridge.responses.placeholders import filled, values
from bridge.responses.rules import Rule

__all__ = ["Wording", "fill", "pick", "values", "wordings"]


class Wording(Noun):
    """One way to say a reply, as it stands in the file."""

    language: str
    text: str
    digest: str
    """16 hexadecimal digits made from the text alone: moving it in the file changes nothing."""


def wordings(rule: Rule, language: str, default: str) -> tuple[Wording, ...]:
    """The wordings in a language; where the rule has none, those in the default language."""
    spoken = language if language in rule.say else default
    return _worded(spoken, rule.say[spoken])


@lru_cache(maxsize=1024)  # rules are few, and each reply looks at all wordings of its own
def _worded(language: str, texts: tuple[str, ...]) -> tuple[Wording, ...]:
    return tuple(Wording(language, text, _digest(text)) for text in texts)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def pick(rule: Rule, language: str, default: str, already: Collection[str], random: Random) -> Wording | None:
    """One of the wordings whose digest is not in `already`; `None` when every one of several is.

    A reply that knows only one wording in a language repeats it.
    """
    known = wordings(rule, language, default)
    if len(known) == 1:
        return known[0]
    fresh = [wording for wording in known if wording.digest not in already]
    return random.choice(fresh) if fresh else None


def fill(wording: Wording, values: Mapping[str, str]) -> str:
    """The text to send. What `values` says for each placeholder goes in as it is; nothing else changes."""
    return filled(wording.text, values)
