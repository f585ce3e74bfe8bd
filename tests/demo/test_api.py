"""The API of the page, on the running whole: stand-in, service, SQLite file, HTTP."""

import json
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from httpx import AsyncClient

from bridge.demo.app import PAGE
from bridge.demo.backstage import backstage
from bridge.responses import read, shipped
from tests.demo.support import PHONE, State, free_port, look, progress, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXT = "Salut, c'était sympa hier soir"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client() -> AsyncIterator[AsyncClient]:
    """Speaks to one running demo."""
    async with backstage(free_port()) as behind, AsyncClient(base_url=behind.url) as client:
        yield client


async def write(client: AsyncClient, text: str, address: str = PHONE) -> None:
    answer = await client.post("/demo/text", json={"address": address, "text": text})
    assert answer.json() == {"taken": True}


async def test_a_text_gets_its_reply_after_the_hold_and_every_step_is_told(client: AsyncClient) -> None:
    phone = "+33639980001"
    before = (await look(client, phone))["pot"]
    await write(client, TEXT, phone)
    held = await until(client, lambda state: progress(state) == "held", phone)
    done = await until(client, lambda state: progress(state) == "delivered", phone)
    story, replied = done["stories"][0], done["stories"][0]["replied"]
    assert story["decided"]["action"] == "replied"
    assert story["decided"]["reasons"] == ["first message"]
    assert replied["attempted_at"] >= replied["due_at"] >= story["received_at"] + 3_000_000
    assert held["pot"]["reserved"] - before["reserved"] == replied["price"] > 0
    assert done["pot"]["spent"] - before["spent"] == replied["price"]
    assert done["pot"]["inbound"] - before["inbound"] == story["decided"]["cost"] > 0
    mine, theirs = done["conversation"]
    assert (mine["by"], mine["text"], mine["event"]) == ("person", TEXT, story["event"])
    assert (theirs["by"], theirs["status"], theirs["event"]) == ("service", "delivered", None)


async def test_stop_withdraws_a_held_reply_and_the_provider_confirms_by_itself(client: AsyncClient) -> None:
    phone = "+33639980002"
    await write(client, TEXT, phone)
    await until(client, lambda state: progress(state) == "held", phone)
    await write(client, "STOP", phone)
    state = await until(client, lambda state: [one["by"] for one in state["conversation"]][2:], phone)
    state = await until(client, lambda state: state["stories"][0]["decided"], phone)
    stop, first = state["stories"][:2]
    assert stop["decided"]["action"] == "silent"
    assert stop["replied"] is None
    assert first["replied"]["progress"] == "cancelled"
    assert [one["by"] for one in state["conversation"]] == ["person", "person", "provider"]


async def test_the_bridge_s_side_holds_neither_number_nor_text(client: AsyncClient) -> None:
    phone = "+33639980003"
    await write(client, "Tellement hâte de te revoir", phone)
    state = await until(client, progress, phone)
    told = json.dumps({**state, "conversation": [], "line": ""}, ensure_ascii=False)
    wordings = [text for rule in read(shipped()).replies for texts in rule.say.values() for text in texts]
    assert "639980003" not in told
    assert "hâte" not in told
    assert not any(text in told for text in wordings)
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d\d", state["stories"][0]["handle"])


async def test_a_telephone_sees_its_own_conversation_only(client: AsyncClient) -> None:
    await write(client, TEXT, "+33639980004")
    assert (await look(client, "+33639980005"))["conversation"] == []


async def test_places_in_the_chain_are_told_with_their_digests(client: AsyncClient) -> None:
    await write(client, TEXT, "+33639980006")

    def placed(state: State) -> bool:
        return bool(state["stories"]) and state["stories"][0]["place"] is not None

    story = (await until(client, placed))["stories"][0]
    assert re.fullmatch(r"[0-9a-f]{64}", story["digest"])


GOOD = {"address": PHONE, "text": "salut"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[1]", 400),
        (b"\xff\xfe", 400),
        (b"[" * 12_000, 400),
        (json.dumps({"text": "salut"}).encode(), 400),
        (json.dumps({"address": PHONE}).encode(), 400),
        (json.dumps({**GOOD, "address": "+33612345678"}).encode(), 400),
        (json.dumps({**GOOD, "address": "+336399812345"}).encode(), 400),
        (json.dumps({**GOOD, "address": f"{PHONE}\n"}).encode(), 400),
        (json.dumps({**GOOD, "address": [PHONE]}).encode(), 400),
        (json.dumps({**GOOD, "text": "  \n"}).encode(), 400),
        (json.dumps({**GOOD, "text": "a" * 1601}).encode(), 400),
        (json.dumps({**GOOD, "text": "\ud800"}).encode(), 400),
        (json.dumps({**GOOD, "text": 7}).encode(), 400),
        (b" " * 20_000, 413),
    ],
)
async def test_what_the_page_would_never_send_is_refused_in_a_plain_sentence(
    client: AsyncClient, body: bytes, status: int
) -> None:
    answer = await client.post("/demo/text", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "application/json", "Origin": "https://elsewhere.example"}, 403),
        ({"Content-Type": "application/json", "Origin": "null"}, 403),
        ({"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "application/json", "Sec-Fetch-Site": "same-site"}, 403),
        ({"Content-Type": "application/json", "Host": "elsewhere.example"}, 400),
        ({"Content-Type": "application/json; charset=utf-8", "Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
async def test_only_the_page_itself_can_text(
    client: AsyncClient, headers: dict[str, str], status: int
) -> None:
    answer = await client.post("/demo/text", content=json.dumps(GOOD), headers=headers)
    assert answer.status_code == status


async def test_the_page_s_own_origin_is_let_in(client: AsyncClient) -> None:
    origin = str(client.base_url).rstrip("/")
    answer = await client.post("/demo/text", json=GOOD, headers={"Origin": origin})
    assert answer.status_code == 200


@pytest.mark.parametrize("address", ["+33612345678", "everybody", "+3363998123"])
async def test_no_other_number_s_conversation_is_told(client: AsyncClient, address: str) -> None:
    answer = await client.get("/demo/state", params={"address": address})
    assert answer.status_code == 400


FILES = sorted(path.name for path in PAGE.iterdir())


@pytest.mark.parametrize("name", ["", *FILES])
async def test_every_file_of_the_page_is_served_under_a_strict_policy(client: AsyncClient, name: str) -> None:
    answer = await client.get(f"/{name}")
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/nothing", "/../run.py", "/%2e%2e/run.py", "/demo/nothing"])
async def test_nothing_else_is_served(client: AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_the_health_of_the_service_is_still_told_beside_the_page(client: AsyncClient) -> None:
    assert (await client.get("/readyz")).json() == {"ready": True}
