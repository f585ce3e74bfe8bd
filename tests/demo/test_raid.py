"""The raid that the page plays: through the API, on the running whole."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from httpx import AsyncClient
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.demo.backstage import Backstage, backstage
from bridge.demo.script import BEGINS, ENDS, Cut, written
from bridge.demo.tally import BARS
from bridge.model import Posture, Progress
from bridge.store.engine.tables import events, outbox
from bridge.wording import ENGLISH
from channels.standins.slack import SlackStandIn
from tests.demo.support import State, look, progress, until, write
from tests.support.house import free_port

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(1800)]

SMALL = Cut(share=0.02, seconds=4)
BRIEF = Cut(share=0.006, seconds=4)
LONG = Cut(share=0.02, seconds=60)
"""One that does not end by itself."""

DONE = ("over", "stopped")
SENT = (Progress.ACCEPTED, Progress.SENT, Progress.DELIVERED)


async def play(client: AsyncClient, *, on: bool = True) -> int:
    """Presses the button; returns the status."""
    answer = await client.post("/demo/evening", json={"play": on})
    return answer.status_code


def over(state: State) -> bool:
    return state["evening"]["phase"] in DONE


def begun(state: State) -> bool:
    """Whether something of it was counted."""
    return bool(counted(state)["hostile"]["messages"] > 0)


def counted(state: State) -> State:
    """What was counted."""
    counts: State = state["evening"]["counts"]
    return counts


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def played() -> AsyncIterator[tuple[Backstage, State]]:
    """A small raid with somebody writing by hand meanwhile, and what the page was told at its end."""
    async with backstage(free_port(), cut=SMALL) as behind, AsyncClient(base_url=behind.url) as client:
        assert await play(client) == 200
        await until(client, begun)
        await write(client, "Salut, c'était sympa hier soir")
        yield behind, await until(client, over)


async def test_every_line_of_the_script_is_counted_with_its_verdict(played: tuple[Backstage, State]) -> None:
    counts, lines = counted(played[1]), written(0, SMALL.share)
    hostile = sum(line.hostile for line in lines)
    assert played[1]["evening"]["phase"] == "over"
    assert counts["hostile"]["messages"] == hostile
    assert counts["ordinary"]["messages"] == len(lines) - hostile
    assert sum(map(sum, counts["bars"])) == len(lines)
    seen = [sum(column) for column in zip(*counts["bars"], strict=True)]
    assert seen[2] == counts["hostile"]["raiders"] + counts["ordinary"]["raiders"]


async def test_most_of_the_raid_is_seen_and_nearly_all_ordinary_people_are_answered(
    played: tuple[Backstage, State],
) -> None:
    counts = counted(played[1])
    hostile, ordinary = counts["hostile"], counts["ordinary"]
    assert hostile["raiders"] >= 0.8 * hostile["messages"]
    assert ordinary["raiders"] <= 0.05 * ordinary["messages"]
    assert ordinary["answered"] >= 0.9 * ordinary["senders"]
    assert hostile["replied"] <= hostile["senders"] / 2
    assert hostile["coming"] == ordinary["waiting"] == 0


async def test_an_evening_comes_out_the_same_on_a_slow_machine() -> None:
    async with backstage(free_port(), cut=BRIEF) as quick:
        first = await evening(quick)
    async with backstage(free_port(), cut=BRIEF) as slow:
        slow.service.pipeline.folding.lull = dawdle
        assert await evening(slow) == first
    assert first["hostile"]["replied"] > 0


async def evening(behind: Backstage) -> State:
    """The figures of an evening that is played to its end."""
    async with AsyncClient(base_url=behind.url) as client:
        assert await play(client) == 200
        return counted(await until(client, over))


async def dawdle(_longest: float) -> bool:
    """Keeps the fold back for as long as a busy machine would, now and then."""
    await asyncio.sleep(random.choice((0, 0, 0.05, 0.4)))
    return random.choice((True, False))


async def test_the_money_told_is_the_money_of_the_pot_and_receiving_is_part_of_it(
    played: tuple[Backstage, State],
) -> None:
    state = played[1]
    counts, stories = counted(state), state["stories"]
    by_hand = sum(story["decided"]["cost"] for story in stories)
    inbound = counts["hostile"]["inbound"] + counts["ordinary"]["inbound"]
    replies = counts["hostile"]["replies"] + counts["ordinary"]["replies"]
    told = state["pot"]
    assert inbound == told["inbound"] - by_hand > 0
    assert replies + sum(story["replied"]["price"] for story in stories) == told["spent"] + told["reserved"]
    assert counts["hostile"]["inbound"] > 0
    assert counts["without"] == inbound + replies + counts["saved"] > inbound + replies


async def test_what_the_page_says_was_saved_stands_on_the_raids_card(
    played: tuple[Backstage, State],
) -> None:
    behind, state = played
    cards = await behind.service.board.cards()
    (saved,) = [fact.value for card in cards for fact in card.facts if fact.label == "Saved"]
    assert saved == ENGLISH.money(counted(state)["saved"])


async def test_what_is_told_of_replies_is_what_the_outbox_holds(played: tuple[Backstage, State]) -> None:
    behind, state = played

    async def sent(connection: AsyncConnection) -> int:
        query = select(func.count()).select_from(outbox).where(outbox.c.progress.in_(SENT))
        return await connection.scalar(query) or 0

    counts = counted(state)
    told = counts["hostile"]["replied"] + counts["ordinary"]["answered"]
    by_hand = sum(story["replied"]["progress"] in SENT for story in state["stories"])
    assert told + by_hand == await behind.service.store.read(sent)


async def test_the_posture_rises_during_the_raid_and_every_bar_has_one(
    played: tuple[Backstage, State],
) -> None:
    counts = counted(played[1])
    assert len(counts["postures"]) == BARS
    assert counts["postures"][0] == Posture.CALM
    assert counts["postures"][-1] == Posture.RAID
    assert set(counts["postures"]) <= set(Posture)


async def test_only_what_is_written_by_hand_has_a_card_and_the_team_has_one_of_the_raid(
    played: tuple[Backstage, State],
) -> None:
    state = played[1]
    assert len(state["stories"]) == 1
    assert progress(state) is not None
    assert len(state["conversations"]["sms"]["bubbles"]) <= 2
    assert Counter("Raid " in message["text"] for message in state["room"]["messages"]) == {
        True: 1,
        False: 1,
    }


async def test_neither_text_nor_number_of_the_raid_is_told_to_the_page(
    played: tuple[Backstage, State],
) -> None:
    told = json.dumps(played[1], ensure_ascii=False)
    for line in written(0, SMALL.share):
        assert line.sender not in told
        assert line.text not in told or not line.hostile or len(line.text) < 13


async def test_a_second_press_is_refused_while_one_is_on_and_it_can_be_stopped_and_begun_again() -> None:
    async with backstage(free_port(), cut=LONG) as behind, AsyncClient(base_url=behind.url) as client:
        assert (await look(client))["evening"]["phase"] == "ready"
        assert await play(client, on=False) == 200
        assert await play(client) == 200
        await until(client, begun)
        answer = await client.post("/demo/evening", json={"play": True})
        assert answer.status_code == 409
        assert "already" in answer.json()["error"]
        assert (await look(client))["evening"]["take"] == 1
        assert await play(client, on=False) == 200
        stopped = await until(client, over)
        assert stopped["evening"]["phase"] == "stopped"
        assert BEGINS <= stopped["evening"]["at"] < ENDS
        assert await play(client) == 200
        assert (await look(client))["evening"]["take"] == 2
        assert (await look(client))["evening"]["phase"] == "playing"


async def test_whoever_comes_later_finds_it_as_it_is() -> None:
    async with backstage(free_port(), cut=LONG) as behind:
        async with AsyncClient(base_url=behind.url) as first:
            await play(first)
            await until(first, begun)
        async with AsyncClient(base_url=behind.url) as second:
            state = await look(second, "+33639980042")
            assert state["evening"]["phase"] == "playing"
            assert counted(state)["hostile"]["messages"] > 0


async def test_a_demo_that_ends_meanwhile_ends_cleanly() -> None:
    async with backstage(free_port(), cut=SMALL) as behind, AsyncClient(base_url=behind.url) as client:
        await play(client)
        await until(client, begun)

    async def count(connection: AsyncConnection) -> int:
        return await connection.scalar(select(func.count()).select_from(events)) or 0

    with pytest.raises(Exception, match="closed"):
        await behind.service.store.read(count)


async def test_without_a_number_there_is_no_raid() -> None:
    async with (
        backstage(free_port(), {"slack": SlackStandIn()}) as behind,
        AsyncClient(base_url=behind.url) as client,
    ):
        assert (await look(client))["evening"] is None
        assert await play(client) == 404
