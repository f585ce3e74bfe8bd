"""However many an act or a list is about: nothing is too long, and nobody else waits until all is done."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.explaining.lookup import judgements, messages_named
from bridge.explaining.stories import stories_of
from bridge.heart.books import Books
from bridge.heart.shares import SHARE
from bridge.model import HOUR, Event, EventId, Progress, SenderId
from bridge.store.books import Shelf, lessons
from bridge.store.books import senders as people
from bridge.store.books.sending import claim
from bridge.store.engine.store import Store
from bridge.store.engine.tables import mutes, outbox, senders
from bridge.store.looks.team import outcome
from tests.store.test_statements import counted
from tests.support.acting import act, act_id
from tests.support.clock import NOON, TestClock
from tests.support.crowd import RAID, crowd
from tests.support.events import RULES, Bridge, message, receipt, rules

MANY = 40_000
"""More than PostgreSQL (32,767) or SQLite (32,766) take parameters."""

WIDE = 2 * SHARE + 7
"""Three steps of an act."""

SHORT = RULES + b"pot: {total: 0.35}\n"


@pytest.fixture
def bridge(store: Store) -> Bridge:
    return Bridge(store, TestClock())


async def scalar(store: Store, query: Any) -> Any:
    return await store.read(lambda connection: connection.scalar(query))


async def done(bridge: Bridge, verb: str, target: str = RAID) -> int:
    """The team does it; returns how many it was about."""
    await bridge.tell(act(verb, target, bridge.clock(), f"{verb} {target}"))
    await bridge.fold()
    told = await bridge.store.read(lambda connection: outcome(connection, act_id(f"{verb} {target}")))
    assert told is not None
    assert told[0] == "done"
    return int(dict(told[1].data)["count"])


async def muted(bridge: Bridge) -> int:
    query = select(func.count()).where(senders.c.muted_until > bridge.clock())
    standing = select(func.count()).where(mutes.c.ended_by.is_(None))
    count, listed = await scalar(bridge.store, query), await scalar(bridge.store, standing)
    assert count == listed
    return int(count)


async def held(bridge: Bridge) -> int:
    return int(await scalar(bridge.store, select(func.count()).where(outbox.c.progress == Progress.HELD)))


async def raiders(bridge: Bridge) -> int:
    return int(await scalar(bridge.store, select(func.count()).where(senders.c.verdict == "raider")))


async def test_each_wide_act_is_done_to_everybody_and_taken_back(bridge: Bridge) -> None:
    await crowd(bridge.store, WIDE)
    assert await done(bridge, "mute_all") == WIDE
    assert (await muted(bridge), await raiders(bridge)) == (WIDE, WIDE)
    assert await done(bridge, "undo", act_id(f"mute_all {RAID}")) == WIDE
    assert await muted(bridge) == 0
    assert await done(bridge, "false_alarm") == WIDE
    assert (await held(bridge), await raiders(bridge)) == (WIDE, 0)
    assert await done(bridge, "reopen") == WIDE
    assert (await held(bridge), await raiders(bridge)) == (0, WIDE)


@pytest.mark.parametrize("verb", ["mute_all", "false_alarm"])
async def test_whoever_writes_meanwhile_is_stored_before_a_wide_act_is_over(
    bridge: Bridge, verb: str
) -> None:
    await crowd(bridge.store, WIDE)
    await bridge.tell(act(verb, RAID, NOON, verb))
    bridge.folding.memory = await only_one_step(bridge)
    await bridge.tell(message())
    assert await bridge.store.read(lambda connection: outcome(connection, act_id(verb))) is None
    assert await bridge.fold() == 3  # the act, the message, and the posture that it found changed


@pytest.mark.parametrize("verb", ["mute_all", "undo", "false_alarm", "reopen"])
async def test_a_step_of_a_wide_act_takes_as_many_statements_however_many_it_is_about(
    bridge: Bridge, verb: str
) -> None:
    await crowd(bridge.store, WIDE)
    target = RAID
    if verb in ("undo", "reopen"):
        target = act_id(f"mute_all {RAID}") if verb == "undo" else RAID
        await done(bridge, "mute_all" if verb == "undo" else "false_alarm")
    with counted(bridge.store) as given:
        await done(bridge, verb, target)
    steps = sum(one.startswith("UPDATE senders") for one in given)
    assert steps == 3
    assert len(given) <= 3 * 26 + 26, given  # and a batch for the posture, which is an entry of the log


@pytest.mark.parametrize("verb", ["mute_all", "undo", "false_alarm", "reopen"])
async def test_a_wide_act_that_is_cut_off_is_done_again_and_told_alike(bridge: Bridge, verb: str) -> None:
    """Another process, or this one after a restart, finds the act without its place, and half of it done."""
    await crowd(bridge.store, WIDE)
    before = {"undo": "mute_all", "reopen": "false_alarm"}.get(verb)
    if before:
        await done(bridge, before)
    target = act_id(f"mute_all {RAID}") if verb == "undo" else RAID
    await bridge.tell(act(verb, target, bridge.clock(), f"{verb} {target}"))
    memory = await only_one_step(bridge)
    assert memory.rest is not None
    bridge.folding.memory = None
    assert await done(bridge, verb, target) == WIDE
    found = await muted(bridge), await held(bridge), await raiders(bridge)
    ends = {
        "mute_all": (WIDE, 0, WIDE),
        "undo": (0, 0, WIDE),
        "false_alarm": (0, WIDE, 0),
        "reopen": (0, 0, WIDE),
    }
    assert found == ends[verb]


async def only_one_step(bridge: Bridge) -> Any:
    folding = bridge.folding
    _, memory = await bridge.store.transact(
        lambda connection: folding._fold(connection, folding.memory, 50, None)
    )
    return memory


async def test_whom_the_pot_cannot_pay_for_waits_after_a_false_alarm(store: Store) -> None:
    """Each costs a thousandth of a euro: there is enough for some, and not for all."""
    bridge = Bridge(store, TestClock(), SHORT)
    await crowd(store, WIDE)
    assert await done(bridge, "false_alarm") == WIDE
    bridge.clock.pass_(HOUR)
    now, responses = bridge.clock(), rules(SHORT)
    paid = await store.transact(lambda connection: claim(connection, "sms", now, WIDE, responses))
    assert SHARE < len(paid) < WIDE, len(paid)
    assert await held(bridge) == WIDE - len(paid)


IDS = [SenderId(f"{n:032x}") for n in range(MANY)]
EVENTS = [EventId(f"e{n}") for n in range(MANY)]


def receipts() -> list[Event]:
    """One of each reply."""
    return [Event(EVENTS[0], IDS[0], NOON, receipt(f"SM{n}", Progress.SENT)) for n in range(MANY)]


def books() -> Books:
    return Books(rules(), b"seed", whole=False)


Taken = Callable[[AsyncConnection, Bridge], Awaitable[Any]]
LISTS: dict[str, Taken] = {
    "senders": lambda connection, _: people.load(connection, IDS),
    "replies": lambda connection, _: Shelf(connection).fetch(books(), IDS),
    "receipts": lambda connection, _: Shelf(connection).fetch(books(), (), receipts()),
    "everyone in a raid": lambda connection, _: Shelf(connection).members(RAID),
    "everyone muted": lambda connection, _: Shelf(connection).touched("e1", EVENTS[1]),
    "keys": lambda connection, bridge: bridge.keyring.keys(connection, IDS),
    "stories": lambda connection, _: stories_of(connection, EVENTS),
    "judgements": lambda connection, _: judgements(connection, IDS, NOON),
    "channels": lambda connection, _: messages_named(connection, "SM1", [f"c{n}" for n in range(MANY)]),
    "texts of a raid": lambda connection, bridge: lessons.texts(
        connection, bridge.journal, EVENTS[0], act("teach_abusive", RAID, NOON, "1"), IDS
    ),
}
"""Everything that hands a list over to the database."""


@pytest.mark.parametrize("name", LISTS)
async def test_no_list_is_too_long(bridge: Bridge, name: str) -> None:
    await bridge.store.transact(lambda connection: LISTS[name](connection, bridge))
