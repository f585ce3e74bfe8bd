"""No crash costs a message or a cent: a short run on each engine; `make chaos` makes long ones."""

import random
from pathlib import Path

import pytest

from tests.chaos.harness import Chaos
from tests.chaos.points import POINTS

KILLS = 40


@pytest.mark.timeout(1800)
async def test_kill_after_kill_nothing_is_lost_doubled_or_overspent(
    empty_database_url: str, tmp_path: Path
) -> None:
    chaos = Chaos(empty_database_url, tmp_path, random.Random(2017))
    counts = await chaos.run(KILLS)
    assert counts.harmless, str(counts)
    assert set(chaos.reached) == set(POINTS)
    assert len(chaos.acknowledged) > KILLS
    assert len(chaos.provider.sent) > KILLS
