"""The buttons that several cards have, and the words for the posture. Pure.

The texts of a raid are taught by a button, once the team has judged it; never by themselves.
"""

from collections.abc import Sequence

from bridge.card import Button, Confirm
from bridge.heart.acts import (
    doubtful,
    pause,
    rehearsed,
    resume,
    shield,
    teach_abusive,
    teach_ordinary,
    threats,
    unshield,
    unteach,
)
from bridge.heart.acts.verb import METERED, Verb
from bridge.views import Doubted, RaidView
from bridge.wording import Words


def posture_name(posture: str, words: Words) -> str:
    """The posture in the team's language."""
    return words("posture_raid" if posture == "raid" else posture)


def shield_button(words: Words, *, shielded: bool) -> Button:
    """Puts the shield up, or takes it down."""
    if shielded:
        return Button(unshield.VERB.name, words("lower_shield"), METERED, "primary")
    confirm = Confirm(words("shield_title"), words("shield_text"), words("yes_shield"), words("no"))
    return Button(shield.VERB.name, words("put_shield"), METERED, "plain", confirm)


def pause_button(words: Words, *, sms_paused: bool) -> Button:
    """Keeps SMS silent, or lets it answer again."""
    if sms_paused:
        return Button(resume.VERB.name, words("resume"), METERED, "primary")
    confirm = Confirm(words("pause_title"), words("pause_text"), words("yes_pause"), words("no"))
    return Button(pause.VERB.name, words("pause"), METERED, "danger", confirm)


def aimed(buttons: Sequence[Button], channel: str, words: Words) -> tuple[Button, ...]:
    """The same where another channel than SMS costs money: what is touched is called what it is."""
    if channel == METERED:
        return tuple(buttons)
    silence = {pause.VERB.name: _silence(channel, words), resume.VERB.name: _resume(channel, words)}
    return tuple(silence.get(one.verb, one) for one in buttons)


def _silence(channel: str, words: Words) -> Button:
    title, text = words("pause_channel_title", channel=channel), words("pause_channel_text", channel=channel)
    confirm = Confirm(title, text, words("yes_pause"), words("no"))
    return Button(pause.VERB.name, words("pause_channel", channel=channel), channel, "danger", confirm)


def _resume(channel: str, words: Words) -> Button:
    return Button(resume.VERB.name, words("resume_channel", channel=channel), channel, "primary")


def doubtful_button(doubted: Doubted, words: Words) -> tuple[Button, ...]:
    """Opens the list of doubtful people who wait, where there are any."""
    label = words("doubtful", count=doubted.people)
    return (Button(doubtful.VERB.name, label, ""),) if doubted.people else ()


def threats_button(count: int, words: Words) -> tuple[Button, ...]:
    """Opens the newest threats, where there are any: they are shown to whoever asks, and to nobody else."""
    return (Button(threats.VERB.name, words("threats", count=count), ""),) if count else ()


def show_threats_button(words: Words) -> Button:
    """The same where their number stands beside it."""
    return Button(threats.VERB.name, words("show_threats"), "")


def rehearsed_button(words: Words, *, dry: bool) -> tuple[Button, ...]:
    """Opens the newest texts of a dry run, each with what would have come of it, to be labelled."""
    return (Button(rehearsed.VERB.name, words("rehearsed"), ""),) if dry else ()


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
