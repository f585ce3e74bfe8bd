"""`rempart doctor`: what is fine and what is not, each fault with its mend."""

import asyncio
import logging
from collections.abc import Sequence

from bridge.checkup import Examined
from bridge.cli.said import said as worded
from bridge.cli.sheet import pairs, show
from bridge.cli.speech import words
from bridge.cli.terminal import put_json, put_line
from bridge.cli.tongue import moment
from bridge.clock import iso, system_clock
from bridge.doctor import examination, is_well
from bridge.environment import read_environment
from bridge.noun import replace
from bridge.observability import configure_logging
from bridge.reasons import Datum, Reason
from bridge.wording import ENGLISH, Words

_PAUSE = 30.0  # seconds between looks, with --watch

_INSTANTS = frozenset({"at", "since", "newest"})
"""The names of instants in what was found."""


async def doctor(*, as_json: bool, watch: bool) -> int:
    """Prints what was found; 1 when something is wrong. With `watch` it goes on until it is stopped."""
    configure_logging(level=logging.ERROR)  # nothing may stand between the lines of an answer
    while True:
        found = await examination(read_environment())
        status = _json(found) if as_json else print_examined(found, words())
        if not watch:
            return status
        await asyncio.sleep(_PAUSE)
        put_line(iso(system_clock()))


def print_examined(found: Sequence[Examined], said: Words, last: str = "") -> int:
    """A row for each, and a last line where all is well; the exit status."""
    table, zone = pairs(), _zone(found)
    for one in dict.fromkeys(found):
        sign = said.within("doctor")(f"sign_{one.state}")
        table.add_row(sign, _part(one.part, said), said.examined(_read(one.told, zone)))
    show(table)
    if is_well(found) and last:
        put_line(last)
    return _status(found)


def _part(part: str, said: Words) -> str:
    """In the reader's language, its line behind it where there are several; a channel by its own name."""
    name, *line = part.split(" ", 1)
    try:
        return " ".join([said.within("doctor")(f"part_{name}"), *line])
    except KeyError:
        return part


def _zone(found: Sequence[Examined]) -> str | None:
    """The time zone of the rules, where they could be read."""
    told = (dict(one.told.data) for one in found if one.told.code == "rules_zone")
    return next((str(one["zone"]) for one in told), None)


def _read(told: Reason, zone: str | None) -> Reason:
    """With instants as the clock of the rules shows them, and what was refused in the reader's language."""

    def shown(name: str, value: Datum) -> Datum:
        if name in _INSTANTS and zone is not None:
            return moment(str(value), zone)
        return worded(value) if name == "why" and isinstance(value, str) else value

    return replace(told, data=tuple((name, shown(name, value)) for name, value in told.data))


def _json(found: Sequence[Examined]) -> int:
    told = [one.plain() | {"told": ENGLISH.examined(one.told)} for one in found]
    put_json({"well": is_well(found), "examined": told})
    return _status(found)


def _status(found: Sequence[Examined]) -> int:
    return 0 if is_well(found) else 1
