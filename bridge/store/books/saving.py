"""Saves books: one statement a table, however much has changed, all of them in one go; inside the fold's
transaction."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import structlog
from sqlalchemy import Delete, Insert, Table, Update, and_, bindparam, delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.books import Books
from bridge.heart.changes import Changes
from bridge.heart.effects import Flag
from bridge.model import Decision, Delay, Done, EventId, Mute, OutboxRow, Page, Pause, Pick, Raid, Stance
from bridge.store.books import outbox as kept
from bridge.store.books import senders as people
from bridge.store.books.ledger import WARNED, putting_back
from bridge.store.engine.dialect import insert_new, insert_or_add, insert_or_replace
from bridge.store.engine.spelled import Put, Spelled, put_all
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


async def save(connection: AsyncConnection, books: Books) -> None:
    """Writes down what changed, and forgets that it did."""
    changes, books.changes = books.changes, Changes()
    await put_all(connection, _told(books, changes))


def _told(books: Books, changes: Changes) -> Iterator[Put]:
    """In the order of the tables' references."""
    # In one order everywhere: two transactions that lock senders the other way round would block each other.
    yield _remembering, [people.values_of(books.senders[one]) for one in sorted(changes.senders)]
    yield _adding(decisions), [_decision(one) for one in changes.decisions]
    yield _adding(threats), [_row(one) for one in changes.flags]
    yield from _outbox(books, changes)
    yield from _money(books, changes)
    yield from _raids(books, changes)
    yield _adding(stances), [_row(one) for one in changes.stances]
    yield _adding(acts), [_act(_row(one)) for one in changes.acts]
    yield from _mutes(changes)
    yield from _pauses(changes)
    yield from _picks(changes)
    yield from _delays(changes)
    yield from _phrase_rules(changes)
    yield from _lessons(changes)
    yield from _campaigns(changes)
    # Who is on it, and since when people are called; whether it is still so, others see.
    yield _turning, [_turn(one) for one in changes.pages]


@Spelled
def _remembering(_connection: AsyncConnection) -> Update:
    named: dict[str, Any] = {name: bindparam(name) for name in people.REMEMBERED}
    return update(senders).where(senders.c.id == bindparam("sender")).values(named)


def _outbox(books: Books, changes: Changes) -> Iterator[Put]:
    yield _adding(outbox), [kept.values_of(books.outbox[one]) for one in sorted(changes.new_replies)]
    yield _moved([books.outbox[one] for one in sorted(changes.replies - changes.new_replies)])


async def write(connection: AsyncConnection, moved: Sequence[OutboxRow]) -> None:
    """Writes down how far replies of the outbox have come."""
    await put_all(connection, [_moved(moved)])


def _moved(moved: Sequence[OutboxRow]) -> Put:
    for one in moved:
        if one.cost is not None and one.cost > one.reply.price:
            told = {"reply_id": one.reply.id, "booked": one.reply.price, "cost": one.cost}
            log.warning("a reply cost more than its worst case", **told)
    return _moving, [{f"to_{name}": value for name, value in kept.moving(one).items()} for one in moved]


@Spelled
def _moving(_connection: AsyncConnection) -> Update:
    named: dict[str, Any] = {name: bindparam(f"to_{name}") for name in kept.MOVING if name != "id"}
    return update(outbox).where(outbox.c.id == bindparam("to_id")).values(named)


def _money(books: Books, changes: Changes) -> Iterator[Put]:
    yield putting_back(books.ledger)
    yield _unwarning, [{"warned": f"{WARNED}%"}] if changes.warnings_reset else []
    steps = [{"name": f"{WARNED}{round(100 * step)}", "value": str(at)} for step, at in changes.warned]
    yield _noting(facts, "name"), steps


@Spelled
def _unwarning(_connection: AsyncConnection) -> Delete:
    return delete(facts).where(facts.c.name.like(bindparam("warned")))


def _raids(books: Books, changes: Changes) -> Iterator[Put]:
    yield _growing, [_raid(books.raids[one]) for one in sorted(changes.raids)]
    counts = sorted(changes.counts.items())
    yield _counting, [_cluster(key) | {"messages": count} for key, count in counts]
    joined = [_cluster(one) | {"sender": sender} for one, sender in sorted(changes.joined)]
    yield _noting(members, *_CLUSTER, "sender"), joined


