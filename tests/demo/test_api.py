"""The API of the page, on the running whole: stand-in, service, SQLite file, HTTP."""

import json
import re
from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio
from httpx import AsyncClient

from bridge.demo.app import PAGE
from bridge.demo.backstage import backstage
from bridge.responses import read, shipped
from tests.demo.support import PHONE, State, answers, bubbles, look, progress, until, write
from tests.support.house import free_port

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXT = "Salut, c'était sympa hier soir"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client() -> AsyncIterator[AsyncClient]:
    """Speaks to one running demo."""
    async with backstage(free_port()) as behind, AsyncClient(base_url=behind.url) as client:
        yield client


FIRST = {"en": ["first message"], "fr": ["premier message"]}


async def test_a_text_gets_its_reply_after_the_hold_by_sms_for_money_and_over_telegram_for_nothing(
    client: AsyncClient,
) -> None:
    phone = "+33639980001"
    await write(client, TEXT, phone, "telegram")
    before = (await look(client, phone))["pot"]
    await write(client, TEXT, phone)
    held = await until(client, lambda state: progress(state) == "held", phone)
    done = await until(client, lambda state: progress(state) == "delivered", phone)
    story, replied = done["stories"][0], done["stories"][0]["replied"]
    assert (story["channel"], story["decided"]["action"]) == ("sms", "replied")
    assert story["decided"]["reasons"] == FIRST
    assert replied["attempted_at"] >= replied["due_at"] >= story["received_at"] + 3_000_000
    assert held["pot"]["reserved"] == before["reserved"]
    assert done["pot"]["spent"] - before["spent"] == replied["price"] > 0
    assert done["pot"]["inbound"] - before["inbound"] == story["decided"]["cost"] > 0
    mine, theirs = bubbles(done)
    assert (mine["by"], mine["text"], mine["event"]) == ("person", TEXT, story["event"])
    assert (theirs["by"], theirs["status"], theirs["event"]) == ("service", "delivered", None)

    state = await until(client, lambda state: bubbles(state, "telegram")[1:], phone)
    free = state["stories"][1]
    mine, theirs = bubbles(state, "telegram")
    assert (mine["text"], mine["event"], theirs["by"]) == (TEXT, free["event"], "service")
    assert (free["channel"], free["decided"]["reasons"]) == ("telegram", FIRST)
    assert free["replied"]["attempted_at"] >= free["replied"]["due_at"] >= free["received_at"] + 3_000_000
    assert free["decided"]["cost"] == free["replied"]["price"] == 0


async def test_stop_withdraws_a_held_reply_and_the_provider_confirms_by_itself(client: AsyncClient) -> None:
    phone = "+33639980002"
    await write(client, TEXT, phone)
    await until(client, lambda state: progress(state) == "held", phone)
    await write(client, "STOP", phone)
    state = await until(client, lambda state: bubbles(state)[2:], phone)
    state = await until(client, lambda state: state["stories"][0]["decided"], phone)
    stop, first = state["stories"][:2]
    assert stop["decided"]["action"] == "silent"
    assert stop["replied"] is None
    assert first["replied"]["progress"] == "cancelled"
    assert [one["by"] for one in bubbles(state)] == ["person", "person", "provider"]


@pytest.mark.parametrize(("channel", "phone"), [("sms", "+33639980003"), ("telegram", "+33639980013")])
async def test_the_bridge_and_the_team_see_neither_number_nor_text(
    client: AsyncClient, channel: str, phone: str
) -> None:
    await write(client, "Tellement hâte de te revoir", phone, channel)
    state = await until(client, progress, phone)
    told = json.dumps({**state, "conversations": {}}, ensure_ascii=False)
    wordings = [text for rule in read(shipped()).replies for texts in rule.say.values() for text in texts]
    assert phone.removeprefix("+33") not in told
    assert "hâte" not in told
    assert not any(text in told for text in wordings)
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d\d", state["stories"][0]["handle"])


