"""Where batches are cut makes no difference: in memory, on SQLite and on PostgreSQL, restarts included."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.changes import Changes
from bridge.heart.fold import fold
from bridge.model import HOUR, MINUTE, SECOND, Act, Contact, Event, Happening, Micros, Progress
from bridge.privacy.pseudonym import event_id, sender_id
from bridge.replay.acts import Targets
from bridge.replay.house import House, open_house
from bridge.store import tables
from bridge.store.journal import Arrival
from bridge.store.store import Store
from tests.support import sqlite
from tests.support.clock import NOON, TestClock
from tests.support.events import Bridge, keys, message, receipt, rules
from tests.support.raiding import OTHER_PASTE, PASTE, number

SOURCE = b"""
languages: [fr, en]
reply_once_per: 2h
hold: {min: 10m, max: 45m}
pot: {total: 3, per_hour: 1, per_day: 2, warn_at: [20%, 50%]}
replies:
  - id: first
    when: {first: true}
    say: {fr: ["Un mot.", "Deux mots."]}
  - id: again
    when: {repeat: true}
    say: {fr: ["Encore un mot.", "Un autre.", "Un dernier."]}
"""
TEXTS = (PASTE, PASTE, OTHER_PASTE, "salut", "ferme ta gueule connasse", "STOP", "start")
VERBS = (
    "mute",
    "unmute",
    "mute_all",
    "undo",
    "false_alarm",
    "reopen",
    "shield",
    "unshield",
    "pause",
    "resume",
)
WAITS: tuple[Micros, ...] = (SECOND, MINUTE, 10 * MINUTE, 48 * MINUTE, 3 * HOUR)

STEP = st.tuples(
    st.sampled_from(["message"] * 12 + ["act"] * 2 + ["contact", "receipt"]),
    st.integers(0, 9),
    st.integers(0, 69),
    st.sampled_from(WAITS[:2] * 4 + WAITS),
)
Step = tuple[str, int, int, Micros]

TWO_CLUSTERS: list[Step] = [
    *(("message", who, 0, SECOND) for who in range(6)),
    *(("message", 10 + who, 2, SECOND) for who in range(5)),
    ("message", 0, 2, 48 * MINUTE),
    ("message", 1, 3, 3 * HOUR),
    ("message", 0, 3, HOUR),
]
"""One sender falls into two clusters 48 minutes apart, was never answered, and writes again."""


@dataclass(frozen=True)
class Told:
    """What happened, each with its instant; and what came of it when folded in memory."""

    arrivals: Sequence[Arrival]
    outcome: Mapping[str, Any]


def told(steps: Sequence[Step]) -> Told:
    """Folds as it goes: an act may be about the raid that is on, or about an act before it."""
    house = open_house(rules(SOURCE), keys().choices, keys().senders)
    targets, at, arrivals, acts = Targets(house, keys().senders), NOON, list[Arrival](), [""]
    for place, (kind, who, what, wait) in enumerate(steps):
        at += wait
        happening = _happening(house, (kind, who, what, at), place, acts)
        arrivals.append(Arrival(happening, at))
        id_ = event_id(happening.channel, type(happening).__name__.lower(), happening.provider_id)
        event = Event(id_, sender_id(keys().senders, happening.channel, happening.address), at, happening)
        if isinstance(happening, Act):
            acts.append(id_)
            house.books.targets = {event.id: targets.resolve(happening)}
        house.greet(event.sender)
        fold(house.books, event, at)
        house.books.changes = Changes()
    return Told(arrivals, _outcome_of(house))


def _happening(house: House, step: Step, place: int, acts: Sequence[str]) -> Happening:
    kind, who, what, at = step
    if kind == "message":
        return message(TEXTS[what % len(TEXTS)], address=number(who), at=at, id_=f"SM{place}")
    if kind == "contact":
        return Contact("sms", f"contact {place}", number(who), at, open=bool(what % 2))
    if kind == "receipt":
        rows = list(house.books.outbox.values())
        reply = rows[what % len(rows)].reply.id if rows else None
        progress = (Progress.DELIVERED, Progress.FAILED, Progress.SENT)[what % 3]
        return receipt(f"SM{place}r", progress, reply=reply, at=at)
    verb = VERBS[what % len(VERBS)]
    raid = house.books.raid.id if house.books.raid else "0" * 8
    about = {"mute": number(who), "unmute": number(who), "undo": acts[-1]}
    channel = {"shield": "sms", "unshield": "sms", "pause": "sms", "resume": "sms"}
    target = about.get(verb) or channel.get(verb) or raid
    return Act("command", f"act {place}", "operator", verb, target, at, member=True)


def _outcome_of(house: House) -> Mapping[str, Any]:
    books = house.books
    rows = sorted(books.outbox.values(), key=lambda row: row.reply.id)
    return {
        "decisions": sorted(
            (one.event, one.verdict, one.action, one.rule, one.cost, one.decided_at, one.raid)
            for one in books.decisions.values()
        ),
        "outbox": [(row.reply.id, row.reply.text, row.progress, row.reply.due_at) for row in rows],
        "pot": (books.ledger.spent, books.ledger.reserved, books.ledger.inbound),
        "raids": sorted((one.id, one.opened_at, one.grown_at, one.ended_at) for one in books.raids.values()),
        "members": sorted(
            (*key, member) for key, cluster in books.clusters.items() for member in cluster.members
        ),
        "counts": sorted((*key, cluster.messages) for key, cluster in books.clusters.items()),
        "stances": [(one.posture, one.since, one.reason) for one in books.stances],
        "senders": sorted(
            (one.id, one.handle, one.messages, one.verdict, one.raid, one.muted_until, one.stopped_at)
            for one in books.senders.values()
            if one.messages
        ),
    }


async def _stored(connection: AsyncConnection) -> Mapping[str, Any]:
    async def rows(table: Any, *names: str) -> list[tuple[Any, ...]]:
        found = await connection.execute(select(*(table.c[name] for name in names)))
        return [tuple(row) for row in found.all()]

    (pot,) = await rows(tables.pot, "spent", "reserved", "inbound")
    who = ("id", "handle", "messages", "verdict", "raid", "muted_until", "stopped_at")
    stances = sorted(await rows(tables.stances, "seq", "posture", "since", "reason"))
    return {
        "decisions": sorted(
            await rows(tables.decisions, "event", "verdict", "action", "rule", "cost", "decided_at", "raid")
        ),
        "outbox": sorted(await rows(tables.outbox, "id", "text", "progress", "due_at")),
        "pot": pot,
        "raids": sorted(await rows(tables.raids, "id", "opened_at", "grown_at", "ended_at")),
        "members": sorted(await rows(tables.members, "raid", "kind", "key", "sender")),
        "counts": sorted(await rows(tables.clusters, "raid", "kind", "key", "messages")),
        "stances": [tuple(row[1:]) for row in stances],
        "senders": sorted(row for row in await rows(tables.senders, *who) if row[2]),
    }


async def folded(
    url: str, arrivals: Sequence[Arrival], cuts: Sequence[tuple[int, bool]]
) -> Mapping[str, Any]:
    """Everything journalled, then folded in batches of these sizes, forgetting before some of them."""
    store = Store(url)
    bridge = Bridge(store, TestClock(), SOURCE)
    await bridge._commit(list(arrivals))
    for size, forget in (*cuts, *[(50, False)] * len(arrivals)):
        if forget:
            bridge.folding.memory = None
        bridge.clock.now = max(bridge.clock.now, arrivals[-1].received_at if arrivals else 0)
        if not await bridge.folding._folded(size):
            break
    outcome = await store.read(_stored)
    await store.close()
    return outcome


CUTS = st.lists(st.tuples(st.integers(1, 40), st.just(value=False)), max_size=30)


@given(st.lists(STEP, max_size=60), CUTS)
@example(TWO_CLUSTERS, [])
@example(TWO_CLUSTERS, [(1, False)] * 20)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_journal_is_decided_alike_wherever_it_is_cut(
    steps: list[Step], cuts: list[tuple[int, bool]]
) -> None:
    happened = told(steps)
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite.migrated(Path(folder) / "cut.db")
        outcome = asyncio.run(folded(url, happened.arrivals, cuts))
    assert outcome == happened.outcome


@pytest.mark.parametrize("size", [1, 3, 7, 50])
def test_postgresql_decides_alike_wherever_it_is_cut(postgresql_url: str, size: int) -> None:
    happened = told(TWO_CLUSTERS)
    outcome = asyncio.run(folded(postgresql_url, happened.arrivals, [(size, False)] * len(TWO_CLUSTERS)))
    assert outcome == happened.outcome


def test_who_was_never_answered_is_told_so_after_two_clusters_and_a_restart() -> None:
    happened = told(TWO_CLUSTERS)
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite.migrated(Path(folder) / "cut.db")
        outcome = asyncio.run(folded(url, happened.arrivals, [(4, True)] * len(TWO_CLUSTERS)))
    assert outcome == happened.outcome
