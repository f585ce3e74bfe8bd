"""Folding: one event that cannot be decided or stored holds up nobody else's."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from bridge.errors import StoreUnavailable
from bridge.evidence.canonical import Entry
from bridge.evidence.chain import GENESIS, extend
from bridge.heart.effects import Effect
from bridge.heart.fold import decide
from bridge.heart.shares import SHARE
from bridge.loops import folding
from bridge.loops.folding import LONGEST_IN_RUSH, LONGEST_TURN, RESTS, SHORTEST_COURTESY, next_limit
from bridge.loops.intake import LONGEST_COURTESY
from bridge.model import DAY, HOUR, HOUSE, MINUTE, SECOND, Act, Contact, Deed, Happening, Progress
from bridge.noun import replace
from bridge.reasons import Why
from bridge.store.books.journal import Arrival
from bridge.store.engine import connecting
from bridge.store.engine.store import Store
from bridge.store.engine.tables import acts, decisions, events, outbox
from tests.support.clock import NOON, TestClock
from tests.support.crowd import RAID, crowd
from tests.support.events import MAN, Bridge, message, receipt
from tests.support.locks import locked

OTHER, THIRD = "+33698765432", "+33611111111"

ACT = Act("slack", "1", "U1", "mute", MAN, NOON, member=True)
TEXT = message(address=THIRD)
CONTACT = Contact("sms", "1", THIRD, NOON, open=False)
RECEIPT = receipt("SM1", Progress.SENT)
ODD = {"a NUL": "\0", "half a character": "\ud800", "far too long": "x" * 5000}
ODD_FIELDS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "act": (ACT, ("actor", "verb", "target", "reason", "provider_id")),
    "message": (replace(TEXT, metered=False), ("line", "text", "provider_id", "address")),
    "contact": (CONTACT, ("address", "provider_id")),
    "receipt": (RECEIPT, ("message_id", "error", "address", "provider_id")),
}


def oddities() -> Iterator[tuple[str, Happening]]:
    """What somebody could write into a room, or a provider hand over, told by what is odd in it."""
    for (noun, (plain, names)), (kind, odd) in product(ODD_FIELDS.items(), ODD.items()):
        for name in names:
            yield f"{name} of {noun}: {kind}", replace(plain, **{"provider_id": f"{name}: {kind}", name: odd})
    yield "length of act: endless", replace(ACT, length=2**70)
    yield "time of message: endless", replace(TEXT, at=2**70)


ODDITIES = dict(oddities())


@pytest.fixture(autouse=True)
def log() -> Iterator[list[Any]]:
    """What was reported; printing every exception would take longer than the tests."""
    with capture_logs() as lines:
        yield lines


@pytest.fixture
def bridge(store: Store) -> Bridge:
    return Bridge(store, TestClock())


@pytest.fixture
def quick_to_give_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test need not wait for a lock as long as a provider would."""
    monkeypatch.setattr(connecting, "BUSY_TIMEOUT_MS", 50)


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Bridge]:
    """On a file only, where the engine makes no difference."""
    store = Store(sqlite_url)
    yield Bridge(store, TestClock())
    await store.close()


async def rows(store: Store, query: Any) -> list[Any]:
    async def work(connection: AsyncConnection) -> list[Any]:
        return list((await connection.execute(query)).all())

    return await store.read(work)


async def assert_whole(bridge: Bridge, count: int) -> None:
    """Every event has its place, in order of arrival, and the chain verifies."""
    columns = [events.c[name] for name in (*Entry.__struct_fields__, "place", "digest")]
    link = GENESIS
    for *entry, place, digest in await rows(bridge.store, select(*columns).order_by(events.c.seq)):
        link = extend(link, Entry(*entry))
        assert (link.place, link.digest) == (place, digest)
    assert link.place == count


async def test_odd_events_are_folded_like_any_other_and_hold_up_nobody(bridge: Bridge) -> None:
    fine = [message(address=f"+3361234{n:04}") for n in range(len(ODDITIES))]
    pairs = zip(ODDITIES.values(), fine, strict=True)
    await bridge.tell(*(what for pair in pairs for what in pair))
    assert await bridge.fold() == 2 * len(fine)
    await assert_whole(bridge, 2 * len(fine))
    answered = {row.sender for row in await rows(bridge.store, select(outbox.c.sender))}
    assert {bridge.journal.sender("sms", one.address) for one in fine} <= answered


async def test_what_cannot_be_stored_is_told_to_the_team_and_to_the_log(
    bridge: Bridge, log: list[Any]
) -> None:
    await bridge.tell(replace(message(), line="\ud800"))
    await bridge.fold()
    (event,) = await rows(bridge.store, select(events.c.id))
    assert [(line["log_level"], line.get("event_id")) for line in log] == [
        ("error", None),
        ("error", event.id),
    ]
    (decided,) = await rows(bridge.store, select(decisions))
    assert (decided.action, decided.why) == ("silent", Why.OUR_ERROR)


