"""Counts and sums for `status` and for metrics; looks, changes nothing."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import DAY, SECOND, MicroEuros, Micros, Posture, Progress
from bridge.noun import Noun, field
from bridge.raid.posture import posture
from bridge.reasons import Why
from bridge.store.books import ledger
from bridge.store.books import raids as kept
from bridge.store.engine.tables import IS_CALL, decisions, events, outbox
from bridge.store.looks import team
from bridge.store.looks.waiting import waiting
from bridge.views import Rehearsed, Waiting


class RaidCount(Noun):
    """How large a raid is, and what it has spared the pot: `bridge.store.looks.raids` counts."""

    id: str
    name: str
    """What people call it, in English."""
    open: bool
    messages: int
    senders: int
    saved: MicroEuros
    """What the same rules would have paid beyond, without detector and team."""
    calls: int = 0
    """How many of the messages were calls."""
    false_alarm: bool = False
    """The team called it one."""


class Lag(Noun):
    """How far the fold is behind."""

    events: int = 0
    """Those that wait for a decision."""
    since: Micros | None = None
    """When the oldest of them reached us."""

    def seconds(self, now: Micros) -> float:
        """For how long the oldest has waited."""
        return 0.0 if self.since is None else max(0, now - self.since) / SECOND


class Overview(Noun):
    """Where things stand; money in micro-euros."""

    replies: dict[Progress, int] = field(default_factory=dict)
    spent: MicroEuros = 0
    reserved: MicroEuros = 0
    """What replies that are being handed over may cost."""
    waiting: Waiting | None = None
    """What waits for money."""
    inbound: MicroEuros = 0
    total: MicroEuros | None = None
    """Set by hand: counts above the rules file."""
    open_until: Micros | None = None
    """Until when an admin opened the day, while it is open."""
    lag: Lag = Lag()
    mutes: int = 0
    paused: tuple[str, ...] = ()
    """The channels that the team keeps silent."""
    raids: tuple[RaidCount, ...] = ()
    """The newest raids, newest first, where somebody asked for them."""
    older_raids: int = 0
    """How many there were before those."""
    erased: int = 0
    """How many people were forgotten; where it was asked."""
    overdue: int = 0
    """How many should have been by now; where it was asked."""
    rehearsed: Rehearsed = field(default_factory=Rehearsed)
    """What a dry run has held back today; where it was asked."""
    calls: int = 0
    """How often somebody rang in the last 24 hours."""
    posture: Posture = Posture.CALM
    """As the detector and the team have it, pauses apart."""


async def overview(connection: AsyncConnection, now: Micros) -> Overview:
    """Counts replies by progress, and sums what was spent, what may be, and what receiving cost."""
    by_progress = select(outbox.c.progress, func.count()).group_by(outbox.c.progress)
    rows = (await connection.execute(by_progress)).all()
    purse = await ledger.load(connection, now)
    return Overview(
        replies={Progress(progress): count for progress, count in rows},
        spent=purse.spent,
        reserved=purse.reserved,
        waiting=await waiting(connection, now),
        inbound=purse.inbound,
        total=purse.total,
        open_until=purse.opened_until,
        lag=await lag(connection),
        mutes=len(await team.standing_mutes(connection, now)),
        paused=tuple(await team.load_pauses(connection, now)),
        calls=await _calls(connection, now - DAY),
        posture=await standing_posture(connection, now),
    )


async def _calls(connection: AsyncConnection, since: Micros) -> int:
    """Their index holds nothing but calls."""
    rang = select(func.count()).select_from(decisions).where(IS_CALL, decisions.c.decided_at > since)
    return await connection.scalar(rang) or 0


async def lag(connection: AsyncConnection) -> Lag:
    """How far the fold is behind; its index holds nothing but what waits."""
    return Lag(await connection.scalar(_UNFOLDED) or 0, await connection.scalar(_OLDEST))


_WAITS = events.c.place.is_(None)
_OLDEST = select(events.c.received_at).where(_WAITS).order_by(events.c.seq).limit(1)
_UNFOLDED = select(func.count()).select_from(events).where(_WAITS)


async def standing_posture(connection: AsyncConnection, now: Micros) -> Posture:
    """The posture as far as stored times tell."""
    return posture(await kept.stance(connection), await kept.newest(connection), now)


async def aside(connection: AsyncConnection, begin: Micros) -> int:
    """Messages since `begin` that an error of ours kept from being decided."""
    failed = decisions.c.decided_at >= begin, decisions.c.why == Why.OUR_ERROR
    return await connection.scalar(select(func.count()).where(*failed)) or 0
