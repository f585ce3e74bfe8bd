"""Raids as they are kept: clusters, members, verdicts, postures. Inside the caller's transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from itertools import accumulate

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.effects import EndRaid, Gather, Judge
from bridge.model import EventId, Micros, Posture, Progress, Raid, Reply, SenderId, Stance, Verdict
from bridge.store import ledger
from bridge.store import outbox as replies
from bridge.store.dialect import insert_new
from bridge.store.tables import clusters, members, outbox, raids, senders, stances

_KEY = ("raid", "kind", "key")
"""What tells clusters apart."""

WITHDRAWN = "raid"
"""The error of a reply that was withdrawn because of a raid: a false alarm holds it again."""


async def newest(connection: AsyncConnection) -> Raid | None:
    """The newest raid."""
    row = (await connection.execute(select(raids).order_by(raids.c.opened_at.desc()).limit(1))).first()
    return raid(row) if row else None


async def called(connection: AsyncConnection, id_: str) -> Raid | None:
    """The raid with that id."""
    row = (await connection.execute(select(raids).where(raids.c.id == id_))).first()
    return raid(row) if row else None


async def stance(connection: AsyncConnection) -> Stance | None:
    """The newest change of posture."""
    row = (await connection.execute(select(stances).order_by(stances.c.seq.desc()).limit(1))).first()
    return changed(row) if row else None


async def stances_since(connection: AsyncConnection, since: Micros) -> list[Stance]:
    """Every change of posture after an instant, oldest first."""
    query = select(stances).where(stances.c.since > since).order_by(stances.c.seq)
    return [changed(row) for row in await connection.execute(query)]


async def members_of(connection: AsyncConnection, raid: str) -> tuple[SenderId, ...]:
    """Everyone who takes part in a raid."""
    query = select(members.c.sender).where(members.c.raid == raid).distinct().order_by(members.c.sender)
    return tuple(SenderId(sender) for sender in await connection.scalars(query))


async def gather(connection: AsyncConnection, gathers: Sequence[Gather]) -> None:
    """Counts messages into clusters of raids. In a raid a batch adds to the same few again and again:
    each raid is written as it was last, each cluster once.
    """
    for grown in {one.raid.id: one.raid for one in gathers}.values():
        await _write(connection, grown)
    counts: Counter[tuple[str, str, str]] = Counter()
    joining: set[tuple[str, str, str, SenderId]] = set()
    for one in gathers:
        key: tuple[str, str, str] = (one.raid.id, one.kind, one.key)
        counts[key] += one.messages
        joining.update((*key, member) for member in one.members)
    for key, messages in counts.items():
        await _count(connection, key, messages)
    await _join(connection, sorted(joining))


async def _count(connection: AsyncConnection, key: tuple[str, str, str], messages: int) -> None:
    named = dict(zip(_KEY, key, strict=True))
    this = [clusters.c[name] == value for name, value in named.items()]
    more = update(clusters).where(*this).values(messages=clusters.c.messages + messages)
    if not (await connection.execute(more)).rowcount:
        await connection.execute(clusters.insert().values(**named, messages=messages))


async def judge(connection: AsyncConnection, effect: Judge) -> None:
    """Remembers a verdict of many; withdraws what is still held for them."""
    verdict = {"verdict": Verdict.RAIDER, "raid": effect.raid, "reasons": list(effect.reasons)}
    these = senders.c.id.in_(effect.senders)
    await connection.execute(update(senders).where(these).values(**verdict, withdrawn_at=effect.at))
    await _withdraw(connection, effect.senders, effect.at)


async def withhold(connection: AsyncConnection, withheld: Sequence[Reply], now: Micros) -> None:
    """Writes replies down that are not sent, and cost nothing."""
    rows = [
        {name: getattr(reply, name) for name in Reply.__slots__}
        | {"progress": Progress.CANCELLED, "settled_at": now, "error": WITHDRAWN}
        for reply in withheld
    ]
    if rows:
        await connection.execute(outbox.insert(), rows)


async def end(connection: AsyncConnection, effect: EndRaid) -> None:
    """A false alarm: its senders are ordinary again, and what is still timely is held once more."""
    await connection.execute(update(raids).where(raids.c.id == effect.raid).values(ended_at=effect.at))
    ordinary: dict[str, object] = {"verdict": Verdict.ORDINARY, "reasons": []}
    await connection.execute(update(senders).where(senders.c.raid == effect.raid).values(**ordinary))
    released = await _release(connection, effect)
    # What was not released was never said to anybody: whoever writes again is answered.
    await connection.execute(update(senders).where(senders.c.id.in_(released)).values(withdrawn_at=None))


async def reopen(connection: AsyncConnection, raid: str, now: Micros) -> None:
    """A false alarm that was none: its senders are raiders after all."""
    await connection.execute(update(raids).where(raids.c.id == raid).values(ended_at=None, grown_at=now))
    theirs = senders.c.raid == raid
    raider = {"verdict": Verdict.RAIDER, "withdrawn_at": now}
    await connection.execute(update(senders).where(theirs).values(**raider))
    who = tuple(SenderId(one) for one in await connection.scalars(select(senders.c.id).where(theirs)))
    await _withdraw(connection, who, now)


async def pose(connection: AsyncConnection, change: Stance) -> None:
    """Writes a change of posture down."""
    await connection.execute(stances.insert().values(**asdict(change)))


async def _write(connection: AsyncConnection, grown: Raid) -> None:
    row = asdict(grown) | {"signs": [list(sign) for sign in grown.signs]}
    await connection.execute(insert_new(connection, raids, "id"), row)
    changing = {name: row[name] for name in ("grown_at", "signs", "grave")}
    await connection.execute(update(raids).where(raids.c.id == grown.id).values(**changing))


async def _join(connection: AsyncConnection, joining: Sequence[tuple[str, str, str, SenderId]]) -> None:
    rows = [dict(zip((*_KEY, "sender"), one, strict=True)) for one in joining]
    if rows:
        await connection.execute(insert_new(connection, members, *_KEY, "sender"), rows)


async def _withdraw(connection: AsyncConnection, of: Sequence[SenderId], now: Micros) -> None:
    held = outbox.c.sender.in_(of), outbox.c.progress == Progress.HELD
    await replies.withdraw(connection, held, now, WITHDRAWN)


async def _release(connection: AsyncConnection, effect: EndRaid) -> list[str]:
    """Holds withdrawn replies again, oldest first, as far as the money goes; returns whose."""
    query = (
        select(outbox.c.id, outbox.c.sender, outbox.c.price, outbox.c.due_at)
        .join(senders, senders.c.id == outbox.c.sender)
        .where(senders.c.raid == effect.raid, outbox.c.error == WITHDRAWN)
        .where(outbox.c.progress == Progress.CANCELLED, outbox.c.expires_at > effect.at)
        .where((senders.c.muted_until.is_(None)) | (senders.c.muted_until <= effect.at))
        .where(senders.c.stopped_at.is_(None))
        .order_by(outbox.c.due_at)
    )
    rows = (await connection.execute(query)).all()
    totals, released = accumulate(row.price for row in rows), []
    for row, total in zip(rows, totals, strict=True):
        if row.price and total > effect.affordable:
            continue
        held = {"progress": Progress.HELD, "due_at": max(row.due_at, effect.at), "error": None}
        await connection.execute(update(outbox).where(outbox.c.id == row.id).values(**held, settled_at=None))
        await ledger.move(connection, reserved=row.price)
        released.append(row.sender)
    return released


def raid(row: Row[tuple[object, ...]]) -> Raid:
    """A raid as it is kept."""
    signs = tuple((kind, reason) for kind, reason in row.signs)
    return Raid(row.id, row.opened_at, row.grown_at, signs, row.grave, row.ended_at)


def changed(row: Row[tuple[object, ...]]) -> Stance:
    """A change of posture as it is kept."""
    act = EventId(row.act) if row.act else None
    return Stance(Posture(row.posture), row.since, row.reason, row.until, act)
