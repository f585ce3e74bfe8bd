"""What somebody has found, drawn up: counts, what can be done, and texts where asked for. Pure."""

from collections.abc import Sequence

from bridge.card import Bundle, Button, Card, Confirm, Discovery, HomeMute, Sample
from bridge.heart.acts import (
    answer_one,
    end_rule,
    find,
    hold_found,
    mute,
    mute_found,
    rule_hold,
    rule_mute,
    texts_found,
    undo,
    unmute,
)
from bridge.model import MicroEuros, Micros, PhraseRule
from bridge.moderation.targets import FoundName
from bridge.noun import Noun, replace
from bridge.privacy.masking import masked
from bridge.views import Chosen, StandingRule
from bridge.wording import Words

TEXTS = 3
"""Texts that are shown at a time."""


class Counted(Noun):
    """What was found, in numbers."""

    name: FoundName
    phrase: str
    since: Micros
    messages: int
    people: int
    known: int
    """Answered, or judged ordinary, before they wrote it."""
    muted: int
    waiting: int
    """Replies to them that are held."""
    waiting_cost: MicroEuros
    long_since: Micros
    """Since when a rule is tried out on what was written."""
    long_messages: int
    long_people: int
    answered: int
    """Of those, the people who were answered in that time."""
    paid: MicroEuros
    unreadable: int
    spared: int
    shown: int
    """Messages that can be shown."""


def find_button(words: Words) -> Button:
    """Opens the window in which somebody writes what to look for."""
    return Button(find.VERB.name, words("find"), "")


def drawn(told: Counted, samples: Sequence[Sample], done: Sequence[Chosen], words: Words) -> Discovery:
    """The window of what was found."""
    return Discovery(
        lines=tuple(told_lines(told, words)),
        buttons=(*_acting(told, words), *_reading(told, words)) if told.people or told.spared else (),
        samples=tuple(samples),
        bundles=tuple(_undone(one, words) for one in done),
        name=str(told.name),
    )


def told_lines(told: Counted, words: Words) -> list[str]:
    """What was found, in sentences."""
    if not told.messages and not told.spared:
        nobody = [words("found_nothing", phrase=masked(told.phrase), since=told.since)]
        return [*nobody, *_lately(told, words), *_beside(told, words)]
    head = words(
        "found", phrase=masked(told.phrase), since=told.since, messages=told.messages, senders=told.people
    )
    fared = words("found_fared", known=told.known, muted=told.muted)
    waiting = words("found_waiting", replies=told.waiting, amount=told.waiting_cost)
    return [head, fared, waiting, *_lately(told, words), *_beside(told, words)]


def _lately(told: Counted, words: Words) -> list[str]:
    """What a rule would have done: the backtest."""
    counts = {"messages": told.long_messages, "people": told.long_people}
    return [words("found_lately", since=told.long_since, answered=told.answered, amount=told.paid, **counts)]


def _beside(told: Counted, words: Words) -> list[str]:
    spared = [words("found_spared", people=told.spared)] if told.spared else []
    sealed = [words("found_unreadable", messages=told.unreadable)] if told.unreadable else []
    return [*spared, *sealed]


def _acting(told: Counted, words: Words) -> tuple[Button, ...]:
    """Each names whom it concerns, and asks before it does it."""
    if not told.people:
        return ()
    target = str(FoundName(told.name.search, 0, told.name.spared))
    counts = {"count": told.people, "known": told.known}
    lately = {"people": told.long_people, "answered": told.answered}

    def asked(verb: str, label: str, tone: str, **values: int) -> Button:
        text = words(f"{verb}_text", **values)
        confirm = Confirm(words(f"{verb}_title"), text, words(f"yes_{verb}"), words("no"))
        return Button(verb, label, target, "danger" if tone else "plain", confirm)

    return (
        asked(mute_found.VERB.name, words("mute_found", count=told.people), "danger", **counts),
        asked(hold_found.VERB.name, words("hold_found"), "", **counts),
        asked(rule_mute.VERB.name, words("rule_mute"), "", **lately),
        asked(rule_hold.VERB.name, words("rule_hold"), "", **lately),
    )


def _reading(told: Counted, words: Words) -> tuple[Button, ...]:
    """Opens some texts, then the next; and takes back in whoever was left out."""
    name, last = told.name, -(-told.shown // TEXTS)
    back = FoundName(name.search, name.page, ())
    again = (Button(texts_found.VERB.name, words("take_back_in"), str(back)),) if name.spared else ()
    if not told.shown or name.page >= last:
        return again
    later = FoundName(name.search, name.page + 1, name.spared)
    label = words("more_texts" if name.page else "show_texts", count=min(TEXTS, told.shown))
    return Button(texts_found.VERB.name, label, str(later)), *again


def sample_buttons(
    name: FoundName, handle: str, act: str | None, words: Words, *, is_muted: bool
) -> tuple[Button, ...]:
    """What can be done about the one who wrote a text that was found."""
    spared = FoundName(name.search, name.page, (*name.spared, handle))
    aside = Button(texts_found.VERB.name, words("not_this"), str(spared))
    return aside, *muting(handle, act, words, is_muted=is_muted)


def answering(handle: str, act: str | None, words: Words) -> tuple[Button, ...]:
    """Answers the one who wrote a text; while that waits, takes it back. `act`: what answered them."""
    if act is not None:
        return (Button(undo.VERB.name, words("take_answer_back"), act),)
    confirm = Confirm(
        words("answer_one_title"),
        words("answer_one_text", about=handle),
        words("yes_answer_one"),
        words("no"),
    )
    return (Button(answer_one.VERB.name, words("answer_one"), handle, "plain", confirm),)


def muting(handle: str, act: str | None, words: Words, *, is_muted: bool) -> tuple[Button, ...]:
    """Mutes the one who wrote a text; once that is done, undoes it. `act`: what muted nobody but them."""
    if not is_muted:
        return (Button(mute.VERB.name, words("mute_day"), handle),)
    if act is not None:
        return (Button(undo.VERB.name, words("undo"), act),)
    return (Button(unmute.VERB.name, words("unmute"), handle),)


def _undone(one: Chosen, words: Words) -> Bundle:
    told = words.outcome(one.told)
    return Bundle(told, (Button(undo.VERB.name, words("undo"), one.act),))


def with_rules(card: Card, rules: Sequence[StandingRule], words: Words) -> Card:
    """The card with a line for each rule in force: what it catches is no matter for everybody to read."""
    told = (
        words(f"rule_line_{one.rule.does}", id=one.rule.id, people=one.people, until=one.rule.until)
        for one in rules
    )
    return replace(card, lines=(*card.lines, *told))


def rule_told(rule: PhraseRule, people: int, words: Words) -> str:
    """What a rule catches, what it does, until when, by whom, and whom it has caught so far."""
    phrase = masked(rule.phrase)
    told = words(f"rule_told_{rule.does}", phrase=phrase, until=rule.until, by=rule.by, people=people)
    return words("with_reason", told=told, reason=rule.reason) if rule.reason else told


def rule_row(rule: PhraseRule, people: int, words: Words) -> HomeMute:
    """A rule with its end, as the home page lists it."""
    return HomeMute(
        f"#{rule.id}", rule_told(rule, people, words), Button(end_rule.VERB.name, words("end_rule"), rule.id)
    )