ODD_ACTS = {
    "endless": replace(ACT, length=2**70),
    "muting all for ever": replace(ACT, verb="mute_all", length=2**70),
    "a pause without end": replace(ACT, verb="pause", target="sms", length=2**70),
    "a name that has no room": replace(ACT, verb="pause", target="x" * 500, length=2**64),
    "a teacher of half a character": replace(ACT, actor="\ud800"),
}


@pytest.mark.parametrize("odd", ODD_ACTS)
async def test_an_act_that_cannot_be_stored_is_put_aside_and_whoever_waits_is_told(
    bridge: Bridge, odd: str
) -> None:
    what = ODD_ACTS[odd]
    if what.verb == "mute_all":
        await crowd(bridge.store, SHARE + 1)
        what = replace(what, target=RAID)
    await bridge.tell(what, TEXT)
    assert await bridge.fold() == 2 + (what.verb == "mute_all")  # a raid that is over changes the posture
    (row,) = await rows(bridge.store, select(acts))
    assert (row.outcome, row.told.code) == ("refused", "put_aside")
    assert len(await rows(bridge.store, select(outbox.c.id).where(outbox.c.progress == "held"))) == 1


BATCHES = [
    (50, 50, 0.01, LONGEST_TURN, 100),
    (400, 400, 0.01, LONGEST_TURN, 500),
    (50, 49, 0.01, LONGEST_TURN, 50),
    (50, 50, 0.07, LONGEST_TURN, 50),
    (50, 50, 0.2, LONGEST_TURN, 25),
    (25, 3, 0.2, LONGEST_TURN, 20),
    (20, 1, 9.0, LONGEST_TURN, 20),
    (50, 50, 0.01, LONGEST_IN_RUSH, 100),
    (50, 50, 0.03, LONGEST_IN_RUSH, 50),
    (50, 50, 0.07, LONGEST_IN_RUSH, 25),
]


@pytest.mark.parametrize(("limit", "count", "seconds", "longest", "following"), BATCHES)
def test_a_batch_is_as_large_as_there_is_time_for(
    limit: int, count: int, seconds: float, longest: float, following: int
) -> None:
    assert next_limit(limit, count, seconds, longest) == following


@pytest.mark.parametrize(("calm", "longest"), [(True, LONGEST_TURN), (False, LONGEST_IN_RUSH)])
async def test_in_a_rush_a_batch_may_take_half_as_long(bridge: Bridge, calm: bool, longest: float) -> None:
    async def lull(_longest: float) -> bool:
        return calm

    bridge.folding.lull = lull
    await bridge.folding.turn()
    assert bridge.folding.longest == longest


@pytest.mark.parametrize(
    ("took", "patience"),
    [(0.0, SHORTEST_COURTESY), (0.06, RESTS * 0.06), (5.0, LONGEST_COURTESY)],
    ids=["at first", "after a turn", "after a very long one"],
)
async def test_in_a_rush_webhooks_have_the_more_time_the_longer_a_turn_took(
    bridge: Bridge, took: float, patience: float
) -> None:
    asked: list[float] = []

    async def lull(longest: float) -> bool:
        asked.append(longest)
        return False

    bridge.folding.lull, bridge.folding.took = lull, took
    await bridge.folding.turn()
    assert asked == [pytest.approx(patience)]


async def test_a_receipt_that_names_another_replys_message_moves_nobody_and_holds_up_nobody(
    bridge: Bridge,
) -> None:
    """Such a receipt would give two replies one message id, which the schema refuses."""
    await bridge.tell(message(), message(address=OTHER))
    await bridge.fold()
    first, second = [row.id for row in await rows(bridge.store, select(outbox.c.id).order_by(outbox.c.id))]

    async def work(connection: AsyncConnection) -> None:
        claimed = outbox.update().values(progress=Progress.SENDING, attempted_at=NOON)
        await connection.execute(claimed)
        await connection.execute(claimed.where(outbox.c.id == first).values(message_id="SM1"))

    await bridge.store.transact(work)
    await bridge.tell(receipt("SM1", Progress.DELIVERED, reply=second), message(address=THIRD))
    assert await bridge.fold() == 2
    await assert_whole(bridge, 4)
    found = {row.id: row for row in await rows(bridge.store, select(outbox))}
    assert len(found) == 3
    assert (found[second].progress, found[second].message_id) == ("sending", None)


