"""Buttons that steer the whole service, and the words for its posture."""

from bridge.card import Button, Confirm
from bridge.cards.words import Words


def posture_name(posture: str, words: Words) -> str:
    """The posture in the team's language."""
    return words("posture_raid" if posture == "raid" else posture)


def shield_button(words: Words, *, shielded: bool) -> Button:
    """Puts the shield up, or takes it down."""
    if shielded:
        return Button("unshield", words("lower_shield"), "sms", "primary")
    confirm = Confirm(words("shield_title"), words("shield_text"), words("yes_shield"), words("no"))
    return Button("shield", words("put_shield"), "sms", "plain", confirm)


def pause_button(words: Words, *, sms_paused: bool) -> Button:
    """Keeps SMS silent, or lets it answer again."""
    if sms_paused:
        return Button("resume", words("resume"), "sms", "primary")
    confirm = Confirm(words("pause_title"), words("pause_text"), words("yes_pause"), words("no"))
    return Button("pause", words("pause"), "sms", "danger", confirm)
