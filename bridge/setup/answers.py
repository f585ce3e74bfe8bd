"""What will do for an answer about the rules. Pure."""

import json
import re
from collections.abc import Callable, Mapping

from bridge.responses.kinds import LONGEST_LINE
from bridge.text.shown import plain

NONE = "-"
"""What one types to take an answer away."""

Check = Callable[[str], str | None]
"""The answer as it stands in the rules; `None` where it will not do."""

_AMOUNT = re.compile(r"[0-9]{1,7}([.,][0-9]{1,2})?")
_LENGTH = re.compile(r"[1-9][0-9]{0,3}[hdy]")
_PERSON = re.compile(r"[USW][A-Z0-9]{2,20}")


def amount(answer: str) -> str | None:
    """Euros, with a point or a comma."""
    bare = answer.replace("€", "").replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    return bare.replace(",", ".") if _AMOUNT.fullmatch(bare) else None


def length(answer: str) -> str | None:
    """A length of time, such as 30d."""
    bare = answer.replace(" ", "").casefold().replace("j", "d")
    return bare if _LENGTH.fullmatch(bare) else None


def people(answer: str) -> str | None:
    """Ids of people and groups, apart by spaces or commas; none is an answer, too."""
    named = [] if answer == NONE else answer.replace(",", " ").split()
    return f"[{', '.join(named)}]" if all(map(_PERSON.fullmatch, named)) else None


def controller(answer: str) -> str | None:
    """A name, a comma, and an address that somebody reads; nobody is an answer, too."""
    if answer in ("", NONE):
        return ""
    name, _, contact = (" ".join(plain(part).split()) for part in answer.partition(","))
    if not name or not contact or max(len(name), len(contact)) > LONGEST_LINE:
        return None
    name, contact = (json.dumps(one, ensure_ascii=False) for one in (name, contact))
    return f"controller: {{name: {name}, contact: {contact}}}"


OF_RULES: Mapping[str, Check] = {
    "total": amount,
    "last_for": length,
    "admins": people,
    "controller": controller,
}
"""In the order in which they are asked."""

STANDING: Mapping[str, str] = {"total": "3300", "last_for": "30d", "admins": "", "controller": ""}
"""What an empty answer means."""
