"""The card for those who give the number away: what happens, when, what it costs, when not to. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import phonenumbers

from bridge.model import MicroEuros
from bridge.papers.pages import spoken_first
from bridge.responses import Responses
from bridge.responses.lint import lint
from bridge.responses.saying import length_in
from bridge.wording import Language, Words

SHEET = Path(__file__).with_name("handout.typ")
"""How the cards are set: four to a page, to be cut; French and English back to back."""

_PARTS = ("happens", "when", "cost", "never", "kept")


def cards(rules: Responses, addresses: Sequence[str]) -> list[Mapping[str, Any]]:
    """What stands on each card, the language of the rules first. `addresses`: what people write to."""
    return [_card(rules, addresses, language) for language in spoken_first(rules)]


def _card(rules: Responses, addresses: Sequence[str], language: Language) -> Mapping[str, Any]:
    words = Words(language).within("paper")
    told = {
        "shortest": words.length(rules.hold.min),
        "longest": words.length(rules.hold.max),
        "price": words.price(_dearest(rules)),
        "kept": length_in(rules.retention.ordinary, language),
        "name": rules.controller.name if rules.controller else "",
        "contact": rules.controller.contact if rules.controller else "",
    }
    said = {part: part for part in _PARTS} | _as_it_is(rules, addresses)
    return {
        "lang": language,
        "title": words("card_title"),
        "addresses": [shown(one) for one in addresses],
        "parts": [[words(f"card_{part}_head"), words(f"card_{said[part]}", **told)] for part in _PARTS],
        "danger": words("card_danger"),
        "foot": words("card_foot", **told) if rules.controller else "",
    }


def _as_it_is(rules: Responses, addresses: Iterable[str]) -> dict[str, str]:
    """Which sentence is true here: an instant reply is told as one, and a bot costs nobody anything."""
    paid = any(one.startswith("+") for one in addresses)
    return {
        "when": "when" if rules.hold.min else "at_once",
        "cost": "cost" if paid and _dearest(rules) else "free",
    }


def _dearest(rules: Responses) -> MicroEuros:
    """What somebody who writes once costs at worst: to receive their text, and to answer it."""
    sms = rules.prices.get("sms")
    reply = max((one.worst for one in lint(rules).wordings), default=0)
    return reply + (sms.inbound if sms and reply else 0)


def shown(address: str) -> str:
    """A telephone number as people of its country write it; anything else as it is."""
    try:
        number = phonenumbers.parse(address)
    except phonenumbers.NumberParseException:
        return address
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
