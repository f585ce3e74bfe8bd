"""Which rules can never answer, because earlier ones answer everything that they would. Pure.

Sound, not complete: a rule that is named here never answers; two regular expressions that mean the same
in different words go unnoticed.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from bridge.noun import Noun
from bridge.responses.choose import Circumstance, fits, spoken
from bridge.responses.rules import Responses, Rule, When


class Unreachable(Noun):
    """A rule that can never answer."""

    index: int
    """Its position in `replies`, from 0."""
    rule: str
    because: str


def unreachable(responses: Responses) -> tuple[Unreachable, ...]:
    """The rules that can never answer, in the order of the file.

    Goes through every kind of circumstance that the rules tell apart. In each, a rule answers unless an
    earlier one fits too and asks no more of the text.
    """
    rules = responses.replies
    answering: set[int] = set()
    shadows: dict[int, set[int]] = {index: set() for index in range(len(rules))}
    for circumstance in _circumstances(responses):
        for index, shadow in _shadows(rules, circumstance):
            if shadow is None:
                answering.add(index)
            else:
                shadows[index].add(shadow)
    return tuple(
        Unreachable(index, rule.id, _because([rules[shadow].id for shadow in sorted(shadows[index])]))
        for index, rule in enumerate(rules)
        if index not in answering
    )


def _shadows(rules: Sequence[Rule], circumstance: Circumstance) -> Iterator[tuple[int, int | None]]:
    """Each rule that fits, with an earlier one that answers all the texts that it would."""
    fitting: list[int] = []
    for index, rule in enumerate(rules):
        if fits(rule.when, circumstance):
            yield index, next((early for early in fitting if _wider(rules[early].when, rule.when)), None)
            fitting.append(index)


def _circumstances(responses: Responses) -> Iterable[Circumstance]:
    """One for each combination that some rule tells apart from the others."""
    whens = [rule.when for rule in responses.replies]
    channels = {channel for when in whens for channel in when.channel or ()}
    languages = {language for when in whens for language in when.language or ()}
    others = [language for language in responses.languages if language not in languages]
    minutes = {minute % 1440 for when in whens if when.time for minute in (when.time.start, when.time.end)}
    # "" is any channel that no rule names; every part of the day begins at some rule's minute.
    combinations = product(
        [*sorted(channels), ""], [*sorted(languages), *others[:1]], (True, False), minutes | {0}
    )
    return (Circumstance(*combination) for combination in combinations)


def _wider(early: When, late: When) -> bool:
    """Whether every text that the later rule answers is one that the earlier rule answers."""
    return _wider_words(early, late) and early.regex in {None, late.regex}


def _wider_words(early: When, late: When) -> bool:
    if early.words is None:
        return True
    if late.words is None:
        return False
    asked = [spoken(phrase) for phrase in early.words]
    return all(any(phrase in spoken(words) for phrase in asked) for words in late.words)


def _because(shadows: Sequence[str]) -> str:
    if not shadows:
        return "its conditions exclude each other"
    names = " and ".join(f'"{name}"' for name in shadows)
    return f"whatever it would answer, {names} above it answer{'' if len(shadows) > 1 else 's'} first"
