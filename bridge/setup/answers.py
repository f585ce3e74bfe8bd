"""What will do for an answer about the rules. Pure."""

import re
from collections.abc import Callable, Mapping

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


OF_RULES: Mapping[str, Check] = {"total": amount, "last_for": length, "admins": people}
"""In the order in which they are asked."""

STANDING: Mapping[str, str] = {"total": "3300", "last_for": "30d", "admins": ""}
"""What an empty answer means."""