async def test_a_telephone_sees_its_own_conversation_only(client: AsyncClient) -> None:
    await write(client, TEXT, "+33639980004")
    assert bubbles(await look(client, "+33639980005")) == []


@pytest.mark.parametrize(("language", "begins"), [("fr", "Vos messages"), ("en", "Your messages")])
async def test_a_command_of_the_menu_is_answered_at_once_in_the_reader_s_language(
    client: AsyncClient, language: str, begins: str
) -> None:
    phone = {"fr": "+33639980008", "en": "+33639980009"}[language]
    written = {"channel": "telegram", "number": phone, "text": "/privacy", "language": language}
    await client.post("/demo/text", json=written)
    state = await until(client, lambda state: bubbles(state, "telegram")[1:], phone)
    story = state["stories"][0]
    assert bubbles(state, "telegram")[1]["text"].startswith(begins)
    assert story["replied"]["due_at"] == story["decided"]["decided_at"]


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("status", "Rempart\nPosture: "),
        ("mutes", "Nobody is muted"),
        ("dance", '"dance" is not something I know'),
    ],
)
async def test_the_team_s_command_is_answered_privately(client: AsyncClient, text: str, begins: str) -> None:
    answer = await client.post("/demo/command", json={"text": text})
    assert answer.json() == {"taken": True}
    state = await until(client, lambda state: [one for one in answers(state) if one.startswith(begins)])
    assert not any(begins in message["text"] for message in state["room"]["messages"])


PASTED = "C'est le numéro dont tout le monde parle, écrivez-lui"


async def test_what_a_false_alarm_releases_waits_to_leave_as_it_does_in_service() -> None:
    phones = [f"+3363998{number}" for number in ("2101", "5206", "7733", "9004")]
    async with backstage(free_port()) as behind, AsyncClient(base_url=behind.url) as client:
        for phone in phones:
            await write(client, PASTED, phone)
        state = await until(client, lambda state: button(state, "false_alarm"))
        pressed = button(state, "false_alarm")
        assert pressed is not None
        assert "(4 replies)" in pressed["confirm"]["text"]["text"]
        await client.post("/demo/press", json={"message": pressed["ts"], "action": pressed["action_id"]})
        held = await until(client, lambda state: state["queue"]["replies"] == len(phones))
    assert all(one["due_at"] > held["now"] for one in held["queue"]["next"])


def button(state: State, ending: str) -> State | None:
    """A button of a card in the room, with the message that it stands on."""
    drawn = (
        {**one, "ts": message["ts"]}
        for message in state["room"]["messages"]
        for block in message["blocks"]
        for one in block.get("elements", ())
    )
    return next((one for one in drawn if str(one.get("action_id")).endswith(f":{ending}")), None)


async def test_places_in_the_chain_are_told_with_their_digests(client: AsyncClient) -> None:
    await write(client, TEXT, "+33639980006")

    def placed(state: State) -> bool:
        return bool(state["stories"]) and state["stories"][0]["place"] is not None

    story = (await until(client, placed))["stories"][0]
    assert re.fullmatch(r"[0-9a-f]{64}", story["digest"])


TEXTED = {"channel": "sms", "number": PHONE, "text": "salut", "language": "fr"}
PRESSED = {"message": "1790000000.000001", "action": "act:0:mute_all"}


def body(fields: Mapping[str, object], *left_out: str, **changed: object) -> bytes:
    sent = {**fields, **changed}
    return json.dumps({name: value for name, value in sent.items() if name not in left_out}).encode()


