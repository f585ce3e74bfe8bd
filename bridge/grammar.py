"""The slash command: what somebody typed becomes what they want, or a sentence that helps. Pure.

No sentence ever repeats a telephone number, nor anything else that might be one.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from difflib import get_close_matches
from typing import Literal

from bridge.heart.acts import VERBS, answer, answer_one
from bridge.heart.acts.verb import About, Typed, Verb
from bridge.model import Micros
from bridge.moderation.lengths import NoLength, bare, length_first, length_last, whole_length
from bridge.moderation.targets import ByHandle, in_own_words, is_short_id, read_group, read_target
from bridge.noun import Noun
from bridge.quantities import spoken_euros
from bridge.text.shown import plain
from bridge.wording import Language, Words

Question = Literal["status", "mutes", "pot", "why", "find", "rules", "help"]

LONGEST_REASON = 300
"""Characters."""

_QUESTIONS: Mapping[Question, tuple[str, ...]] = {
    "status": (),
    "mutes": ("list", "liste"),
    "pot": ("balance", "money", "argent"),
    "why": (),
    "find": ("search", "chercher"),
    "rules": (),
    "help": (),
}
"""What can be asked, and the words that people try instead."""

_MOST_WORDS = 12
"""Of one number: more than anybody writes."""

_NUMERIC = re.compile(r"[0-9()+./-]+")
_CHANNEL = re.compile(r"[a-z][a-z_-]*", re.IGNORECASE)
_QUOTABLE = re.compile(r"[a-z-]{1,20}")

_OWN_WORDS = re.compile(r"[\"“”„«]\s*(.+?)\s*[\"“”»]\s*([^\"“”»]*)", re.DOTALL)
_REPLY = re.compile(r"[A-Za-z0-9_-]{1,64}")

_SINCE = r"(?:\s+(?:since|depuis|for|pendant|sur)\s+([0-9]{1,4}\s?[a-z]{1,8}))"
_QUOTED = re.compile(rf"[\"“”«‹„']\s*(.*?)\s*[\"“”»›']{_SINCE}?", re.IGNORECASE | re.DOTALL)
_BACK = re.compile(rf"(.*?){_SINCE}", re.IGNORECASE | re.DOTALL)

_FRENCH: Mapping[str, str] = {
    **dict.fromkeys(("coupe", "couper", "coupez", "sourdine"), "mute"),
    **dict.fromkeys(("rends", "retablis", "retablir", "retablissez"), "unmute"),
    **dict.fromkeys(("sourdines", "muets"), "mutes"),
    "bouclier": "shield",
    **dict.fromkeys(("suspends", "suspendre", "suspendez"), "pause"),
    **dict.fromkeys(("reprends", "reprendre", "reprenez"), "resume"),
    "cagnotte": "pot",
    **dict.fromkeys(("etat", "statut"), "status"),
    "pourquoi": "why",
    **dict.fromkeys(("cherche", "cherchez", "trouve", "trouver"), "find"),
    "regles": "rules",
    "aide": "help",
    **dict.fromkeys(("reponds", "repondre", "repondez"), "answer"),
    **dict.fromkeys(("laisse", "laisser", "laissez"), "drop"),
}
"""French words that are obeyed as what they mean, in either language of the room."""

_FRENCH_SECONDS: Mapping[str, Mapping[str, str]] = {
    "shield": dict.fromkeys(("baisse", "baisser", "fin", "stop"), "off"),
    "pot": {
        **dict.fromkeys(("fixe", "fixer"), "set"),
        **dict.fromkeys(("ajoute", "ajouter"), "add"),
        **dict.fromkeys(("corrige", "corriger"), "correct"),
        **dict.fromkeys(("ouvre", "ouvrir"), "open"),
        **dict.fromkeys(("ferme", "fermer"), "close"),
    },
}
"""And the words behind them."""


class Wanted(Noun):
    """What somebody wants done."""

    verb: str
    """The name of a verb of the team's."""
    target: str = ""
    """A handle, or `channel:address` with a number in E.164 form; or an amount in euros."""
    length: Micros | None = None
    reason: str = ""
    says: str = ""
    """What somebody is told by it, as an act has it."""


class Asked(Noun):
    """What somebody wants to know."""

    question: Question
    target: str = ""
    """As of what is wanted done; or a phrase that is looked for."""
    length: Micros | None = None
    """How far back to look for it."""


class Misunderstood(Noun):
    """One plain sentence: what could not be read, and how to write it."""

    sentence: str


class _Unclear(Exception):
    """Ends the reading with a sentence."""


class Speaker(Noun):
    """Who writes: in which language they are answered, and where and when they are."""

    say: Words
    region: str
    """ISO 3166: where a number without a country code belongs."""
    now: Micros
    zone: tzinfo


def parse(
    text: str, language: Language = "en", region: str = "FR", now: Micros = 0, zone: tzinfo = UTC
) -> Wanted | Asked | Misunderstood:
    """Reads what follows `/rempart`. Nothing at all asks for help.

    `region` (ISO 3166) is where a number without a country code belongs; `now` and `zone` are those of
    whoever writes `until tomorrow 8h`.
    """
    words = plain(text).split()
    if not words:
        return Asked("help")
    try:
        say = Words(language, room="command")
        return _read(*_in_english(words), Speaker(say, region, now, zone))
    except _Unclear as unclear:
        return Misunderstood(str(unclear))


