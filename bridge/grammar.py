"""The slash command: what somebody typed becomes what they want, or a sentence that helps. Pure.

No sentence ever repeats a telephone number, nor anything else that might be one.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from bridge.errors import Unfit
from bridge.heart.acts import VERBS
from bridge.heart.acts.verb import About, Typed, Verb
from bridge.model import Micros
from bridge.moderation.targets import ByHandle, is_short_id, read_group, read_target
from bridge.quantities import duration
from bridge.text.shown import plain
from bridge.wording import Language, Words

Question = Literal["status", "mutes", "pot", "why", "find", "rules", "help"]

LONGEST_REASON = 300
"""Characters."""

_QUESTIONS: Mapping[Question, tuple[str, ...]] = {
    "status": ("etat",),
    "mutes": ("list", "liste"),
    "pot": ("balance", "cagnotte", "money"),
    "why": ("pourquoi",),
    "find": ("search", "chercher", "cherche", "trouver"),
    "rules": ("regles",),
    "help": ("aide",),
}
"""What can be asked, and the words that people try instead."""

_MOST_WORDS = 12
"""Of one number: more than anybody writes."""

_FOR = frozenset({"for", "pendant"})
_EUROS = frozenset({"eur", "euro", "euros", "€"})
_AMOUNT = re.compile(r"(-?[0-9]{1,9}(?:[.,][0-9]{1,4})?)(?:€|eur)?", re.IGNORECASE)
_NUMERIC = re.compile(r"[0-9()+./-]+")
_LENGTH = re.compile(r"([0-9]{1,9})\s*([a-z]+)")
_CHANNEL = re.compile(r"[a-z][a-z_-]*", re.IGNORECASE)
_QUOTABLE = re.compile(r"[a-z-]{1,20}")

_SINCE = r"(?:\s+(?:since|depuis|for|pendant|sur)\s+([0-9]{1,4}\s?[a-z]{1,8}))"
_QUOTED = re.compile(rf"[\"“”«‹„']\s*(.*?)\s*[\"“”»›']{_SINCE}?", re.IGNORECASE | re.DOTALL)
_BACK = re.compile(rf"(.*?){_SINCE}", re.IGNORECASE | re.DOTALL)

_UNITS: Mapping[str, tuple[int, str]] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "seconde", "secondes"), (1, "s")),
    **dict.fromkeys(("m", "mn", "min", "mins", "minute", "minutes"), (1, "m")),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "heure", "heures"), (1, "h")),
    **dict.fromkeys(("d", "day", "days", "j", "jour", "jours"), (1, "d")),
    **dict.fromkeys(("w", "week", "weeks", "sem", "semaine", "semaines"), (7, "d")),
    **dict.fromkeys(("month", "months", "mois"), (30, "d")),
    **dict.fromkeys(("y", "year", "years", "an", "ans", "annee", "annees"), (1, "y")),
}
"""How people write units: how many of which of ours."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants done."""

    verb: str
    """The name of a verb of the team's."""
    target: str = ""
    """A handle, or `channel:address` with a number in E.164 form; or an amount in euros."""
    length: Micros | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to know."""

    question: Question
    target: str = ""
    """As of what is wanted done; or a phrase that is looked for."""
    length: Micros | None = None
    """How far back to look for it."""


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """One plain sentence: what could not be read, and how to write it."""

    sentence: str


class _Unclear(Exception):
    """Ends the reading with a sentence."""


def parse(text: str, language: Language = "en", region: str = "FR") -> Wanted | Asked | Misunderstood:
    """Reads what follows `/rempart`. Nothing at all asks for help.

    `region` (ISO 3166) is where a number without a country code belongs.
    """
    words = plain(text).split()
    if not words:
        return Asked("help")
    try:
        return _read(words[0].lower(), words[1:], Words(language, room="command"), region)
    except _Unclear as unclear:
        return Misunderstood(str(unclear))


def usage(language: Language) -> tuple[str, ...]:
    """One line for each verb, and one about senders and lengths."""
    return tuple(Words(language, room="command")("usage").splitlines())


def _read(word: str, rest: Sequence[str], say: Words, region: str) -> Wanted | Asked:
    typed = {(verb.typed.word, verb.typed.second): verb for verb in VERBS.values() if verb.typed}
    longer = typed.get((word, rest[0].lower())) if rest else None
    if longer is not None:
        return _wanted(longer, word, rest[1:], say, region)
    if (word, "") in typed:
        return _wanted(typed[word, ""], word, rest, say, region)
    takes_second = any(word == first for first, _ in typed)
    question = next((one for one in _QUESTIONS if one == word), None)
    if question is not None and not (takes_second and rest):
        return _asked(question, rest, say, region)
    raise _Unclear(say(word) if takes_second else _about_word(word, say))


def _wanted(verb: Verb, word: str, rest: Sequence[str], say: Words, region: str) -> Wanted:
    """What follows a verb: what it is about, then what else it takes."""
    takes, target, length = verb.typed or Typed(word), "", None
    if verb.about is About.SENDER:
        target, rest = _sender(word, rest, say, region)
    if verb.about is About.CHANNEL and rest and _CHANNEL.fullmatch(rest[0]):
        target, rest = rest[0].lower(), rest[1:]
    if verb.about is About.AMOUNT:
        target, rest = _amount(takes, rest, say)
    if verb.about in (About.GROUP, About.RULE):
        read = _group if verb.about is About.GROUP else _rule
        target, rest = read(word, rest, say)
    if takes.length:
        length, rest = _length(rest, say)
    if takes.reason:
        return Wanted(verb.name, target, length, _reason(rest, say))
    if verb.about is About.CHANNEL and target and rest:
        raise _Unclear(say("surplus_channel", verb=word))
    _alone(word, target, rest, say)
    return Wanted(verb.name, target, length)


def _asked(question: Question, rest: Sequence[str], say: Words, region: str) -> Asked:
    target = ""
    if question == "find":
        return searched(" ".join(rest))
    if question == "why":
        target, rest = _sender(question, rest, say, region)
    _alone(question, target, rest, say)
    return Asked(question, target)


def searched(written: str) -> Asked:
    """What somebody wants to find, with or without quotes around it, and how far back: `"a b" since 7d`."""
    quoted = _QUOTED.fullmatch(written.strip())
    phrase, back = (quoted[1], quoted[2]) if quoted else (written, None)
    if not quoted and (unquoted := _BACK.fullmatch(written.strip())):
        phrase, back = unquoted[1], unquoted[2]
    length = _spoken(back) if back else None
    if back and length is None:  # then it is part of what they all write
        return Asked("find", written.strip())
    return Asked("find", phrase.strip(), length)


def _spoken(written: str) -> Micros | None:
    """A length in whatever unit people write; `None` where it is none."""
    found = _LENGTH.fullmatch(written.lower())
    if found is None or found[2] not in _UNITS:
        return None
    many, unit = _UNITS[found[2]]
    return duration(f"{int(found[1]) * many}{unit}") or None


def _about_word(word: str, say: Words) -> str:
    kin: dict[str, Sequence[str]] = dict(_QUESTIONS.items())
    for typed in (verb.typed for verb in VERBS.values() if verb.typed):
        kin[typed.word] = (*kin.get(typed.word, ()), *typed.kin)
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    close = get_close_matches(bare, kin, n=1, cutoff=0.6)
    meant = close or [known for known, tried in kin.items() if bare in tried]
    if not meant:
        return say("unknown", word=_quoted(word, say), known=", ".join(kin))
    return say("meant", word=_quoted(word, say), meant=meant[0])


def _quoted(word: str, say: Words) -> str:
    """The word in quotes; unless it is long, odd, or may be a telephone number."""
    return say("quote", word=word) if _QUOTABLE.fullmatch(word) else say("this")


def _alone(word: str, target: str, rest: Sequence[str], say: Words) -> None:
    if rest:
        raise _Unclear(say("surplus_sender" if target else "surplus", verb=word))


def _amount(typed: Typed, words: Sequence[str], say: Words) -> tuple[str, Sequence[str]]:
    """The amount that the words begin with, and the words after it: people write `12,50 €`."""
    found = _AMOUNT.fullmatch(words[0]) if words else None
    if found is None or (found[1].startswith("-") and not typed.debit):
        raise _Unclear(say(typed.word))
    rest = words[2:] if words[1:] and words[1].lower() in _EUROS else words[1:]
    return found[1].replace(",", "."), rest


def _group(verb: str, words: Sequence[str], say: Words) -> tuple[str, Sequence[str]]:
    """The group that the words begin with, as the list of doubtful people names it."""
    found = read_group(words[0]) if words else None
    if found is None:
        raise _Unclear(say("group", verb=verb))
    return str(found), words[1:]


def _rule(_verb: str, words: Sequence[str], say: Words) -> tuple[str, Sequence[str]]:
    """The rule that the words begin with, as lists name it."""
    found = words[0].lstrip("#").lower() if words else ""
    if not is_short_id(found):
        raise _Unclear(say("rules"))
    return found, words[1:]


def _sender(verb: str, words: Sequence[str], say: Words, region: str) -> tuple[str, Sequence[str]]:
    """The sender that the words begin with, and the words after it: people write `06 12 34 56 78`."""
    if not words:
        raise _Unclear(say("nobody", verb=verb))
    parts = [unicodedata.normalize("NFKC", word).lower().removeprefix("tel:") for word in words[:_MOST_WORDS]]
    numeric = next((at for at, part in enumerate(parts) if not _NUMERIC.fullmatch(part)), len(parts))
    for taken in range(max(1, numeric), 0, -1):
        target = _target(" ".join(parts[:taken]), region)
        if target is not None:
            return target, words[taken:]
    raise _Unclear(say("no_sender", verb=verb))


def _target(written: str, region: str) -> str | None:
    """In the one form that leaves no doubt."""
    found = read_target(written, region)
    if found is None:
        return None
    return found.handle if isinstance(found, ByHandle) else f"{found.channel}:{found.address}"


def _length(words: Sequence[str], say: Words) -> tuple[Micros | None, Sequence[str]]:
    """The length after `for`, where there is one, and the words after it."""
    if not words or words[0].lower() not in _FOR:
        return None, words
    written = words[1].lower() if len(words) > 1 else ""
    try:
        length = duration(written)
    except Unfit:
        raise _Unclear(_about_length(words[1:3], say)) from None
    if length == 0:
        raise _Unclear(say("too_short"))
    return length, words[2:]


def _about_length(words: Sequence[str], say: Words) -> str:
    for written in ("".join(words[:1]), " ".join(words)):
        found = _LENGTH.fullmatch(written.lower())
        if found and found[2] in _UNITS:
            many, unit = _UNITS[found[2]]
            return say("length_meant", meant=f"{int(found[1]) * many}{unit}")
    return say("length")


def _reason(words: Sequence[str], say: Words) -> str:
    reason = " ".join(words)
    if len(reason) > LONGEST_REASON:
        raise _Unclear(say("long_reason", most=LONGEST_REASON))
    return reason
