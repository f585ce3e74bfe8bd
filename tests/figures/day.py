"""A day that was counted by hand: what happened in it, and what must be said of it.

A minute apart write five ordinary people. Two paste a text; with nobody else doing so, that is nothing yet.
A quarter of an hour later all seven are answered. Then twelve more paste the same, a minute apart: with the
second of them it is a raid. One of the twelve writes STOP; another pastes twice more; the team mutes a third.
Then two more ordinary people write, and one whose insult looks doubtful while a raid is on: their replies
are held.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.demo.script import BEGINS, Line
from bridge.model import DOUBTFUL, MINUTE, EventId, MicroEuros, Micros
from bridge.store.engine.store import Store
from bridge.store.engine.tables import outbox
from tests.support.clock import TestClock
from tests.support.events import Bridge
from tests.support.leaving import pass_
from tests.support.raiding import Scene, insults, number, ordinary, paste

PRICE: MicroEuros = 76_300
RECEIVING: MicroEuros = 7_500
RULES = b"""
languages: [fr]
hold: {min: 10m, max: 10m}
prices:
  sms: {in: 0.0075, out: {FR: 0.0763}}
pot: {total: 3300}
replies:
  - id: any
    say: {fr: ["Un mot.", "Deux mots.", "Trois mots.", "Quatre mots."]}
"""

EARLY, LATE = (30, 31), tuple(range(32, 44))
STOPS, PASTES_ON, MUTED = LATE[-1], LATE[0], LATE[3]
INSULTS = 90


@dataclass
class Counted:
    """The sums that somebody made with a pencil."""

    messages: int = 5 + 2 + 12 + 1 + 2 + 2 + 1
    senders: int = 5 + 2 + 12 + 2 + 1
    answered: int = 5 + 2
    held: int = 2 + 1
    silent: int = 12 + 1 + 2
    """The twelve, whose replies were kept back, the first's only once the second had shown that it is a
    raid; the STOP, and the two more pastes."""
    kept_back: int = 12 - 1 - 1
    """The twelve, but for who wrote STOP and who is muted: those a false alarm would release."""
    raid_messages: int = 2 + 12 + 1 + 2
    raid_senders: int = 2 + 12
    raid_answered: int = 2
    ordinary_before: int = 2 + 1
    """The two who were answered; and the first of the twelve, whose paste was the third only."""
    muted: int = 1
    spared: int = 12 - 1
    """Replies that were kept back: to the twelve, but not to who wrote STOP. Each once."""


@dataclass
class LivedDay:
    """The day, with what the script of a demo would know of it."""

    scene: Scene
    lines: dict[EventId, Line] = field(default_factory=dict)

    async def told(self, texts: Sequence[tuple[int, str]], *, hostile: bool, pause: Micros = MINUTE) -> None:
        """More messages."""
        before = len(await self.scene.decisions())
        await self.scene.told(texts, pause)
        decided = (await self.scene.decisions())[before:]
        for (sender, text), row in zip(texts, decided, strict=True):
            self.lines[EventId(row.event)] = Line(BEGINS, number(sender), text, hostile)


async def lived(store: Store) -> LivedDay:
    """The day as it stands when the last of them has written."""
    day = LivedDay(Scene(Bridge(store, TestClock(), RULES)))
    await day.told([*enumerate(ordinary()[:5])], hostile=False)
    await day.told(paste(EARLY), hostile=True)
    await pass_(day.scene.bridge, 15 * MINUTE)
    await day.told([*paste(LATE), (STOPS, "STOP"), *paste([PASTES_ON] * 2)], hostile=True)
    await day.scene.act("mute", (await day.scene.sender(MUTED)).handle)
    await day.told([*enumerate(ordinary()[5:7], start=5)], hostile=False)
    await day.told([(INSULTS, next(insults()))], hostile=True)
    await store.transact(doubt)
    return day


async def doubt(connection: AsyncConnection) -> None:
    """Their reply waits as a doubtful one: what makes a text doubtful is tested elsewhere."""
    newest = select(func.max(outbox.c.due_at)).scalar_subquery()
    await connection.execute(update(outbox).where(outbox.c.due_at == newest).values(rank=DOUBTFUL + 50))
