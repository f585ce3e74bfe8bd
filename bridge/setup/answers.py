"""What will do for an answer about the rules. Pure."""

import json
import re
from collections.abc import Callable, Collection, Mapping

from bridge.ports import Ids
from bridge.responses.kinds import LONGEST_LINE, MEMBER_ID, is_id
from bridge.text.shown import plain

NONE = "-"
"""What one types to take an answer away."""

Check = Callable[[str], str | None]
"""The answer as it stands in the rules; `None` where it will not do."""

_AMOUNT = re.compile("([0-9]{1,7}|[0-9]{1,3}([ \N{NO-BREAK SPACE}][0-9]{3})+)([.,][0-9]{1,2})?")
_LENGTH = re.compile(r"[1-9][0-9]{0,3}[hdy]")
_LASTING = re.compile(r"\s*\b[0-9]+ ?[hdjyHDJY]\s*$")
USUAL = "30d"
_ANYBODY = Ids(MEMBER_ID, "")


def amount(answer: str) -> str | None:
    """Euros, with a point or a comma."""
    bare = answer.replace("€", "").strip()
    digits = bare.replace(" ", "").replace("\N{NO-BREAK SPACE}", "").replace(",", ".")
    return digits if _AMOUNT.fullmatch(bare) else None


def length(answer: str) -> str | None:
    """A length of time, such as 30d."""
    bare = answer.replace(" ", "").casefold().replace("j", "d")
    return bare if _LENGTH.fullmatch(bare) else None


def people(answer: str, ids: Collection[Ids] = ()) -> str | None:
    """Ids of people and groups, apart by spaces or commas; none is an answer, too. `ids`: what rooms take for
    one, where they say so."""
    named = [] if answer == NONE else answer.replace(",", " ").split()
    return f"[{', '.join(named)}]" if all(is_id(one, ids or (_ANYBODY,)) for one in named) else None


def controller(answer: str) -> str | None:
    """A name, a comma, and an address that somebody reads; nobody is an answer, too."""
    if answer in ("", NONE):
        return ""
    name, _, contact = (" ".join(plain(part).split()) for part in answer.partition(","))
    if not name or not contact or max(len(name), len(contact)) > LONGEST_LINE:
        return None
    name, contact = (json.dumps(one, ensure_ascii=False) for one in (name, contact))
    return f"controller: {{name: {name}, contact: {contact}}}"


def pot(answer: str) -> str | None:
    """An amount, and how long it should last; as long as usual, where nobody says."""
    written = _LASTING.search(answer)
    bare = answer if written is None else answer[: written.start()]
    euros, lasts = amount(bare.rstrip(" ,;")), length(written[0] if written else USUAL)
    return None if euros is None or lasts is None else f"{euros} {lasts}"


OF_RULES: Mapping[str, Check] = {
    "pot": pot,
    "admins": people,
    "controller": controller,
}
"""In the order in which they are asked."""
