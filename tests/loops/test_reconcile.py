"""Reconcile: what is sent again was certainly not taken; what nobody can know stays in doubt, and is told."""

from collections.abc import AsyncIterator, Collection

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from bridge.loops.reconcile import LONG_ENOUGH, LOOKS, REST, Reconcile
from bridge.model import HOUR, MINUTE, SECOND, Micros, Outgoing, Progress
from bridge.ports import Accepted, InDoubt, Unreachable
from bridge.store.engine.store import Store
from bridge.store.engine.tables import outbox
from tests.loops.sending import Scripted, dispatching, held, one_round, replies
from tests.support.clock import TestClock
from tests.support.events import Bridge, message

Found = Accepted | InDoubt | Unreachable | None


class Asked:
    """A provider that tells what its script says, and the last of it for ever."""

    name = "sms"

    def __init__(self, *script: Found) -> None:
        self._script = list(script)
        self.others: list[frozenset[str]] = []
        self.since: list[Micros] = []

    async def find(
        self, reply: Outgoing, since: Micros, others: Collection[str] = ()
    ) -> Accepted | InDoubt | None:
        del reply
        self.since.append(since)
        self.others.append(frozenset(others))
        told = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if isinstance(told, Unreachable):
            raise told
        return told


@pytest.fixture
async def bridge(sqlite_url: str) -> AsyncIterator[Bridge]:
    store = Store(sqlite_url)
    bridge = Bridge(store, TestClock())
    await held(bridge)
    await one_round(dispatching(bridge, Scripted(InDoubt("http_500"))))
    bridge.clock.pass_(LONG_ENOUGH)
    yield bridge
    await store.close()


FATES: list[tuple[tuple[Found, ...], str, str | None]] = [
    ((None,), "held", "no_trace"),
    ((Accepted("SM1"),), "accepted", None),
    ((Accepted("SM1", None, Progress.DELIVERED),), "delivered", None),
    ((Accepted("SM1", None, Progress.FAILED, "filtered"),), "failed", "filtered"),
    ((None, Accepted("SM1")), "accepted", None),
    ((InDoubt("incomparable"),), "in_doubt", "incomparable"),
    ((None, InDoubt("incomparable")), "in_doubt", "incomparable"),
    ((None, InDoubt("incomparable"), None, InDoubt("incomparable")), "in_doubt", "incomparable"),
    ((InDoubt("incomparable"), Accepted("SM1")), "accepted", None),
    ((InDoubt("log_too_long"), None), "held", "no_trace"),
]


@pytest.mark.parametrize(("script", "progress", "error"), FATES, ids=str)
async def test_what_the_provider_shows_decides(
    bridge: Bridge, script: tuple[Found, ...], progress: str, error: str | None
) -> None:
    one = Reconcile(bridge.store, bridge.keyring, Asked(*script), bridge.clock)
    for _ in range(LOOKS + len(script)):
        await one.turn()
    (row,) = await replies(bridge)
    assert (row.progress, row.error) == (progress, error)


async def test_a_doubt_that_cannot_be_settled_is_told_once_and_stays_for_ever(bridge: Bridge) -> None:
    one = Reconcile(bridge.store, bridge.keyring, Asked(InDoubt("incomparable")), bridge.clock)
    with capture_logs() as log:
        for _ in range(10):
            await one.turn()
            bridge.clock.pass_(HOUR)
    assert [line["code"] for line in log] == ["incomparable"]
    channel = Scripted(Accepted("SM1"))
    await one_round(dispatching(bridge, channel))
    assert channel.sent == []


@pytest.mark.parametrize("ahead", [0, MINUTE, 3 * HOUR], ids=["right", "a minute", "three hours"])
async def test_where_the_clock_was_ahead_a_reply_is_looked_for_before_it_was_called_for(
    bridge: Bridge, ahead: Micros
) -> None:
    """A restart set it right: by it nobody can have called yet, and the provider has the reply already."""
    taken_at = (await replies(bridge))[0].attempted_at - ahead
    bridge.clock.now = taken_at + SECOND
    asked = Asked(Accepted("SM1"))
    await Reconcile(bridge.store, bridge.keyring, asked, bridge.clock).turn()
    assert asked.since[0] <= taken_at


@pytest.mark.parametrize("others", [0, 1], ids=["alone", "behind another"])
@pytest.mark.parametrize("ahead", [20 * MINUTE, 3 * HOUR], ids=["twenty minutes", "three hours"])
async def test_that_the_clock_was_ahead_is_known_for_as_long_as_the_provider_cannot_be_asked(
    bridge: Bridge, ahead: Micros, others: int
) -> None:
    """By then it has come as far as it was ahead: nothing else tells any more that it was wrong."""
    for _ in range(others):
        await held(bridge, message(address="+33612345679"))
        await one_round(dispatching(bridge, Scripted(InDoubt("http_500"))))
    attempted_at = (await replies(bridge))[-1].attempted_at
    bridge.clock.now = taken_at = attempted_at - ahead
    asked = Asked(Unreachable("timeout"))
    one = Reconcile(bridge.store, bridge.keyring, asked, bridge.clock)
    bridge.clock.pass_(SECOND)
    with pytest.raises(Unreachable):
        await one.turn()
    bridge.clock.pass_(ahead + LONG_ENOUGH)
    one.channel = asked = Asked(None)
    await one.turn()
    assert asked.since[-1] <= taken_at


async def test_each_call_in_doubt_is_looked_for_as_often(bridge: Bridge) -> None:
    """The second one, too, that fails as fast as the first."""
    one = Reconcile(bridge.store, bridge.keyring, Asked(None), bridge.clock)
    for call in (1, 2):
        for _ in range(LOOKS):
            (row,) = await replies(bridge)
            assert (row.progress, row.attempts) == ("in_doubt", call)
            await one.turn()
            bridge.clock.pass_(round(REST) * SECOND)
        assert [row.error for row in await replies(bridge)] == ["no_trace"]
        await one_round(dispatching(bridge, Scripted(InDoubt("http_500"))))
        bridge.clock.pass_(LONG_ENOUGH)


async def test_where_two_calls_were_in_doubt_the_first_is_looked_for_too(bridge: Bridge) -> None:
    """It may have been taken, and be shown only now."""
    first = (await replies(bridge))[0].attempted_at
    one = Reconcile(bridge.store, bridge.keyring, Asked(None), bridge.clock)
    for _ in range(LOOKS):
        await one.turn()
    bridge.clock.pass_(MINUTE)
    await one_round(dispatching(bridge, Scripted(InDoubt("http_500"))))
    one.channel = asked = Asked(None, Accepted("SM1"))
    await one.turn()
    assert [since <= first for since in asked.since] == [False, True]


async def test_what_else_was_sent_to_the_same_person_is_told_apart(bridge: Bridge) -> None:
    await bridge.tell(message("encore"))
    ((entry,), _) = await bridge.store.read(lambda connection: bridge.journal.unfolded(connection, 1))
    (doubtful,) = await replies(bridge)
    known = {"id": "f" * 32, "event": entry.id, "progress": Progress.DELIVERED, "message_id": "SM1"}

    async def queue(connection: AsyncConnection) -> None:
        await connection.execute(outbox.insert().values(**{**doubtful._mapping, **known}))

    await bridge.store.transact(queue)
    asked = Asked(None)
    await Reconcile(bridge.store, bridge.keyring, asked, bridge.clock).turn()
    assert asked.others == [frozenset({"SM1"})]
