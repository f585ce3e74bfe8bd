"""The hot path asks for nothing that would be read from end to end once a million people have written."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.acts import VERBS
from bridge.loops.dispatch import recover
from bridge.model import DAY, HOUR, Contact, Progress, ReplyId
from bridge.ports import Accepted, InDoubt
from bridge.privacy.pseudonym import handles
from bridge.store.books import sending
from bridge.store.books.memory import recall
from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store
from tests.loops.sending import Scripted, accept, dispatching, one_round
from tests.support import postgresql
from tests.support.acting import act, act_id, target
from tests.support.clock import TestClock
from tests.support.events import Bridge, message, receipt
from tests.support.plans import Asked, asked, crowded, read_through
from tests.support.raiding import PASTE, number, ordinary


async def hot_path(bridge: Bridge) -> None:
    """Messages of people and of a raid, all that the team can do, replies that leave, and receipts."""
    await bridge.tell(*[message(said, address=number(100 + n)) for n, said in enumerate(ordinary()[:50])])
    await bridge.tell(*[message(PASTE, address=number(n)) for n in range(20)])
    await bridge.fold()
    await every_verb(bridge)
    await answered(bridge, await dispatched(bridge))


async def every_verb(bridge: Bridge) -> None:
    """In the order of the alphabet, in which what is taken back comes after what was done."""
    assert bridge.folding.memory is not None
    assert bridge.folding.memory.raid is not None
    about = {"act": act_id("mute_all"), "lesson": act_id("teach_abusive")[:8]}
    named = {"sender": number(0), "raid": bridge.folding.memory.raid.id} | about
    wanted = [(verb, verb, target(verb, **named)) for verb in sorted(VERBS)]
    handle = next(handles(bridge.journal.sender("sms", number(0))))
    others = [("by handle", "mute", handle), ("of one", "teach_ordinary", number(105))]
    for id_, verb, whom in (*wanted, *others):
        await bridge.tell(act(verb, whom, bridge.clock(), id_))
        await bridge.fold()


async def dispatched(bridge: Bridge) -> list[ReplyId]:
    """Replies are taken, at a price or not, left in doubt, and given up; returns those that were taken."""
    channel = Scripted(InDoubt("timeout"), Accepted("SM1", price=50_000), accept)
    bridge.clock.pass_(HOUR)
    await one_round(dispatching(bridge, channel))
    await recover(bridge.store, bridge.clock, alone=True)
    await bridge.store.read(lambda connection: sending.doubtful(connection, "sms"))
    bridge.clock.pass_(2 * DAY)
    await one_round(dispatching(bridge, channel))
    return [one.id for one in channel.sent[2:]]


async def answered(bridge: Bridge, taken: list[ReplyId]) -> None:
    """Receipts by the provider's id and by ours; somebody writes again, somebody stops, somebody leaves."""
    named = [receipt(f"SM{reply}", Progress.SENT) for reply in taken[:3]]
    ours = [receipt(f"SM{reply}", Progress.DELIVERED, reply=reply) for reply in taken[3:]]
    left = Contact("sms", "left", number(101), bridge.clock(), open=False)
    again = message("encore", address=number(102)), message("STOP", address=number(103))
    await bridge.tell(*named, *ours, *again, left)
    await bridge.fold()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url_and_asked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Asked]:
    """A database that believes in a million senders, and all that the hot path asks of it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('crowd') / 'rempart.db'}"
    else:
        url = postgresql.new_database(request.getfixturevalue("postgresql_server"))
    return url, asyncio.run(_asked_of(url))


async def _asked_of(url: str) -> Asked:
    """What a start asks once is another matter; and, at most once an hour, whoever has forgotten somebody."""
    store = Store(url)
    await migrate(store)
    bridge = Bridge(store, TestClock())
    await bridge.tell(message("salut"))
    await bridge.fold()
    with asked(store) as found:
        await hot_path(bridge)
    with asked(store) as recalled:
        await store.read(lambda connection: recall(connection, bridge.journal, b"seed", 0, bridge.clock()))
    await crowded(store)
    await store.close()
    return {statement: given for statement, given in found.items() if statement not in recalled}


@pytest.fixture
async def crowd(url_and_asked: tuple[str, Asked]) -> AsyncIterator[tuple[Store, Asked]]:
    """The same, opened anew: a connection learns only when it is made what is told of a SQLite file."""
    url, found = url_and_asked
    store = Store(url)
    yield store, found
    await store.close()


async def faults(connection: AsyncConnection, found: Asked) -> dict[str, list[str]]:
    """The statements that read too much, each with what it reads from end to end."""
    plans = [(one, await read_through(connection, one, given)) for one, given in found.items()]
    return {statement: read for statement, read in plans if read}


async def test_nothing_that_grows_with_the_senders_is_read_from_end_to_end(
    crowd: tuple[Store, Asked],
) -> None:
    store, found = crowd
    assert len(found) > 40
    assert await store.transact(lambda connection: faults(connection, found)) == {}


INDEXES = {
    "ix_outbox_sender": "FROM outbox",
    "ix_mutes_sender": "UPDATE mutes",
    "ix_senders_raid": "FROM senders",
    "ix_decisions_sender": "JOIN decisions",
}


@pytest.mark.parametrize(("index", "reader"), INDEXES.items())
async def test_an_index_that_is_missing_is_noticed(
    crowd: tuple[Store, Asked], index: str, reader: str
) -> None:
    store, found = crowd

    async def without(connection: AsyncConnection) -> dict[str, list[str]]:
        for_a_while = await connection.begin_nested()
        await connection.execute(text(f"DROP INDEX {index}"))
        told = await faults(connection, found)
        await for_a_while.rollback()
        return told

    assert any(reader in statement for statement in await store.transact(without))
