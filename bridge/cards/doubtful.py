"""The list of doubtful people who wait, by what they have in common; and what was done about others. Pure."""

from collections.abc import Sequence

from bridge.card import Bundle, Button, Sample
from bridge.heart.acts import answer, drop, unchoose
from bridge.model import MicroEuros
from bridge.views import Chosen
from bridge.wording import Words


def bundle(name: str, people: int, cost: MicroEuros, sample: Sample, words: Words, *, alike: bool) -> Bundle:
    """One group with its buttons; `name` is what an act calls it."""
    told = words("group_alike" if alike else "group_different", people=people, amount=cost)
    buttons = (
        Button(answer.VERB.name, words("answer", count=people), name, "primary"),
        Button(drop.VERB.name, words("drop", count=people), name),
    )
    return Bundle(told, buttons, sample)


def undone(chosen: Sequence[Chosen], words: Words) -> list[Bundle]:
    """What was answered or dropped, and can be taken back."""
    back = words("undo_choice")
    return [Bundle(words.outcome(one.told), (Button(unchoose.VERB.name, back, one.act),)) for one in chosen]
