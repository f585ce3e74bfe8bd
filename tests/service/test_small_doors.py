"""Odd callers at the small doors: health pages, the control socket, far times. Each hears one sentence."""

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from bridge.clock import parse_iso
from bridge.errors import Misconfigured, RempartError, StoreUnavailable
from bridge.service import health
from bridge.service.control import control_app
from bridge.service.health import LONGEST_LAG, Condition, Vitals, health_app
from bridge.service.operator import operator_act
from bridge.store.looks.overview import Overview
from bridge.web.server import listen_privately
from tests.support.clock import NOON


def calling(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://evil.example")


class Service:
    """Counts how often it is asked how it is."""

    def __init__(self, condition: Callable[[], Condition] = lambda: Condition(0, 0.0)) -> None:
        self.asked, self.condition = 0, condition

    async def vitals(self) -> Vitals:
        self.asked += 1
        return Vitals(NOON, Overview(), {"sms": "on"}, {}, {})

    async def ready(self) -> Condition:
        self.asked += 1
        return self.condition()


@pytest.mark.parametrize("path", ["/healthz/", "/readyz/", "/metrics/", "/healthz/x", "//healthz", "/"])
async def test_no_page_sends_anybody_where_the_caller_says(path: str) -> None:
    service = Service()
    async with calling(health_app(service.vitals, service.ready)) as client:
        answer = await client.get(path)
    assert answer.status_code == 404
    assert "evil" not in answer.text + str(answer.headers)


def unwell() -> Condition:
    raise StoreUnavailable("The database cannot be used.")


@pytest.mark.parametrize(
    ("path", "condition"),
    [
        ("/metrics", lambda: Condition(0, 0.0)),
        ("/readyz", lambda: Condition(0, 0.0)),
        ("/readyz", lambda: Condition(900, LONGEST_LAG + 1)),
        ("/readyz", unwell),
    ],
)
async def test_a_hundred_looks_cost_one(
    monkeypatch: pytest.MonkeyPatch, path: str, condition: Callable[[], Condition]
) -> None:
    now = [100.0]
    monkeypatch.setattr(health, "monotonic", lambda: now[0])
    service = Service(condition)
    async with calling(health_app(service.vitals, service.ready)) as client:
        pages = {(await client.get(path)).text for _ in range(50)}
        pages |= {page.text for page in await asyncio.gather(*(client.get(path) for _ in range(50)))}
        assert (len(pages), service.asked) == (1, 1)
        now[0] += 1
        await client.get(path)
    assert service.asked == 2


async def hears(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"heard": dict(asked)}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 200),
        (b"{}", 200),
        (b"{", 400),
        (b"[]", 400),
        (b"3", 400),
        (b"null", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b"nonsense", 400),
    ],
)
async def test_a_malformed_question_is_told_so(body: bytes, status: int) -> None:
    async with calling(control_app({"hears": hears})) as client:
        answer = await client.post("/hears", content=body)
    assert answer.status_code == status
    assert ("error" in json.loads(answer.content)) is (status == 400)


@pytest.mark.parametrize("length", ["2 moons", -1, 0, 1.5, True, [], {}, 10**30, ""])
def test_what_is_no_length_is_never_written_down(length: object) -> None:
    with pytest.raises(Misconfigured, match="no length"):
        operator_act({"verb": "mute", "length": length}, NOON)


@pytest.mark.parametrize("asked", [{}, {"verb": None}, {"verb": 3, "target": []}, {"reason": {}}])
def test_an_act_that_lacks_its_parts_is_an_act_that_nobody_knows(asked: Mapping[str, Any]) -> None:
    assert operator_act(asked, NOON).length is None


@pytest.mark.parametrize(
    "written",
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00",
        "1999-12-31",
        "2100-01-01",
    ],
)
def test_a_time_far_away_is_refused(written: str) -> None:
    with pytest.raises(Misconfigured, match="2000 to 2099"):
        parse_iso(written)


@pytest.mark.parametrize("inside", [True, False])
def test_a_folder_in_place_of_the_socket_is_named(tmp_path: Path, *, inside: bool) -> None:
    path = tmp_path / "rempart.db.sock"
    path.mkdir()
    if inside:
        (path / "file").touch()
    with pytest.raises(RempartError, match="remove what stands in its place"):
        listen_privately(path)
