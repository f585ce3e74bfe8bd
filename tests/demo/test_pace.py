"""The time of a played evening: what the page says of its speed is how fast it was."""

import asyncio

import pytest

from bridge.demo.pace import TICK, DemoClock, Pacer
from bridge.model import SECOND

TOOK = {"as it should": (10.0, 400), "twice as long": (20.0, 200), "no time at all": (0.0, 400)}


@pytest.mark.parametrize("took", TOOK)
async def test_how_fast_an_evening_passes_is_told_as_it_is(
    took: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pacer = Pacer(DemoClock(lambda: 0), 400)
    for _ in range(10 * SECOND // TICK):
        pacer.tick()
    seconds, told = TOOK[took]
    monkeypatch.setattr(pacer, "_started", asyncio.get_running_loop().time() - seconds)
    assert pacer.speed == pytest.approx(told, abs=2)
