"""Two evenings on which only a crowd comes: nothing of it is called a raid, and nobody is left out of it."""

import pytest
from httpx import AsyncClient

from bridge.demo.backstage import backstage
from bridge.demo.script import BEGINS, ENDS, NAMES, Cut, Name, written
from tests.demo.support import until
from tests.support.house import free_port

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(1800)]

SMALL = Cut(share=0.02, seconds=4)
CROWDS: tuple[Name, ...] = tuple(name for name in NAMES if name != "raid")


@pytest.mark.parametrize("evening", NAMES)
async def test_an_evening_is_the_same_every_time_in_order_and_as_long_as_the_others(evening: Name) -> None:
    first, again, second = (written(take, SMALL.of(evening), evening) for take in (0, 0, 1))
    assert first == again
    assert not {line.sender for line in first} & {line.sender for line in second}
    assert list(first) == sorted(first, key=lambda line: line.at)
    assert all(BEGINS <= line.at < ENDS for line in first)
    assert any(line.hostile for line in first) is (evening == "raid")


@pytest.mark.parametrize("evening", CROWDS)
async def test_in_a_crowd_many_come_within_minutes(evening: Name) -> None:
    lines = written(0, Cut().of(evening), evening)
    window = 15 * 60 * 1_000_000
    busiest = max(sum(0 <= other.at - line.at < window for other in lines) for line in lines)
    assert busiest > 4 * len(lines) * window / (ENDS - BEGINS)


@pytest.mark.parametrize("evening", CROWDS)
async def test_nothing_of_a_crowd_is_called_a_raid_and_everybody_is_answered(evening: Name) -> None:
    async with backstage(free_port(), cut=SMALL) as behind, AsyncClient(base_url=behind.url) as client:
        answer = await client.post("/demo/evening", json={"evening": evening, "play": True})
        assert answer.status_code == 200
        state = await until(client, lambda state: state["evening"]["phase"] in ("over", "stopped"))
        told = state["evening"]
        people = told["counts"]["ordinary"]
        assert (told["phase"], told["evening"]) == ("over", evening)
        assert (told["counts"]["raids"], people["mistaken"], people["raiders"]) == (0, 0, 0)
        assert set(told["counts"]["postures"]) == {"calm"}
        assert people["messages"] == len(written(0, SMALL.of(evening), evening))
        assert people["answered"] == people["senders"]
        assert told["counts"]["hostile"]["messages"] == 0
        cards = [message["text"] for message in state["room"]["messages"]]
        assert len(cards) == 1