@pytest.mark.usefixtures("quick_to_give_up")
async def test_while_a_batch_is_decided_the_loop_goes_on(
    sqlite: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks meanwhile is answered: a batch may take a tenth of a second, a wide act longer."""
    loop, went_on = asyncio.get_running_loop(), threading.Event()

    def decided(*told: Any) -> Sequence[Effect]:
        loop.call_soon_threadsafe(went_on.set)
        assert went_on.wait(20.0)
        return decide(*told)

    monkeypatch.setattr(folding, "decide", decided)
    await sqlite.tell(TEXT)
    await sqlite.fold()
    (row,) = await rows(sqlite.store, select(decisions.c.action))
    assert row.action == "replied"


async def test_while_the_store_is_out_of_reach_nothing_is_set_aside(sqlite: Bridge, tmp_path: Path) -> None:
    """Weather is not an odd event: everything waits, and is decided when it has passed."""
    await sqlite.tell(message(), message(address=OTHER))
    async with locked(tmp_path / "rempart.db"):
        with pytest.raises(StoreUnavailable):
            await sqlite.folding.batch()
    assert await sqlite.fold() == 2
    assert len(await rows(sqlite.store, select(outbox.c.id))) == 2


SET_BACK = [HOUR + MINUTE, DAY, 3 * DAY, 365 * DAY]
SLIPPED = [SECOND, MINUTE, HOUR]


async def decided(bridge: Bridge, *instants: int, restarts: bool) -> list[int]:
    """By when each text was decided, of those that reach us at these instants."""
    for n, at in enumerate(instants):
        await bridge.hear([Arrival(message(address=f"+336120000{n:02}", at=at), at)])
        await bridge.fold()
        if restarts:
            bridge.folding.memory = None
    query = select(decisions.c.decided_at).join(events, events.c.id == decisions.c.event)
    return [row.decided_at for row in await rows(bridge.store, query.order_by(events.c.place))]


@pytest.mark.parametrize("restarts", [False, True], ids=["without a restart", "with restarts"])
@pytest.mark.parametrize("ahead", SET_BACK)
async def test_once_a_clock_that_was_ahead_is_set_back_people_are_answered(
    sqlite: Bridge, ahead: int, *, restarts: bool
) -> None:
    instants = [NOON, NOON + ahead, NOON + SECOND, NOON + MINUTE]
    assert await decided(sqlite, *instants, restarts=restarts) == instants
    due = [row.due_at for row in await rows(sqlite.store, select(outbox.c.due_at).order_by(outbox.c.due_at))]
    assert len(due) == len(instants)
    assert all(one <= NOON + 2 * HOUR for one in due[:3])


@pytest.mark.parametrize("restarts", [False, True], ids=["without a restart", "with restarts"])
@pytest.mark.parametrize("ahead", SLIPPED)
async def test_by_less_than_an_hour_time_does_not_run_backwards(
    sqlite: Bridge, ahead: int, *, restarts: bool
) -> None:
    told = await decided(sqlite, NOON, NOON + ahead, NOON + 1, NOON + ahead + 1, restarts=restarts)
    assert told == [NOON, NOON + ahead, NOON + ahead, NOON + ahead + 1]


async def test_a_posture_that_is_written_down_late_sets_no_clock_back(sqlite: Bridge) -> None:
    deed = Deed(HOUSE, "posture:1", HOUSE, "posture", NOON, (("posture", "watch"),))
    await sqlite.hear([Arrival(message(at=NOON), NOON), Arrival(message(at=NOON + DAY), NOON + DAY)])
    await sqlite.hear([Arrival(deed, NOON), Arrival(message(at=NOON + DAY), NOON + DAY - SECOND)])
    await sqlite.fold()
    query = select(decisions.c.decided_at).join(events, events.c.id == decisions.c.event)
    told = [row.decided_at for row in await rows(sqlite.store, query.order_by(events.c.place))]
    assert told == [NOON, NOON + DAY, NOON + DAY]


async def test_a_clock_that_is_behind_what_is_decided_is_told_once(sqlite: Bridge, log: list[Any]) -> None:
    """As after a start with a clock that was ahead."""
    for ahead in (HOUR, 0, MINUTE, HOUR + SECOND, HOUR):
        await sqlite.hear([Arrival(message(), NOON + ahead)])
        await sqlite.fold()
    told = [line for line in log if line["event"] == "the clock is behind what is decided already"]
    assert [line["seconds"] for line in told] == [HOUR // SECOND]


async def test_that_a_clock_was_set_back_is_told(sqlite: Bridge, log: list[Any]) -> None:
    for ahead in (3 * DAY, 0, MINUTE):
        await sqlite.hear([Arrival(message(), NOON + ahead)])
        await sqlite.fold()
    told = [line for line in log if line["event"] == "the clock was set back: what comes is decided by it"]
    assert [line["seconds"] for line in told] == [3 * DAY // SECOND]


@pytest.mark.parametrize(("ahead", "anew"), [(MINUTE, False), (HOUR, False), (3 * DAY, True)])
async def test_whoever_is_forgotten_is_out_of_mind_within_the_hour_also_once_the_clock_is_set_back(
    sqlite: Bridge, ahead: int, *, anew: bool
) -> None:
    sqlite.folding.forgetting, sqlite.folding.begun_at = True, NOON + ahead
    await sqlite.tell(TEXT)
    await sqlite.fold()
    assert (sqlite.folding.memory is None) is anew
