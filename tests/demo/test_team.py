"""What the team sees of an onslaught and does about it, through the API of the page, on the running whole."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import AsyncClient

from bridge.demo.backstage import Backstage, backstage
from bridge.standin import Wall
from channels.standins.slack import SlackStandIn
from channels.standins.twilio import TwilioStandIn
from tests.demo.support import State, answers, bubbles, look, until, write
from tests.support.house import free_port

PASTED = "Tout le monde écrit la même chose ici"
CROWD = tuple(f"+3363998777{n}" for n in range(4))


@pytest.fixture
async def behind() -> AsyncIterator[Backstage]:
    async with backstage(free_port()) as behind:
        yield behind


@pytest.fixture
async def client(behind: Backstage) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(base_url=behind.url) as client:
        yield client


def raid(state: State) -> State | None:
    """The message that carries *Mute all N*."""
    return next((one for one in state["room"]["messages"] if button(one, "mute_all")), None)


def button(message: State, verb: str) -> State | None:
    blocks = [block for block in message["blocks"] if block["type"] == "actions"]
    found = [one for block in blocks for one in block["elements"]]
    return next((one for one in found if json.loads(one["value"])["verb"] == verb), None)


async def paste(client: AsyncClient) -> State:
    """Four telephones send the same words; the state once the team has its card."""
    for number in CROWD:
        await write(client, PASTED, number)
    return await until(client, raid)


async def press(client: AsyncClient, verb: str) -> None:
    """Presses the button of the raid's card, once it is there."""

    def there(state: State) -> Any:
        message = raid(state)
        return message and button(message, verb)

    state = await until(client, there)
    message, pressed = raid(state), there(state)
    assert message is not None
    answer = await client.post("/demo/press", json={"message": message["ts"], "action": pressed["action_id"]})
    assert answer.json() == {"taken": True}


def test_the_room_s_stand_in_is_the_wall_that_the_page_draws() -> None:
    wall: Wall = SlackStandIn()
    assert wall.messages() == wall.ephemerals(wall.member) == []
    assert wall.window(wall.member) is None


async def test_copies_open_an_raid_whose_one_card_is_kept_up_to_date(client: AsyncClient) -> None:
    day = (await until(client, lambda state: state["room"]["messages"]))["room"]["messages"][0]
    card = raid(await paste(client))
    assert card is not None
    assert "4 messages from 4 senders" in card["text"]
    await write(client, PASTED, "+33639987774")

    def grown(state: State) -> bool:
        return "5 messages from 5 senders" in (raid(state) or {"text": ""})["text"]

    state = await until(client, grown)
    assert [one["ts"] for one in state["room"]["messages"]] == [day["ts"], card["ts"]]


async def test_a_mute_of_all_silences_them_and_undo_gives_them_back_their_voice(
    behind: Backstage, client: AsyncClient
) -> None:
    await paste(client)
    await press(client, "mute_all")
    state = await until(client, answers)
    assert answers(state)[0].startswith("4 senders are muted until")
    assert (await behind.service.counter.standing.status())["mutes"] == 4
    held = [one["replied"]["progress"] for one in state["stories"]]
    assert "held" not in held
    await write(client, "Et maintenant ?", CROWD[0])
    state = await until(client, lambda state: len(state["stories"]) == 5 and state["stories"][0]["decided"])
    assert state["stories"][0]["decided"]["reasons"]["en"] == ["muted by the team"]
    await press(client, "undo")
    state = await until(client, lambda state: answers(state)[1:])
    assert answers(state)[1] == "Undone: 4 senders are treated as before."
    assert (await behind.service.counter.standing.status())["mutes"] == 0


async def test_a_pause_keeps_back_what_is_held_and_the_state_says_so(client: AsyncClient) -> None:
    state = await paste(client)
    assert state["paused"] == []
    await press(client, "pause")
    state = await until(client, lambda state: state["paused"])
    assert state["paused"] == ["sms"]
    await write(client, "Et maintenant ?", "+33639987779")
    state = await until(client, lambda state: len(state["stories"]) == 5 and state["stories"][0]["decided"])
    assert state["stories"][0]["decided"]["reasons"]["en"] == ["sms is paused by the team"]


async def test_texts_are_shown_to_nobody_before_somebody_asks_and_then_in_a_window(
    client: AsyncClient,
) -> None:
    state = await paste(client)
    assert PASTED not in json.dumps(state["room"], ensure_ascii=False)
    assert state["room"]["window"] is None
    await press(client, "samples")

    def filled(state: State) -> bool:
        return PASTED in json.dumps(state["room"]["window"], ensure_ascii=False)

    window = (await until(client, filled))["room"]["window"]
    assert [block["text"]["text"] for block in window["blocks"] if block["type"] == "section"] == [PASTED] * 4
    assert window["id"]


async def test_what_is_not_installed_is_not_there_and_the_rest_works() -> None:
    async with (
        backstage(free_port(), {"sms": TwilioStandIn()}) as behind,
        AsyncClient(base_url=behind.url) as client,
    ):
        state = await look(client)
        assert (list(state["conversations"]), state["room"]) == (["sms"], None)
        await write(client, "Bonsoir")
        await until(client, bubbles)
        for path, sent in {
            "/demo/text": {"channel": "telegram", "number": CROWD[0], "text": "/start", "language": "fr"},
            "/demo/press": {"message": "1.1", "action": "act:0:pause"},
            "/demo/command": {"text": "status"},
        }.items():
            assert (await client.post(path, json=sent)).status_code == 404


async def test_the_room_reads_what_the_page_does(client: AsyncClient) -> None:
    """A French page has a French room; what is no language that we speak changes nothing."""
    await until(client, lambda state: "Today" in str(state["room"]["messages"]))
    answer = await client.post("/demo/language", json={"language": "fr"})
    assert answer.json() == {"taken": True}
    state = await until(client, lambda state: "Aujourd'hui" in str(state["room"]["messages"]))
    assert state["room"]["language"] == "fr"
    refused = await client.post("/demo/language", json={"language": "tlh"})
    assert refused.status_code == 400
    assert (await look(client))["room"]["language"] == "fr"
