"""Saves books: one statement a table, however much has changed; inside the fold's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import structlog
from sqlalchemy import Insert, Table, Update, and_, bindparam, delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.books import Books
from bridge.heart.changes import Changes
from bridge.heart.effects import Flag
from bridge.model import Decision, Delay, Done, EventId, Mute, OutboxRow, Page, Pause, Pick, Raid, Stance
from bridge.store.books import outbox as kept
from bridge.store.books import senders as people
from bridge.store.books.ledger import WARNED, put_back
from bridge.store.engine.dialect import insert_new, insert_or_add, insert_or_replace
from bridge.store.engine.spelled import Spelled
from bridge.store.engine.tables import (
    acts,
    campaigns,
    clusters,
    decisions,
    delays,
    facts,
    lessons,
    members,
    mutes,
    outbox,
    pages,
    pauses,
    phrase_rules,
    picks,
    raids,
    senders,
    stances,
    taught,
    threats,
)

log = structlog.get_logger("rempart.outbox")

Rows = Sequence[Mapping[str, Any]]


async def save(connection: AsyncConnection, books: Books) -> None:
    """Writes down what changed, and forgets that it did. The order is that of the tables' references."""
    changes, books.changes = books.changes, Changes()
    await _senders(connection, books, changes)
    await _insert(connection, decisions, [_decision(one) for one in changes.decisions])
    await _insert(connection, threats, [_row(one) for one in changes.flags])
    await _outbox(connection, books, changes)
    await _money(connection, books, changes)
    await _raids(connection, books, changes)
    await _insert(connection, stances, [_row(one) for one in changes.stances])
    await _insert(connection, acts, [_act(_row(one)) for one in changes.acts])
    await _mutes(connection, changes)
    await _pauses(connection, changes)
    await _picks(connection, changes)
    await _delays(connection, changes)
    await _phrase_rules(connection, changes)
    await _lessons(connection, changes)
    await _campaigns(connection, changes)
    await _pages(connection, changes)


async def _senders(connection: AsyncConnection, books: Books, changes: Changes) -> None:
    # In one order everywhere: two transactions that lock senders the other way round would block each other.
    rows = [people.values_of(books.senders[one]) for one in sorted(changes.senders)]
    await _remembering.put(connection, rows)


@Spelled
def _remembering(_connection: AsyncConnection) -> Update:
    named: dict[str, Any] = {name: bindparam(name) for name in people.REMEMBERED}
    return update(senders).where(senders.c.id == bindparam("sender")).values(named)


async def _outbox(connection: AsyncConnection, books: Books, changes: Changes) -> None:
    fresh = [kept.values_of(books.outbox[one]) for one in sorted(changes.new_replies)]
    await _insert(connection, outbox, fresh)
    await write(connection, [books.outbox[one] for one in sorted(changes.replies - changes.new_replies)])


async def write(connection: AsyncConnection, moved: Sequence[OutboxRow]) -> None:
    """Writes down how far replies of the outbox have come."""
    for one in moved:
        if one.cost is not None and one.cost > one.reply.price:
            told = {"reply_id": one.reply.id, "booked": one.reply.price, "cost": one.cost}
            log.warning("a reply cost more than its worst case", **told)
    rows = [{f"to_{name}": value for name, value in kept.moving(one).items()} for one in moved]
    await _moving.put(connection, rows)


@Spelled
def _moving(_connection: AsyncConnection) -> Update:
    named: dict[str, Any] = {name: bindparam(f"to_{name}") for name in kept.MOVING if name != "id"}
    return update(outbox).where(outbox.c.id == bindparam("to_id")).values(named)


async def _money(connection: AsyncConnection, books: Books, changes: Changes) -> None:
    await put_back(connection, books.ledger)
    if changes.warnings_reset:
        await connection.execute(delete(facts).where(facts.c.name.startswith(WARNED)))
    steps = [{"name": f"{WARNED}{round(100 * step)}", "value": str(at)} for step, at in changes.warned]
    await _noting(facts, "name").put(connection, steps)


async def _raids(connection: AsyncConnection, books: Books, changes: Changes) -> None:
    rows = [_raid(books.raids[one]) for one in sorted(changes.raids)]
    await _growing.put(connection, rows)
    counts = [_cluster(key) | {"messages": count} for key, count in sorted(changes.counts.items())]
    await _counting.put(connection, counts)
    joined = [_cluster(one) | {"sender": sender} for one, sender in sorted(changes.joined)]
    await _noting(members, *_CLUSTER, "sender").put(connection, joined)


_CLUSTER = ("raid", "kind", "key")
"""What tells a cluster."""


@Spelled
def _growing(connection: AsyncConnection) -> Insert:
    return insert_or_replace(connection, raids, ("id",), ("grown_at", "signs", "grave", "ended_at"))


@Spelled
def _counting(connection: AsyncConnection) -> Insert:
    return insert_or_add(connection, clusters, _CLUSTER, "messages")


async def _mutes(connection: AsyncConnection, changes: Changes) -> None:
    """Who was answered again comes before who was muted: a rule mutes after the act that began a batch."""
    await _end_standing(connection, mutes, "sender", changes.unmuted)
    taken_back = [((one.act, one.sender), act) for one, act in changes.taken_back]
    await _end(connection, mutes, ("act", "sender"), taken_back)
    # A wide act that was cut off is done again from its begin: whom it has muted is muted by it already.
    rows = [_row(one) for one in changes.mutes]
    await _noting(mutes, "act", "sender").put(connection, rows)


