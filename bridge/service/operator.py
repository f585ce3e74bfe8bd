"""What whoever sits at the command line asks for, as an act: it may come from anybody's program."""

import uuid
from datetime import UTC, tzinfo

from bridge.errors import Misconfigured
from bridge.grammar import LONGEST_REASON
from bridge.model import DAY, Act, Micros
from bridge.moderation.lengths import NoLength, whole_length
from bridge.moderation.roles import OPERATOR
from bridge.service.control import Told
from bridge.text.shown import plain
from bridge.wording import Words

LONGEST_TARGET = 2_000
_LONGEST_WORD = 32
_LONGEST: Micros = 1_000 * 365 * DAY


def length_of(asked: object, now: Micros, zone: tzinfo) -> Micros | None:
    """Microseconds, or words as people write them. Raises `Misconfigured`: what is no length must not be
    written down as one."""
    if isinstance(asked, str):
        return _read_length(asked, now, zone)
    if asked is None or (type(asked) is int and 0 < asked <= _LONGEST):
        return asked
    raise Misconfigured("This is no length of time: write 90s, 10m, 2h or 7d.")


def _read_length(written: str, now: Micros, zone: tzinfo) -> Micros:
    try:
        return whole_length(written, now, zone)
    except NoLength as none:
        raise Misconfigured(Words("en", room="command")(none.why)) from none


def operator_act(asked: Told, now: Micros, zone: tzinfo = UTC) -> Act:
    """What could not be stored is cleaned and cut to size: whoever asked hears what became of it."""
    return Act(
        channel=OPERATOR,
        provider_id=uuid.uuid4().hex,
        actor="operator",
        verb=plain(str(asked.get("verb", "")))[:_LONGEST_WORD],
        target=plain(str(asked.get("target", ""))).strip()[:LONGEST_TARGET],
        at=now,
        length=length_of(asked.get("length"), now, zone),
        reason=" ".join(plain(str(asked.get("reason", ""))).split())[:LONGEST_REASON],
        member=True,
        says=plain(str(asked.get("says", ""))).strip()[:LONGEST_TARGET],
    )
