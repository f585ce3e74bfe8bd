"""Buttons that steer the whole service, and the words for its posture."""

from bridge.card import Button, Confirm
from bridge.heart.acts import pause, resume, shield, unshield
from bridge.heart.acts.verb import METERED
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
