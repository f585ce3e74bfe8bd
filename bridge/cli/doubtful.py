"""`rempart doubtful`: who waits because they are doubted, by likeness; the look is recorded."""

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.cli.sheet import Sheet, show
from bridge.cli.team import act
from bridge.cli.terminal import put_json, put_line
from bridge.heart.acts import unchoose
from bridge.service.asking import ask_counter
from bridge.text.shown import plain
from bridge.wording import ENGLISH

_LONGEST_TEXT = 80


async def doubtful(*, undo: str | None, as_json: bool) -> int:
    """Prints the groups, or takes an act back; returns the exit status. Raises `RempartError`."""
    if undo is not None:
        return await act(unchoose.VERB, undo, as_json=as_json)
    told = await ask_counter("doubtful")
    if as_json:
        put_json(told)
    elif told["doubtful"]:
        show(_table(told["doubtful"]))
    else:
        put_line("Nobody doubtful waits.")
    for one in [] if as_json else told["undo"]:
        put_line(f"{one['told']} Undo: rempart doubtful --undo {one['act']}")
    return 0


def _table(groups: Sequence[Mapping[str, Any]]) -> Sheet:
    table = Sheet("group", "people", "euros", "one of them wrote")
    for one in groups:
        text = " ".join(plain(one["text"]).split())
        table.add_row(one["group"], str(one["people"]), ENGLISH.euros(one["euros"]), text[:_LONGEST_TEXT])
    return table
