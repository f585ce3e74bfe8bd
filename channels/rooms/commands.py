"""What the slash command answers without any act: help, and how things stand. Pure."""

from collections.abc import Sequence

from bridge.card import Fact, Home
from bridge.wording import Words

_MONEY = ("€", "EUR")


def status_lines(home: Home, words: Words) -> list[str]:
    """How things stand."""
    return [home.title, *_told(home.facts, words)]


def pot_lines(home: Home, words: Words) -> list[str]:
    """What the home page says of money; everything, where it says nothing of it."""
    money = [fact for fact in home.facts if any(sign in fact.value for sign in _MONEY)]
    return _told(money or home.facts, words)


def mutes_lines(home: Home, words: Words) -> list[str]:
    """Who is muted, until when, by whom and why."""
    if not home.mutes:
        return [words("no_mutes")]
    shown = [Fact(mute.handle, mute.told) for mute in home.mutes]
    left_out = [words("more", count=home.mutes_left_out)] if home.mutes_left_out else []
    return [home.mutes_label, *_told(shown, words), *left_out]


def rules_lines(home: Home, words: Words) -> list[str]:
    """Which rules about phrases are in force."""
    if not home.rules:
        return [words("no_rules")]
    shown = [Fact(rule.handle, rule.told) for rule in home.rules]
    return [home.rules_label, *_told(shown, words)]


def _told(facts: Sequence[Fact], words: Words) -> list[str]:
    return [words("pair", label=fact.label, value=fact.value) for fact in facts]
