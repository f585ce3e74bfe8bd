"""A notice as it is said: with the lengths, the day and the name that it leaves open filled in. Pure."""

import re
from collections.abc import Mapping

from babel.units import format_unit

from bridge.model import DAY, HOUR, MINUTE, SECOND, Micros
from bridge.responses.placeholders import OF_NOTICES, locale_of, values
from bridge.responses.rules import Controller, Responses, Said

_NAMES = "|".join(OF_NOTICES)
_OPEN = re.compile(rf"\$(?:({_NAMES})\b|\{{({_NAMES})\}})")
_YEAR = 365 * DAY
_UNITS = (("year", _YEAR), ("day", DAY), ("hour", HOUR), ("minute", MINUTE), ("second", SECOND))
_WRITE = {"fr": "Responsable : {name}, {contact}.", "en": "Responsible: {name}, {contact}."}


def said_in(rules: Responses, about: Said, language: str, until: Micros | None = None) -> tuple[str, str]:
    """A notice with its language. `until`: the day that it tells, where it tells one."""
    spoken, text = rules.notices.wording(about, language)
    told = {
        "ordinary": length_in(rules.retention.ordinary, spoken),
        "raid": length_in(rules.retention.raid, spoken),
        "controller": _controller(rules.controller, spoken),
        "until": values("", until, rules.zone, spoken)["date"] if until is not None else "",
    }
    return spoken, _filled(text, told)


def length_in(length: Micros, language: str) -> str:
    """A length of time in any language, in the largest unit of which it is a whole number."""
    unit, size = next((one for one in _UNITS if length and length % one[1] == 0), _UNITS[-1])
    return str(format_unit(length // size, f"duration-{unit}", locale=locale_of(language)))


def _controller(controller: Controller | None, language: str) -> str:
    """Whom to write to; nothing where the rules name nobody."""
    if controller is None:
        return ""
    return _WRITE.get(language, _WRITE["en"]).format(name=controller.name, contact=controller.contact)


def _filled(text: str, told: Mapping[str, str]) -> str:
    return _OPEN.sub(lambda found: told[found[1] or found[2]], text).strip()
