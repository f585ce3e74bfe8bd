"""People and raiders who write to a bridge, and what became of them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import SECOND, Act, Micros
from bridge.pot import Purse
from bridge.simulate.scenarios import make
from bridge.store.books import ledger
from bridge.store.books.journal import Arrival
from bridge.store.engine import tables
from bridge.store.engine.store import Store
from tests.support.events import Bridge, message

PASTE = "Bonjour c'est encore moi, tu ne réponds jamais et je trouve que ce n'est pas très poli"
OTHER_PASTE = "Une autre phrase, que tout le monde colle ce soir, sans en changer une seule lettre ni un mot"


def number(n: int) -> str:
    """Numbers as far apart as those of people are."""
    return f"+336{10_000_000 + n * 1_234_577 % 80_000_000}"


@cache
def ordinary() -> tuple[str, ...]:
    """Several hundred first texts of ordinary people, no two alike."""
    said = dict.fromkeys(one.text for one in make("quiet-busy", seed=5, scale=0.003).messages)
    return tuple(said)


def insults() -> Iterator[str]:
    """Short insults, no two alike."""
    for verb in ("ferme ta gueule", "ta gueule", "dégage", "casse toi", "va te faire voir"):
        for noun in ("connasse", "pétasse", "sale conne", "grosse conne", "sale idiote"):
            yield f"{verb} {noun}"


def paste(senders: Iterable[int], text: str = PASTE) -> list[tuple[int, str]]:
    """One text from several senders."""
    return [(n, text) for n in senders]


@dataclass(frozen=True)
class Scene:
    """A bridge that is written to, message by message, and looked at."""

    bridge: Bridge

    @property
    def store(self) -> Store:
        """Where it all is kept."""
        return self.bridge.store

    async def told(self, texts: Iterable[tuple[int, str]], pause: Micros = SECOND) -> None:
        """Messages, the first decided by itself, then two, four and so on.

        Where they are cut makes no difference to what is decided: `tests/heart/test_cuts.py` proves it.
        """
        coming, together = iter(texts), 1
        while some := list(islice(coming, together)):
            await self.bridge.hear([self._written(sender, text, pause) for sender, text in some])
            await self.bridge.fold()
            together *= 2

    def _written(self, sender: int, text: str, pause: Micros) -> Arrival:
        self.bridge.clock.pass_(pause)
        now = self.bridge.clock()
        return Arrival(message(text, address=number(sender), at=now), now)

    async def act(self, verb: str, target: str, *, length: Micros | None = None) -> None:
        """Something that the operator does at the machine."""
        now = self.bridge.clock()
        done = Act("command", f"{verb}:{target}:{now}", "operator", verb, target, now, length, member=True)
        await self.bridge.tell(done)
        await self.bridge.fold()

    async def rows(self, query: Select[Any]) -> list[Any]:
        """What a query finds."""

        async def work(connection: AsyncConnection) -> list[Any]:
            return list((await connection.execute(query)).all())

        return await self.store.read(work)

    async def sender(self, n: int) -> Any:
        """What is remembered of somebody."""
        mine = self.bridge.journal.sender("sms", number(n))
        (row,) = await self.rows(select(tables.senders).where(tables.senders.c.id == mine))
        return row

    async def replies(self, n: int | None = None) -> list[Any]:
        """The replies to somebody, or to all, in order of their messages."""
        query = select(tables.outbox).join(tables.events, tables.events.c.id == tables.outbox.c.event)
        if n is not None:
            query = query.where(tables.outbox.c.sender == self.bridge.journal.sender("sms", number(n)))
        return await self.rows(query.order_by(tables.events.c.seq))

    async def decisions(self, n: int | None = None) -> list[Any]:
        """What was decided about somebody's messages, or about all, in order."""
        query = select(tables.decisions).join(tables.events, tables.events.c.id == tables.decisions.c.event)
        if n is not None:
            query = query.where(tables.decisions.c.sender == self.bridge.journal.sender("sms", number(n)))
        return await self.rows(query.order_by(tables.events.c.seq))

    async def progress(self) -> Counter[str]:
        """How many replies have come how far."""
        return Counter(row.progress for row in await self.replies())

    async def raids(self) -> list[Any]:
        """The raids, oldest first."""
        return await self.rows(select(tables.raids).order_by(tables.raids.c.opened_at))

    async def stances(self) -> list[tuple[str, str]]:
        """Every change of posture with its reason."""
        found = await self.rows(select(tables.stances).order_by(tables.stances.c.seq))
        return [(row.posture, row.reason.code) for row in found]

    async def purse(self) -> Purse:
        """Where the money stands."""
        now = self.bridge.clock()
        return await self.store.read(lambda connection: ledger.load(connection, now))
