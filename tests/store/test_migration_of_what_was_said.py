"""Databases from before revision 0007: who was answered stays so, and who only seemed to be is answered."""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import column, select
from sqlalchemy import table as sa_table
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import DAY, HOUR, KEPT_BACK, MINUTE, Message, Micros, Progress
from bridge.noun import replace
from bridge.privacy.pseudonym import event_id
from bridge.responses.wording import wordings
from bridge.store.engine.migrate import migrate, upgrade
from bridge.store.engine.store import Store
from bridge.store.engine.tables import outbox
from tests.support.acting import act
from tests.support.clock import NOON, TestClock
from tests.support.events import Bridge, message, receipt, rules
from tests.support.raiding import number, ordinary

SOURCE = b"""
languages: [fr]
reply_once_per: 2h
hold: {min: 10m, max: 20m}
pot: {total: 100, per_hour: 50, per_day: 100}
replies:
  - id: again
    say: {fr: ["Un mot.", "Deux mots."]}
"""
ONE, TWO = wordings(rules(SOURCE).replies[0], "fr", "fr")
EITHER = {ONE.text, TWO.text}
NOTHING: set[str] = set()


@dataclass(frozen=True)
class Reply:
    """A reply as the old release left it, so long before noon; `said`: the sender's row spoke of it, too."""

    ago: Micros
    progress: str
    error: str | None = None
    message_id: str | None = None
    wording: str = ONE.digest
    name: str = "again"
    said: bool = True

    @property
    def due_at(self) -> Micros:
        return NOON - self.ago


@dataclass(frozen=True)
class Person:
    """Somebody of whom the old release remembered this; and what may be said when they write at noon."""

    replies: tuple[Reply, ...]
    may_be_told: set[str]
    withdrawn_ago: Micros | None = None
    raid: str | None = None


ADOPTED = "what only the provider remembers"

PEOPLE = {
    "was answered an hour ago": Person((Reply(HOUR, "delivered", message_id="SM1"),), NOTHING),
    "will be answered soon": Person((Reply(-10 * MINUTE, "held"),), NOTHING),
    "was perhaps answered": Person((Reply(HOUR, "in_doubt"),), NOTHING),
    "was answered in vain": Person((Reply(HOUR, "failed", "30003", "SM2"),), NOTHING),
    "was answered long ago": Person((Reply(3 * HOUR, "sent", message_id="SM3"),), {TWO.text}),
    "was told all there is": Person(
        (
            Reply(7 * HOUR, "delivered", message_id="SM4"),
            Reply(3 * HOUR, "sent", message_id="SM5", wording=TWO.digest),
        ),
        NOTHING,
    ),
    "was told one thing, and another was taken back": Person(
        (
            Reply(7 * HOUR, "delivered", message_id="SM6"),
            Reply(3 * HOUR, "cancelled", "cancelled", wording=TWO.digest),
        ),
        {TWO.text},
    ),
    "was refused by the provider": Person((Reply(HOUR, "failed", "21211"),), EITHER),
    "waited too long": Person((Reply(HOUR, "expired", "expired"),), EITHER),
    "said STOP in time, and START": Person((Reply(HOUR, "cancelled", "cancelled"),), EITHER),
    "fell into two clusters, and was judged again after the reply was due": Person(
        (Reply(HOUR, "cancelled", KEPT_BACK),), EITHER, withdrawn_ago=30 * MINUTE
    ),
    "was judged before the reply was due": Person(
        (Reply(HOUR, "cancelled", KEPT_BACK),), EITHER, withdrawn_ago=2 * HOUR
    ),
    "was freed by a false alarm that came too late": Person((Reply(HOUR, "cancelled", KEPT_BACK),), EITHER),
    "was withdrawn, answered, and only that was remembered": Person(
        (
            Reply(9 * HOUR, "cancelled", KEPT_BACK, said=False),
            Reply(3 * HOUR, "delivered", message_id="SM7"),
        ),
        {TWO.text},
    ),
    "asked what this is": Person(
        (Reply(HOUR, "sent", message_id="SM8", wording="", name="help", said=False),), EITHER
    ),
    "was answered before the restore": Person((Reply(HOUR, ADOPTED, message_id="SM9"),), NOTHING),
    "was answered long before the restore": Person((Reply(3 * HOUR, ADOPTED, message_id="SM10"),), EITHER),
    "was answered twice before the restore": Person(
        (Reply(8 * HOUR, ADOPTED, message_id="SM11"), Reply(HOUR, ADOPTED, message_id="SM12")), NOTHING
    ),
}

KEPT = Person((Reply(HOUR, "cancelled", KEPT_BACK),), NOTHING, withdrawn_ago=50 * MINUTE, raid="a1b2c3d4")
"""Takes part in a raid that is on, and waits for the team to say that it is none."""