@pytest.mark.parametrize("path", ["/demo/text", "/demo/press", "/demo/command", "/demo/evening"])
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[1]", 400),
        (b"\xff\xfe", 400),
        (b"[" * 12_000, 400),
        (b"{}", 400),
        (b" " * 20_000, 413),
    ],
)
async def test_what_is_no_object_of_a_fair_size_is_refused_in_a_plain_sentence(
    client: AsyncClient, path: str, sent: bytes, status: int
) -> None:
    answer = await client.post(path, content=sent, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/demo/text", body(TEXTED, "number"), 400),
        ("/demo/text", body(TEXTED, "text"), 400),
        ("/demo/text", body(TEXTED, "channel"), 400),
        ("/demo/text", body(TEXTED, "language"), 400),
        ("/demo/text", body(TEXTED, number="+33612345678"), 400),
        ("/demo/text", body(TEXTED, number="+336399812345"), 400),
        ("/demo/text", body(TEXTED, number=f"{PHONE}\n"), 400),
        ("/demo/text", body(TEXTED, number=[PHONE]), 400),
        ("/demo/text", body(TEXTED, text="  \n"), 400),
        ("/demo/text", body(TEXTED, text="a" * 1601), 400),
        ("/demo/text", body(TEXTED, text="\ud800"), 400),
        ("/demo/text", body(TEXTED, text=7), 400),
        ("/demo/text", body(TEXTED, language="french"), 400),
        ("/demo/text", body(TEXTED, language=1), 400),
        ("/demo/text", body(TEXTED, channel=["sms"]), 400),
        ("/demo/text", body(TEXTED, channel="pigeon"), 404),
        ("/demo/text", body(TEXTED, channel="slack"), 404),
        ("/demo/press", body(PRESSED, "message"), 400),
        ("/demo/press", body(PRESSED, "action"), 400),
        ("/demo/press", body(PRESSED, message={"ts": 1}), 400),
        ("/demo/press", body(PRESSED, action="a" * 300), 400),
        ("/demo/press", body(PRESSED, action="act 0\n"), 400),
        ("/demo/press", body(PRESSED), 404),
        ("/demo/command", body({}, text=" "), 400),
        ("/demo/command", body({}, text="a" * 301), 400),
        ("/demo/command", body({}, text=["status"]), 400),
        ("/demo/evening", body({}, play=1), 400),
        ("/demo/evening", body({}, play="true"), 400),
        ("/demo/evening", body({}, play=True, evening="weekend"), 400),
        ("/demo/evening", body({}, play=True, evening=["raid"]), 400),
    ],
)
async def test_what_the_page_would_never_send_is_refused_in_a_plain_sentence(
    client: AsyncClient, path: str, sent: bytes, status: int
) -> None:
    answer = await client.post(path, content=sent, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")


GOOD = {
    "/demo/text": TEXTED,
    "/demo/press": PRESSED,
    "/demo/command": {"text": "help"},
    "/demo/evening": {"play": True},
}


@pytest.mark.parametrize("path", GOOD)
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
    ],
)
async def test_nobody_but_the_page_itself_can_do_anything(
    client: AsyncClient, path: str, headers: dict[str, str], status: int
) -> None:
    before = len((await look(client))["room"]["answers"])
    answer = await client.post(path, content=json.dumps(GOOD[path]), headers=headers)
    state = await look(client)
    assert answer.status_code == status
    assert len(state["room"]["answers"]) == before
    assert state["evening"]["phase"] == "ready"


@pytest.mark.parametrize("site", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "its own"}])
@pytest.mark.parametrize("path", ["/demo/text", "/demo/command"])
async def test_the_page_s_own_origin_is_let_in(client: AsyncClient, path: str, site: dict[str, str]) -> None:
    own = {name: value.replace("its own", str(client.base_url).rstrip("/")) for name, value in site.items()}
    headers = {"Content-Type": "application/json; charset=utf-8", **own}
    answer = await client.post(path, content=json.dumps(GOOD[path]), headers=headers)
    assert answer.json() == {"taken": True}


@pytest.mark.parametrize("number", ["+33612345678", "everybody", "+3363998123"])
async def test_no_other_number_s_conversation_is_told(client: AsyncClient, number: str) -> None:
    answer = await client.get("/demo/state", params={"number": number})
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
    assert (await client.get("/readyz")).json()["ready"] is True
