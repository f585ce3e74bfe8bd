"""What a dry run has held back, as cards and windows show it. Pure."""

from bridge.card import Button, Fact
from bridge.heart.acts import teach_abusive, teach_ordinary
from bridge.model import REHEARSED, Micros, Progress
from bridge.views import Rehearsed
from bridge.wording import Words


def rehearsal(seen: Rehearsed, words: Words, *, dry: bool) -> tuple[Fact, ...]:
    """How many replies would have left, for how much, and how many would not; nothing outside of a dry run
    that held nothing back."""
    if not dry and seen == Rehearsed():
        return ()
    would = words("would_have_value", replies=seen.replies, amount=seen.cost)
    return (
        Fact(words("would_have_answered"), would),
        Fact(words("would_have_kept_back"), words.count(seen.kept_back)),
    )


def would_have(progress: str, error: str | None, due_at: Micros, words: Words) -> str:
    """What would have come of one message."""
    if error == REHEARSED:
        return words("would_have_answered_at", at=due_at)
    held = progress == Progress.HELD
    return words("would_answer_at", at=due_at) if held else words("would_keep_back")


def labels(handle: str, words: Words) -> tuple[Button, ...]:
    """What a text was, by a touch: a lesson, which can be taken back."""
    return (
        Button(teach_ordinary.VERB.name, words("label_ordinary"), handle),
        Button(teach_abusive.VERB.name, words("label_hostile"), handle),
    )
