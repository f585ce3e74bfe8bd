"""Signs of life, and how webhooks were answered lately: as they are kept. In the caller's transaction."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.days import SET_BACK, lately
from bridge.model import DAY, HOUR, MINUTE, SECOND, Micros
from bridge.noun import Noun, asdict
from bridge.store.engine.dialect import insert_or_add, insert_or_replace
from bridge.store.engine.tables import answers, decisions, events, facts
from bridge.views import Trouble

_NAME = "pulse "
"""How the facts begin by which a database tells until when each process of a service lived."""

_VOUCHED = "vouched"
"""The fact by which a database tells until when the time was vouched for."""

_COPIED = "copied"
"""The fact by which a server's database tells when a copy of it was made last."""

Answered = Mapping[tuple[str, int], int]
"""How often calls were answered, by path and status."""

_WELL = 300
"""Statuses below are no refusals."""

_REMEMBERED: Micros = DAY

_LIVELY: Micros = 90 * SECOND
"""Who gave no sign for longer than three of them knows nothing of how things are now."""


class Sign(NamedTuple):
    """A process's last sign of life."""

    at: Micros
    stopped: bool
    """Whether it was a goodbye."""
    troubles: tuple[Trouble, ...] = ()
    """The halves of channels that did not work for it."""


class Refused(Noun, order=True):
    """Calls of the last hour that were refused alike."""

    path: str
    status: int
    count: int
    all_were: bool
    """Whether none was taken there meanwhile: then it is hardly a stranger who knocks."""


async def sign(connection: AsyncConnection, process: str, last: Sign) -> None:
    """Writes down a sign of life; of processes long gone, or whose clock was wrong, nothing is kept."""
    for name, older in (await _signs(connection)).items():
        if not lately(older.at, last.at, _REMEMBERED):
            await connection.execute(delete(facts).where(facts.c.name == name))
    told = {"at": last.at, "stopped": last.stopped, "troubles": list(map(asdict, last.troubles))}
    row = {"name": f"{_NAME}{process}", "value": json.dumps(told)}
    await connection.execute(insert_or_replace(connection, facts, ["name"], ["value"]), row)


async def last_sign(connection: AsyncConnection) -> Sign | None:
    """The newest of any process; `None` where there never was any."""
    return max((await _signs(connection)).values(), key=lambda one: one.at, default=None)


async def troubles(connection: AsyncConnection, now: Micros) -> list[Trouble]:
    """What does not work for those processes that live."""
    alive = [one for one in (await _signs(connection)).values() if not one.stopped]
    found = [trouble for one in alive if lately(one.at, now, _LIVELY) for trouble in one.troubles]
    return [*{(one.channel, one.half): one for one in found}.values()]


async def _signs(connection: AsyncConnection) -> dict[str, Sign]:
    rows = await connection.execute(select(facts).where(facts.c.name.startswith(_NAME)))
    return {row.name: _read(json.loads(row.value)) for row in rows}


def _read(told: dict[str, Any]) -> Sign:
    return Sign(**told | {"troubles": tuple(Trouble(**one) for one in told["troubles"])})


async def note_copy(connection: AsyncConnection, at: Micros) -> None:
    """Writes down that a copy of this database was made."""
    row = {"name": _COPIED, "value": str(at)}
    await connection.execute(insert_or_replace(connection, facts, ["name"], ["value"]), row)


async def newest_copy(connection: AsyncConnection) -> Micros | None:
    """When a copy was made last, of a database that has no file beside which that is noted."""
    at = await connection.scalar(select(facts.c.value).where(facts.c.name == _COPIED))
    return None if at is None else int(at)


async def vouch(connection: AsyncConnection, present: Micros) -> None:
    """Writes down that it is as late as this, by the word of somebody other than the clock."""
    row = {"name": _VOUCHED, "value": str(present)}
    await connection.execute(insert_or_replace(connection, facts, ["name"], ["value"]), row)


async def vouched(connection: AsyncConnection) -> Micros | None:
    """As late as what it was last known to be: when the newest message came, where nobody has vouched yet;
    `None` where there is none."""
    at = await connection.scalar(select(facts.c.value).where(facts.c.name == _VOUCHED))
    return await newest_message(connection) if at is None else int(at)


async def newest_message(connection: AsyncConnection) -> Micros | None:
    """When the newest message reached us."""
    query = select(events.c.received_at).where(events.c.kind == "message").order_by(events.c.seq.desc())
    at: Micros | None = await connection.scalar(query.limit(1))
    return at


async def newest_decision(connection: AsyncConnection) -> tuple[int, Micros] | None:
    """The place of the newest decision, and its instant: not the latest one where the clock was set back."""
    query = select(events.c.place, decisions.c.decided_at).join(decisions, decisions.c.event == events.c.id)
    query = query.where(events.c.place.is_not(None)).order_by(events.c.place.desc()).limit(1)
    row = (await connection.execute(query)).first()
    return None if row is None else (row.place, row.decided_at)


async def count(connection: AsyncConnection, counts: Answered, now: Micros) -> None:
    """Adds what was answered within this minute; what is older than a day is let go of."""
    minute = now - now % MINUTE
    rows = [
        {"minute": minute, "path": path, "status": status, "count": number}
        for (path, status), number in counts.items()
    ]
    if rows:
        key = ("minute", "path", "status")
        await connection.execute(insert_or_add(connection, answers, key, "count"), rows)
        await connection.execute(delete(answers).where(answers.c.minute < now - _REMEMBERED))


async def refused(connection: AsyncConnection, now: Micros) -> list[Refused]:
    """What was refused within the last hour, by path and status."""
    lately_ = answers.c.minute > now - HOUR, answers.c.minute <= now + SET_BACK
    query = select(answers.c.path, answers.c.status, func.sum(answers.c.count)).where(*lately_)
    rows = (await connection.execute(query.group_by(answers.c.path, answers.c.status))).all()
    taken = {path for path, status, _ in rows if status < _WELL}
    told = [
        Refused(path, status, int(number), path not in taken)
        for path, status, number in rows
        if status >= _WELL
    ]
    return sorted(told)
