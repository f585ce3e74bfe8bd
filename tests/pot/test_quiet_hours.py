"""No reply leaves in quiet hours, whatever made it due then; and a replay says the same."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import update

from bridge.clock import parse_iso
from bridge.model import HOUR, MINUTE, NOTICE, SUMMONS, Progress
from bridge.ports import NotProcessed
from bridge.replay.compare import fold_again
from bridge.replay.journal import JournalReader
from bridge.store.books import sending
from bridge.store.engine.store import Store
from bridge.store.engine.tables import outbox
from tests.support.clock import TestClock
from tests.support.events import Bridge, keys, rules
from tests.support.leaving import pass_
from tests.support.raiding import Scene, ordinary, paste

EVENING = parse_iso("2026-09-21T19:25:00Z")
"""21:25 in Paris."""

RULES = b"""
languages: [fr]
hold: {min: 10m, max: 20m}
quiet: {from: 22h, to: 8h}
pot: {total: 10, per_hour: 0.20, per_day: 5}
replies:
  - id: any
    say: {fr: Un mot.}
"""
"""Two replies an hour."""


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene(Bridge(store, TestClock(EVENING), RULES))


async def money(scene: Scene) -> int:
    """Ten people wrote in the evening; two are answered, and eight wait for the next hour."""
    await scene.told(enumerate(ordinary()[:10]))
    return await pass_(scene.bridge, 30 * MINUTE)


async def a_provider(scene: Scene) -> int:
    """It took nothing, and is to be tried again at night."""
    await scene.told([(1, "bonjour")])
    scene.bridge.clock.now = EVENING + 25 * MINUTE
    now, again_at = scene.bridge.clock(), EVENING + HOUR

    async def work(connection: object) -> None:
        for one in await sending.claim(connection, "sms", now, 9, scene.bridge.folding.responses):  # type: ignore[arg-type]
            await sending.settle(connection, one.reply.id, NotProcessed("down"), now, again_at)  # type: ignore[arg-type]

    await scene.store.transact(work)
    return 0


async def a_false_alarm(scene: Scene) -> int:
    """What was kept back in the evening is released at night."""
    await scene.told(paste(range(6)))
    left = await pass_(scene.bridge, 2 * HOUR, step=10 * MINUTE)
    (raid,) = await scene.raids()
    await scene.act("false_alarm", raid.id)
    return left


async def rules_that_changed(scene: Scene) -> int:
    """They say since the evening that nights are quiet."""
    scene.bridge.folding.responses = rules(RULES.replace(b"quiet: {from: 22h, to: 8h}\n", b""))
    scene.bridge.clock.now = EVENING + 30 * MINUTE
    await scene.told([(1, "bonjour")])
    scene.bridge.folding.responses = rules(RULES)
    return 0


CAUSES = [money, a_provider, a_false_alarm, rules_that_changed]


@pytest.mark.parametrize("made_due", CAUSES)
async def test_what_is_due_at_night_leaves_in_the_morning(
    scene: Scene, made_due: Callable[[Scene], Awaitable[int]]
) -> None:
    await made_due(scene)
    morning = parse_iso("2026-09-22T06:00:00Z")
    assert await pass_(scene.bridge, morning - MINUTE - scene.bridge.clock(), step=5 * MINUTE) == 0
    held = [row.due_at for row in await scene.replies() if row.progress == Progress.HELD]
    assert held
    assert all(morning <= one <= morning + 10 * MINUTE for one in held)
    assert await pass_(scene.bridge, HOUR, step=MINUTE) == min(2, len(held))


@pytest.mark.parametrize("wording", [NOTICE, SUMMONS])
async def test_whoever_asks_what_this_is_is_told_at_night_and_who_is_called_out_is_called(
    scene: Scene, wording: str
) -> None:
    await scene.told([(1, "bonjour")])
    told = update(outbox).values(wording=wording, due_at=EVENING + HOUR)
    await scene.store.transact(lambda connection: connection.execute(told))
    assert await pass_(scene.bridge, 90 * MINUTE, step=10 * MINUTE) == 1


async def test_a_replay_of_the_journal_says_so_too(scene: Scene) -> None:
    left = await money(scene)
    left += await pass_(scene.bridge, 11 * HOUR, step=MINUTE)
    folding = await scene.store.read(
        lambda connection: fold_again(JournalReader(connection, keys()), keys(), rules(RULES))
    )
    folding.world.provider.run(until=scene.bridge.clock())
    left_at = sorted(folding.world.provider.left_at.values())
    night = [one for one in left_at if EVENING + 35 * MINUTE <= one < parse_iso("2026-09-22T06:00:00Z")]
    assert (len(left_at), night) == (left, [])
