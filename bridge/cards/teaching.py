"""The button by which the texts of a raid are taught, once the team has judged it; never by itself. Pure."""

from bridge.card import Button, Confirm
from bridge.cards.words import Words
from bridge.views import RaidView


def teaching(seen: RaidView, words: Words) -> tuple[Button, ...]:
    """After a false alarm its texts are ordinary, after *Mute all* abusive; and the way back."""
    if seen.lesson is not None:
        return (Button("unteach", words("unteach"), seen.lesson),)
    if seen.false_alarm:
        return (_teach("teach_ordinary", seen, words),)
    return (_teach("teach_abusive", seen, words),) if seen.undo else ()


def _teach(verb: str, seen: RaidView, words: Words) -> Button:
    text = words(f"{verb}_text", count=words.count(seen.senders))
    confirm = Confirm(words(f"{verb}_title"), text, words("yes_teach"), words("no"))
    return Button(verb, words(verb), seen.id, "plain", confirm)