async def _delays(connection: AsyncConnection, changes: Changes) -> None:
    rows = [_row(one) for one in changes.delays]
    await _noting(delays, "act", "reply").put(connection, rows)  # as above
    hastened = [((one.act, one.reply), act) for one, act in changes.hastened]
    await _end(connection, delays, ("act", "reply"), hastened)


async def _phrase_rules(connection: AsyncConnection, changes: Changes) -> None:
    rows = [{"act": one.act, "does": one.does, "until": one.until} for one in changes.phrase_rules]
    await _insert(connection, phrase_rules, rows)
    await _end(connection, phrase_rules, ("act",), [((one.rule,), one.act) for one in changes.ended_rules])


async def _picks(connection: AsyncConnection, changes: Changes) -> None:
    await _insert(connection, picks, [_row(one) for one in changes.picks])
    unpicked = [((one.act, one.reply), act) for one, act in changes.unpicked]
    await _end(connection, picks, ("act", "reply"), unpicked)


async def _pauses(connection: AsyncConnection, changes: Changes) -> None:
    await _end_standing(connection, pauses, "channel", changes.ended_pauses)
    await _insert(connection, pauses, [_row(one) for one in changes.pauses])


async def _lessons(connection: AsyncConnection, changes: Changes) -> None:
    rows = [
        {"id": one.lesson.id, "act": one.act, "label": one.lesson.label, "reason": one.reason}
        for one in changes.lessons
    ]
    await _insert(connection, lessons, rows)
    texts = [{"lesson": one.lesson.id, "event": event} for one in changes.lessons for event in one.texts]
    await _insert(connection, taught, texts)
    await _end(connection, lessons, ("id",), [((one.lesson,), one.act) for one in changes.unlearned])


async def _campaigns(connection: AsyncConnection, changes: Changes) -> None:
    rows = [
        {"act": one.act, "name": one.heard.campaign.name, "since": one.heard.since, "until": one.heard.until}
        for one in changes.heeded
    ]
    await _insert(connection, campaigns, rows)
    await _end_standing(connection, campaigns, "name", [(one.campaign, one.act) for one in changes.unheeded])


async def _pages(connection: AsyncConnection, changes: Changes) -> None:
    """Who is on it, and since when people are called; whether it is still so, others see."""
    await _turning.put(connection, [_turn(one) for one in changes.pages])


_TURNED = ("called_at", "taken_by", "taken_at", "act")


@Spelled
def _turning(_connection: AsyncConnection) -> Update:
    this = and_(pages.c.key == bindparam("about"), pages.c.since == bindparam("begun"))
    named: dict[str, Any] = {name: bindparam(f"to_{name}") for name in _TURNED}
    return update(pages).where(this).values(named)


def _turn(one: Page) -> dict[str, Any]:
    turned = {f"to_{name}": getattr(one, name) for name in _TURNED}
    return {"about": one.key, "begun": one.since, **turned}


def _decision(one: Decision) -> dict[str, Any]:
    return _row(one) | {"why": one.reasons[0].code if one.reasons else None}


def _raid(one: Raid) -> dict[str, Any]:
    return _row(one) | {"signs": [[kind, reason.plain()] for kind, reason in one.signs]}


def _row(one: Decision | Delay | Stance | Done | Flag | Mute | Pause | Pick | Raid) -> dict[str, Any]:
    return {name: getattr(one, name) for name in type(one).__slots__}


def _act(row: dict[str, Any]) -> dict[str, Any]:
    row["event"] = row.pop("act")
    return row


def _cluster(key: tuple[str, str, str]) -> dict[str, Any]:
    raid, kind, name = key
    return {"raid": raid, "kind": kind, "key": name}


async def _end_standing(
    connection: AsyncConnection, table: Table, name: str, ended: Sequence[tuple[str, EventId]]
) -> None:
    """Ends whatever no act has ended yet, by one column; each with the act that ends it."""
    await _end(connection, table, (name,), [((one,), act) for one, act in ended], standing=True)


async def _end(
    connection: AsyncConnection,
    table: Table,
    key: tuple[str, ...],
    ended: Iterable[tuple[tuple[str, ...], EventId]],
    *,
    standing: bool = False,
) -> None:
    """Writes down by which act rows were ended, each found by its key."""
    rows = [{f"its_{n}": one for n, one in zip(key, it, strict=True)} | {"by_act": act} for it, act in ended]
    await _ending(table, key, standing=standing).put(connection, rows)


@cache
def _ending(table: Table, key: tuple[str, ...], *, standing: bool) -> Spelled:
    its = [table.c[name] == bindparam(f"its_{name}") for name in key]
    which = [*its, table.c.ended_by.is_(None)] if standing else its
    return Spelled(lambda _connection: update(table).where(*which).values(ended_by=bindparam("by_act")))


async def _insert(connection: AsyncConnection, table: Table, rows: Rows) -> None:
    await _adding(table).put(connection, rows)


@cache
def _adding(table: Table) -> Spelled:
    return Spelled(lambda _connection: table.insert().inline())


@cache
def _noting(table: Table, *key: str) -> Spelled:
    """Leaves rows alone that are there already."""
    return Spelled(lambda connection: insert_new(connection, table, *key))