class Past:
    """Writes a database of the old release."""

    def __init__(self, connection: AsyncConnection, bridge: Bridge) -> None:
        self._connection, self._bridge, self._place = connection, bridge, 0

    async def person(self, place: int, one: Person) -> None:
        """A sender who wrote once for each reply."""
        sender = self._bridge.journal.sender("sms", number(place))
        said = [
            ["", reply.message_id, reply.due_at]
            if reply.progress == ADOPTED
            else [reply.name, reply.wording, reply.due_at]
            for reply in one.replies
            if reply.said
        ]
        await self._row(
            "senders",
            id=sender,
            handle=f"old-handle-{place}",
            messages=1,
            first_at=NOON - DAY,
            said=json.dumps(said),
            raid=one.raid,
            verdict="raider" if one.raid else "ordinary",
            withdrawn_at=None if one.withdrawn_ago is None else NOON - one.withdrawn_ago,
        )
        for reply in one.replies:
            await (self._adopted if reply.progress == ADOPTED else self._reply)(sender, reply)

    async def raid(self, id_: str) -> None:
        await self._row("raids", id=id_, opened_at=NOON - HOUR, grown_at=NOON - MINUTE, grave=True)

    async def _reply(self, sender: str, reply: Reply) -> None:
        event = await self._event(sender, "message", reply)
        free = reply.name == "help"
        await self._row(
            "outbox",
            id=event,
            event=event,
            sender=sender,
            channel="sms",
            line="",
            name=reply.name,
            language="fr",
            text="",
            segments=1,
            price=0 if free else 76_300,
            due_at=reply.due_at,
            expires_at=reply.due_at + DAY,
            progress=reply.progress,
            message_id=reply.message_id,
            error=reply.error,
        )

    async def _adopted(self, sender: str, reply: Reply) -> None:
        await self._event(sender, "receipt", reply)

    async def _event(self, sender: str, kind: str, reply: Reply) -> str:
        self._place += 1
        event = f"{self._place:032}"
        await self._row(
            "events",
            id=event,
            channel="sms",
            kind=kind,
            sender=sender,
            received_at=reply.due_at,
            sealed=b"",
            place=self._place,
            digest=b"",
        )
        return event

    async def _row(self, table: str, **values: Any) -> None:
        """Not as the tables are now: a column may have gone since."""
        former = sa_table(table, *map(column, values))
        await self._connection.execute(former.insert().values(values))


@pytest.fixture
async def bridge(empty_database_url: str) -> AsyncIterator[Bridge]:
    """A bridge on an empty database."""
    store = Store(empty_database_url)
    yield Bridge(store, TestClock(), SOURCE)
    await store.close()


async def brought_up_to_date(bridge: Bridge, *people: Person, raid: str | None = None) -> None:
    """A database of the release before 0007, in which these people had written, and what it became."""

    async def work(connection: AsyncConnection) -> None:
        await connection.run_sync(upgrade, "0006")
        past = Past(connection, bridge)
        if raid is not None:
            await past.raid(raid)
        for place, one in enumerate(people):
            await past.person(place, one)

    await bridge.store.transact(work)
    await migrate(bridge.store)


async def written(bridge: Bridge, places: Iterable[int]) -> list[Message]:
    """Everybody writes once, each something else."""
    fresh = [message(ordinary()[place], address=number(place), at=bridge.clock()) for place in places]
    await bridge.tell(*fresh)
    await bridge.fold()
    return fresh


async def held(bridge: Bridge, fresh: Sequence[Message]) -> list[set[str]]:
    """What is about to be said to each message."""

    async def work(connection: AsyncConnection) -> list[set[str]]:
        ids = [event_id("sms", "message", one.provider_id) for one in fresh]
        query = select(outbox.c.event, outbox.c.text).where(outbox.c.progress == Progress.HELD)
        replies = {row.event: row.text for row in await connection.execute(query)}
        return [{replies[one]} if one in replies else set() for one in ids]

    return await bridge.store.read(work)


async def test_who_was_answered_is_so_and_who_was_not_is_answered_when_they_write_again(
    bridge: Bridge,
) -> None:
    await brought_up_to_date(bridge, *PEOPLE.values())
    told = await held(bridge, await written(bridge, range(len(PEOPLE))))
    wrong = {
        name: said
        for (name, one), said in zip(PEOPLE.items(), told, strict=True)
        if not said <= one.may_be_told or bool(said) != bool(one.may_be_told)
    }
    assert wrong == {}


async def test_what_only_the_provider_remembers_is_ours_when_it_tells_of_it_again(bridge: Bridge) -> None:
    """Or else the reply that is held by then would be withdrawn, and the old one counted twice."""
    await brought_up_to_date(bridge, PEOPLE["was answered long before the restore"])
    fresh = await written(bridge, [0])
    await bridge.tell(replace(receipt("SM10", Progress.DELIVERED), address=number(0)))
    await bridge.fold()
    (said,) = await held(bridge, fresh)
    assert said
    assert await bridge.store.read(_progresses) == ["delivered", "held"]


async def test_what_is_kept_back_still_waits_for_the_team_and_is_said_once(bridge: Bridge) -> None:
    await brought_up_to_date(bridge, KEPT, raid=KEPT.raid)
    assert await held(bridge, await written(bridge, [0])) == [NOTHING]
    await bridge.tell(act("false_alarm", str(KEPT.raid), bridge.clock(), "false alarm"))
    await bridge.fold()
    assert await bridge.store.read(_progresses) == ["held"]
    assert await held(bridge, await written(bridge, [0])) == [NOTHING]


async def _progresses(connection: AsyncConnection) -> list[str]:
    return sorted(await connection.scalars(select(outbox.c.progress)))
