"""A false page is a defect: in eight quiet weeks of the benchmark nobody is woken for anything."""

from collections.abc import Iterator

from bridge import waking
from bridge.model import DOUBTFUL, MINUTE, Micros
from bridge.raid.posture import is_open
from bridge.replay.run import SEED, Reader
from bridge.replay.world import World, open_world
from bridge.responses.load import read, shipped
from bridge.simulate.scenarios import make
from bridge.views import Waiting

DUE: Micros = 2 * MINUTE
"""What has been due for less may be on its way."""


def alarms(world: World, now: Micros) -> Iterator[waking.Alarm]:
    """What the service would wake somebody for, of what a replay knows."""
    books = world.books
    yield from waking.of_raids([books.raid.id] if books.raid and is_open(books.raid, now) else [])
    passed = [(round(100 * step), now) for step in books.warned]
    yield from waking.of_warnings(passed, books.responses, now)
    yield from waking.of_hour(world.provider.purse(now), late(world, now), books.responses)


def late(world: World, now: Micros) -> Waiting | None:
    """Who waits for money."""
    rows = [world.books.outbox[reply] for _, _, reply in world.provider._ripe]
    due = [row.reply for row in rows if row.reply.due_at <= now - DUE and row.reply.rank < DOUBTFUL]
    return Waiting(len(due), sum(one.price for one in due), due[0].due_at) if due else None


def woken(scenario: str, seed: int, scale: float = 1.0) -> list[str]:
    """For what somebody would be woken, in the order in which it began."""
    world = open_world(read(shipped()), SEED, SEED)
    reader, found = Reader(world.books.responses, SEED), dict[str, None]()
    for line in make(scenario, seed=seed, scale=scale).messages:
        world.take(reader.event(line), line.at)
        found |= dict.fromkeys(one.key for one in alarms(world, line.at))
    return list(found)


def test_eight_quiet_weeks_wake_nobody() -> None:
    assert woken("quiet", seed=1) == []


def test_a_raid_wakes_somebody() -> None:
    assert [one.partition(":")[0] for one in woken("weekend", seed=1, scale=0.02)] == ["raid"]
