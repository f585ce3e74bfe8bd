"""`rempart doctor`: what is fine and what is not, each fault with its mend."""

import asyncio
from collections.abc import Mapping, Sequence

from bridge.checkup import Examined, State
from bridge.cli.sheet import pairs, show
from bridge.cli.speech import words
from bridge.cli.terminal import put_json, put_line
from bridge.clock import iso, system_clock
from bridge.doctor import examination, is_well
from bridge.environment import read_environment
from bridge.observability import configure_logging
from bridge.wording import ENGLISH, Words

_PAUSE = 30.0  # seconds between looks, with --watch

_SIGNS: Mapping[State, str] = {
    State.FINE: "ok",
    State.NOTE: "note",
    State.WRONG: "WRONG",
    State.UNKNOWN: "?",
}


async def doctor(*, as_json: bool, watch: bool) -> int:
    """Prints what was found; 1 when something is wrong. With `watch` it goes on until it is stopped."""
    configure_logging()  # nothing may stand between the lines of an answer
    while True:
        found = await examination(read_environment())
        status = _json(found) if as_json else print_examined(found, words())
        if not watch:
            return status
        await asyncio.sleep(_PAUSE)
        put_line(iso(system_clock()))


def print_examined(found: Sequence[Examined], said: Words, last: str = "") -> int:
    """A row for each, and a last line where all is well; the exit status."""
    table = pairs()
    for one in found:
        table.add_row(_SIGNS[one.state], one.part, said.examined(one.told))
    show(table)
    if is_well(found) and last:
        put_line(last)
    return _status(found)


def _json(found: Sequence[Examined]) -> int:
    told = [one.plain() | {"told": ENGLISH.examined(one.told)} for one in found]
    put_json({"well": is_well(found), "examined": told})
    return _status(found)


def _status(found: Sequence[Examined]) -> int:
    return 0 if is_well(found) else 1