def _in_english(words: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The verb, and what follows it; French words become what they mean."""
    word = _FRENCH.get(bare(words[0]), words[0].lower())
    seconds = _FRENCH_SECONDS.get(word, {})
    if len(words) > 1 and bare(words[1]) in seconds:
        return word, [seconds[bare(words[1])], *words[2:]]
    return word, words[1:]


def usage(language: Language) -> tuple[str, ...]:
    """One line for each verb, and one about senders and lengths."""
    return tuple(Words(language, room="command")("usage").splitlines())


def _read(word: str, rest: Sequence[str], by: Speaker) -> Wanted | Asked:
    say = by.say
    typed = {(verb.typed.word, verb.typed.second): verb for verb in VERBS.values() if verb.typed}
    longer = typed.get((word, rest[0].lower())) if rest else None
    if longer is not None:
        return _wanted(longer, word, rest[1:], by)
    if word == answer.VERB.name and not (rest and read_group(rest[0])):
        return _answer(word, rest, by)
    if (word, "") in typed:
        return _wanted(typed[word, ""], word, rest, by)
    takes_second = any(word == first for first, _ in typed)
    question = next((one for one in _QUESTIONS if one == word), None)
    if question is not None and not (takes_second and rest):
        return _asked(question, rest, by)
    raise _Unclear(say(word) if takes_second else _about_word(word, say))


def _wanted(verb: Verb, word: str, rest: Sequence[str], by: Speaker) -> Wanted:
    """What follows a verb: what it is about, then what else it takes."""
    say = by.say
    takes, target, length = verb.typed or Typed(word), "", None
    if verb.about is About.SENDER:
        target, rest = _sender(word, rest, say, by.region)
    if verb.about is About.CHANNEL:
        target, length, rest = _channel(takes, rest, by)
    if verb.about is About.AMOUNT:
        target, rest = _amount(takes, rest, say)
    if verb.about in (About.GROUP, About.RULE):
        read = _group if verb.about is About.GROUP else _rule
        target, rest = read(word, rest, say)
    if takes.length and length is None:
        length, rest = _length(rest, by)
    _alone_meant(word, verb, rest, by)
    if takes.reason:
        return Wanted(verb.name, target, length, _reason(rest, say))
    if verb.about is About.CHANNEL and target and rest:
        raise _Unclear(say("surplus_channel", verb=word))
    _alone(word, target, rest, say)
    return Wanted(verb.name, target, length)


def _channel(takes: Typed, rest: Sequence[str], by: Speaker) -> tuple[str, Micros | None, Sequence[str]]:
    """The channel, where one is named, and for how long: `for 2h` names none, so the length is read first."""
    length, rest = _length(rest, by) if takes.length else (None, rest)
    if rest and _CHANNEL.fullmatch(rest[0]):
        return rest[0].lower(), length, rest[1:]
    return "", length, rest


def _answer(word: str, rest: Sequence[str], by: Speaker) -> Wanted:
    """To whom; then which reply, or own words in quotes; then why."""
    target, rest = _sender(word, rest, by.say, by.region)
    written = " ".join(rest)
    if quoted := _OWN_WORDS.fullmatch(written):
        return Wanted(
            answer_one.VERB.name, target, None, _reason(quoted[2].split(), by.say), in_own_words(quoted[1])
        )
    if rest and not _REPLY.fullmatch(rest[0]):
        raise _Unclear(by.say("own_words"))
    return Wanted(
        answer_one.VERB.name, target, None, _reason(rest[1:], by.say), rest[0].lower() if rest else ""
    )


def _asked(question: Question, rest: Sequence[str], by: Speaker) -> Asked:
    target = ""
    if question == "find":
        return searched(" ".join(rest))
    if question == "why":
        target, rest = _sender(question, rest, by.say, by.region)
    _alone(question, target, rest, by.say)
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
    try:
        return whole_length(written, 0, UTC)
    except NoLength:
        return None


def _about_word(word: str, say: Words) -> str:
    kin: dict[str, Sequence[str]] = dict(_QUESTIONS.items())
    for typed in (verb.typed for verb in VERBS.values() if verb.typed):
        kin[typed.word] = (*kin.get(typed.word, ()), *typed.kin)
    close_to = {**dict(zip(kin, kin, strict=True)), **_FRENCH}
    close = [close_to[one] for one in get_close_matches(bare(word), close_to, n=1, cutoff=0.6)]
    meant = close or [known for known, tried in kin.items() if bare(word) in tried]
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
    found = spoken_euros(words)
    if found is None or (found[0].startswith("-") and not typed.debit):
        raise _Unclear(say(typed.word))
    return found[0], words[found[1] :]


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


def _alone_meant(word: str, verb: Verb, rest: Sequence[str], by: Speaker) -> None:
    """Where the reason begins with one more sender, nobody is to think that both were meant."""
    if verb.about is not About.SENDER or not rest:
        return
    try:
        _sender(word, rest, by.say, by.region)
    except _Unclear:
        return
    raise _Unclear(by.say("surplus_sender", verb=word))


def _target(written: str, region: str) -> str | None:
    """In the one form that leaves no doubt."""
    found = read_target(written, region)
    if found is None:
        return None
    return found.handle if isinstance(found, ByHandle) else f"{found.channel}:{found.address}"


def _length(words: Sequence[str], by: Speaker) -> tuple[Micros | None, Sequence[str]]:
    """The length that the words begin or end with, where there is one, and the other words.

    What is meant as a length and is none is said: it is never taken for a reason.
    """
    try:
        if found := length_first(words, by.now, by.zone):
            return found.micros, words[found.words :]
        if found := length_last(words, by.now, by.zone):
            return found.micros, words[: -found.words]
    except NoLength as none:
        raise _Unclear(by.say(none.why)) from None
    return None, words


def _reason(words: Sequence[str], say: Words) -> str:
    reason = " ".join(words)
    if len(reason) > LONGEST_REASON:
        raise _Unclear(say("long_reason", most=LONGEST_REASON))
    return reason
