"""The operator at the machine: the same acts as the team's, on a running service or on none."""

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bridge.clock import iso
from bridge.errors import StoreUnusable
from bridge.model import Act, Micros
from bridge.moderation.grammar import LONGEST_REASON, plain
from bridge.moderation.roles import OPERATOR
from bridge.ports import Clock
from bridge.privacy.secret import derive_keys
from bridge.responses import read
from bridge.service.exclusive import FileLock, open_once
from bridge.service.house import decided
from bridge.service.pipeline import Pipeline
from bridge.service.prepare import prepare
from bridge.settings import Settings
from bridge.store import lessons, team
from bridge.store.dialect import database_file
from bridge.store.journal import Arrival
from bridge.store.store import Store

_MOST_BATCHES = 10_000
_LONGEST_WORD = 32
_LONGEST_TARGET = 96


def operator_act(asked: Mapping[str, Any], now: Micros) -> Act:
    """An act as the command line asks for it; whoever can open the database may do everything.

    What could not be stored is cleaned and cut to size, so that whoever asked hears what became of it.
    """
    return Act(
        channel=OPERATOR,
        provider_id=uuid.uuid4().hex,
        actor="operator",
        verb=plain(str(asked["verb"]))[:_LONGEST_WORD],
        target=plain(str(asked.get("target", ""))).strip()[:_LONGEST_TARGET],
        at=now,
        length=asked.get("length"),
        reason=" ".join(plain(str(asked.get("reason", ""))).split())[:LONGEST_REASON],
        member=True,
    )


async def listed_mutes(store: Store, now: Micros) -> list[dict[str, str]]:
    """The mutes in force, as `rempart mutes --json` promises them."""
    standing = await store.read(lambda connection: team.standing_mutes(connection, now))
    return [
        {"sender": mute.handle, "until": iso(mute.until), "by": mute.by, "reason": mute.reason}
        for mute in standing
    ]


async def listed_lessons(store: Store) -> list[dict[str, Any]]:
    """Every lesson, the newest first, as `rempart lessons --json` promises them."""
    return [
        {
            "lesson": one.id,
            "label": one.label,
            "about": one.about,
            "texts": one.texts,
            "by": one.by,
            "at": iso(one.at),
            "reason": one.reason,
            "undone_by": one.undone_by,
            "undone_at": iso(one.undone_at) if one.undone_at is not None else None,
        }
        for one in await store.read(lessons.listed)
    ]


@asynccontextmanager
async def own_database(settings: Settings, clock: Clock) -> AsyncIterator[Store]:
    """The database, opened by the command itself because no service runs on it."""
    store = Store(settings.database_url)
    database = database_file(store.url)
    lock = FileLock(database) if database else None
    try:
        if database:
            open_once(database)
        await prepare(store, derive_keys(settings.secret_value()).recognition, clock)
        yield store
    finally:
        await store.close()
        if lock:
            lock.release()


async def act_alone(settings: Settings, clock: Clock, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Journals an act and folds up to it. Another process may be folding: then its decision is awaited."""
    async with own_database(settings, clock) as store:
        pipeline = Pipeline(store, derive_keys(settings.secret_value()), clock, read(settings.responses))
        act = operator_act(asked, clock())
        await pipeline.commit([Arrival(act, clock())])
        for _ in range(_MOST_BATCHES):
            if not await pipeline.folding.batch():
                break
        else:
            raise StoreUnusable("Too much waits to be decided: start the service, and try again.")
        outcome, told = await decided(store, act)
        return {"outcome": outcome, "told": told}