_CLUSTER = ("raid", "kind", "key")
"""What tells a cluster."""


@Spelled
def _growing(connection: AsyncConnection) -> Insert:
    return insert_or_replace(connection, raids, ("id",), ("grown_at", "signs", "grave", "ended_at"))


@Spelled
def _counting(connection: AsyncConnection) -> Insert:
    return insert_or_add(connection, clusters, _CLUSTER, "messages")


def _mutes(changes: Changes) -> Iterator[Put]:
    """Who was answered again comes before who was muted: a rule mutes after the act that began a batch."""
    yield _ended(mutes, ("sender",), [((one,), act) for one, act in changes.unmuted], standing=True)
    yield _ended(mutes, ("act", "sender"), [((one.act, one.sender), act) for one, act in changes.taken_back])
    # A wide act that was cut off is done again from its begin: whom it has muted is muted by it already.
    yield _noting(mutes, "act", "sender"), [_row(one) for one in changes.mutes]


def _delays(changes: Changes) -> Iterator[Put]:
    yield _noting(delays, "act", "reply"), [_row(one) for one in changes.delays]  # as above
    yield _ended(delays, ("act", "reply"), [((one.act, one.reply), act) for one, act in changes.hastened])


def _phrase_rules(changes: Changes) -> Iterator[Put]:
    rows = [{"act": one.act, "does": one.does, "until": one.until} for one in changes.phrase_rules]
    yield _adding(phrase_rules), rows
    yield _ended(phrase_rules, ("act",), [((one.rule,), one.act) for one in changes.ended_rules])


def _picks(changes: Changes) -> Iterator[Put]:
    yield _adding(picks), [_row(one) for one in changes.picks]
    yield _ended(picks, ("act", "reply"), [((one.act, one.reply), act) for one, act in changes.unpicked])


def _pauses(changes: Changes) -> Iterator[Put]:
    yield _ended(pauses, ("channel",), [((one,), act) for one, act in changes.ended_pauses], standing=True)
    yield _adding(pauses), [_row(one) for one in changes.pauses]


def _lessons(changes: Changes) -> Iterator[Put]:
    rows = [
        {"id": one.lesson.id, "act": one.act, "label": one.lesson.label, "reason": one.reason}
        for one in changes.lessons
    ]
    yield _adding(lessons), rows
    texts = [{"lesson": one.lesson.id, "event": event} for one in changes.lessons for event in one.texts]
    yield _adding(taught), texts
    yield _ended(lessons, ("id",), [((one.lesson,), one.act) for one in changes.unlearned])


def _campaigns(changes: Changes) -> Iterator[Put]:
    rows = [
        {"act": one.act, "name": one.heard.campaign.name, "since": one.heard.since, "until": one.heard.until}
        for one in changes.heeded
    ]
    yield _adding(campaigns), rows
    ended = [((one.campaign,), one.act) for one in changes.unheeded]
    yield _ended(campaigns, ("name",), ended, standing=True)


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
    return {name: getattr(one, name) for name in type(one).__struct_fields__}


def _act(row: dict[str, Any]) -> dict[str, Any]:
    row["event"] = row.pop("act")
    return row


def _cluster(key: tuple[str, str, str]) -> dict[str, Any]:
    raid, kind, name = key
    return {"raid": raid, "kind": kind, "key": name}


def _ended(
    table: Table,
    key: tuple[str, ...],
    ended: Iterable[tuple[tuple[str, ...], EventId]],
    *,
    standing: bool = False,
) -> Put:
    """By which act rows were ended, each found by its key. `standing`: whatever no act has ended yet."""
    rows = [{f"its_{n}": one for n, one in zip(key, it, strict=True)} | {"by_act": act} for it, act in ended]
    return _ending(table, key, standing=standing), rows


@cache
def _ending(table: Table, key: tuple[str, ...], *, standing: bool) -> Spelled:
    its = [table.c[name] == bindparam(f"its_{name}") for name in key]
    which = [*its, table.c.ended_by.is_(None)] if standing else its
    return Spelled(lambda _connection: update(table).where(*which).values(ended_by=bindparam("by_act")))


@cache
def _adding(table: Table) -> Spelled:
    return Spelled(lambda _connection: table.insert().inline())


@cache
def _noting(table: Table, *key: str) -> Spelled:
    """Leaves rows alone that are there already."""
    return Spelled(lambda connection: insert_new(connection, table, *key))
