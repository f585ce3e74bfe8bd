"""The button by which the texts of a raid are taught, once the team has judged it; never by itself. Pure."""

from bridge.card import Button, Confirm
from bridge.heart.acts import teach_abusive, teach_ordinary, unteach
from bridge.heart.acts.verb import Verb
from bridge.views import RaidView
from bridge.wording import Words


def teaching(seen: RaidView, words: Words) -> tuple[Button, ...]:
    """After a false alarm its texts are ordinary, after *Mute all* abusive; and the way back."""
    if seen.lesson is not None:
        return (Button(unteach.VERB.name, words("unteach"), seen.lesson),)
    if seen.false_alarm:
        return (_teach(teach_ordinary.VERB, seen, words),)
    return (_teach(teach_abusive.VERB, seen, words),) if seen.undo else ()


def _teach(verb: Verb, seen: RaidView, words: Words) -> Button:
    text = words(f"{verb.name}_text", count=seen.senders)
    confirm = Confirm(words(f"{verb.name}_title"), text, words("yes_teach"), words("no"))
    return Button(verb.name, words(verb.name), seen.id, "plain", confirm)
