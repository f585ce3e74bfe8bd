"""Traces made by hand."""

from collections.abc import Mapping, Sequence

from bridge.model import MINUTE, SECOND, Micros
from bridge.replay import Label, Result, Written, replay
from bridge.responses import Responses, parse

BEGIN: Micros = 1_509_375_600 * SECOND
"""2017-10-30T15:00:00Z"""

PRICE = 76_300

RULES = b"""
languages: [fr]
reply_once_per: 1h
hold: {min: 10m, max: 10m}
pot: {currency: EUR, total: 100, per_hour: 10, per_day: 50, inbound_reserve: 0%}
prices:
  sms: {in: 0.0075, out: {FR: 0.0763}}
replies:
  - id: first
    when: {first: true}
    say: {fr: ["Un mot."]}
  - id: again
    when: {repeat: true}
    say: {fr: ["Deux mots.", "Trois mots.", "Quatre mots.", "Cinq mots."]}
"""

PASTE = "Vous allez toutes payer pour ce que vous faites ici"


def rules(source: bytes = RULES) -> Responses:
    """The rules of these tests."""
    return parse(source, name="responses.yaml")


def number(which: int) -> str:
    """A French mobile number; neighbours lie in different ranges."""
    return f"+336{(which * 1_234_567) % 100_000_000:08d}"


def line(
    minute: float,
    who: int | str = 1,
    text: str = "salut toi",
    *,
    channel: str = "sms",
    id_: str | None = None,
) -> Written:
    """A message so many minutes after the beginning."""
    sender = who if isinstance(who, str) else number(who)
    at = BEGIN + round(minute * MINUTE)
    return Written(id_ or f"{minute}-{sender}-{channel}", at, channel, sender, text)


def run(*lines: Written, source: bytes = RULES, labels: Mapping[str, Label] | None = None) -> Result:
    """Replays lines under the rules of these tests."""
    return replay(lines, rules(source), labels)


def paste(minutes: Sequence[float], first: int = 100) -> list[Written]:
    """The same abuse from one number after another."""
    return [line(minute, first + place, f"{PASTE}") for place, minute in enumerate(minutes)]
