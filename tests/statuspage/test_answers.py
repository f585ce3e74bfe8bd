"""`GET /status` over HTTP: who is shown what, and what their browser is told to do with it."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import httpx
import pytest

from bridge.cli.status_link import show_link
from bridge.environment import meant
from bridge.errors import Misconfigured, StoreUnavailable
from bridge.model import MINUTE, SECOND
from bridge.responses import Responses
from bridge.service.health import health_app
from bridge.service.lookout import Lookout
from bridge.service.status_page import StatusPage
from bridge.statuspage.link import LASTS, link
from bridge.store.engine.store import Store
from tests.service.test_small_doors import Service
from tests.statuspage.test_public import OWN, SHIPPED, rules
from tests.support.clock import TestClock
from tests.support.events import SECRET, keys
from tests.support.house import opened
from tests.support.terrace import RULES, terrace

KEY = keys().links
CLOSED = rules("")
FRENCH, ENGLISH = {"accept-language": "fr"}, {"accept-language": "en-GB,en;q=0.8"}


class Desk:
    """The page of some lines on one database, asked without a network."""

    def __init__(self, store: Store, lines: Mapping[str, Responses]) -> None:
        self.store, self.clock, self.rules = store, TestClock(), dict(lines)
        lookouts = {name: self.lookout(name) for name in lines}
        health = Service()
        page = StatusPage(lookouts, KEY, self.clock)
        app = health_app(health.vitals, health.ready, further=[page.route])
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://b.example.org")

    def lookout(self, line: str) -> Lookout:
        return Lookout(self.store, self.clock, lambda: self.rules[line], lambda: {"sms": "on"}, tuple)

    async def get(self, url: str = "/status", headers: Mapping[str, str] = FRENCH) -> httpx.Response:
        return await self.client.get(url, headers=dict(headers))

    def link(self, line: str = "") -> str:
        return link("", KEY, self.clock(), line)


@asynccontextmanager
async def desk(url: str, **lines: Responses) -> AsyncIterator[Desk]:
    store = Store(url)
    asked = Desk(store, lines or {"": CLOSED})
    try:
        async with asked.client:
            yield asked
    finally:
        await store.close()


def sentence(page: httpx.Response) -> str:
    (said,) = re.findall(r'<p class="say"[^>]*>([^<]+)</p>', page.text)
    return str(said)


async def test_without_a_good_link_there_is_one_plain_sentence_and_no_figure(sqlite_url: str) -> None:
    async with desk(sqlite_url) as asked:
        made = asked.link()
        missing, wrong = await asked.get(), await asked.get(made[:-1] + ("0" if made[-1] != "0" else "1"))
        asked.clock.pass_(LASTS)
        old, english = await asked.get(made), await asked.get(made, ENGLISH)
        assert [one.status_code for one in (missing, wrong, old, english)] == [403] * 4
        assert len({sentence(one) for one in (missing, wrong, old, english)}) == 4
        assert sentence(english).startswith("This link was good for a quarter of an hour")
        assert all("€" not in one.text and "EUR" not in one.text for one in (missing, wrong, old))
        assert {one.headers["cache-control"] for one in (missing, wrong, old)} == {"no-store"}


async def test_a_good_link_shows_the_page_and_lets_nothing_out_of_the_browser(sqlite_url: str) -> None:
    async with desk(sqlite_url) as asked:
        page = await asked.get(asked.link())
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["x-content-type-options"] == "nosniff"
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "set-cookie" not in page.headers
        assert (await asked.client.post(asked.link())).status_code == 405
        assert (await asked.client.head(asked.link())).status_code == 200


async def test_what_was_seen_a_moment_ago_is_shown_again_and_then_anew(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk(sqlite_url) as asked:
        looks = counting(asked.store, monkeypatch)
        for _ in range(5):
            await asked.get(asked.link())
        first = len(looks)
        asked.clock.pass_(5 * SECOND)
        await asked.get(asked.link())
        assert (first, len(looks)) == (2, 3)


def counting(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Takes note of every look at a database."""
    looks: list[object] = []
    read = store.read

    async def noted(work: object) -> object:
        looks.append(work)
        return await read(work)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "read", noted)
    return looks


async def test_the_public_page_says_it_in_the_readers_language_and_is_made_once_a_minute(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk(sqlite_url, **{"": SHIPPED}) as asked:
        looks = counting(asked.store, monkeypatch)
        french, english = await asked.get(), await asked.get(headers=ENGLISH)
        assert (french.status_code, english.status_code) == (200, 200)
        assert sentence(french) == "Nous sommes là : les messages reçoivent une réponse."
        assert sentence(english) == "We are here: messages are answered."
        assert french.headers["cache-control"] == "public, max-age=60"
        assert french.headers["vary"] == "Accept-Language"
        for _ in range(20):
            await asked.get()
        assert len(looks) == 2
        asked.clock.pass_(MINUTE)
        await asked.get(headers={"accept-language": "de, it"})
        assert len(looks) == 3
        assert (await asked.get(asked.link())).headers["cache-control"] == "no-store"
        assert (await asked.get("/status?until=1&key=x")).status_code == 403


async def test_a_database_that_cannot_be_asked_is_no_secret_and_no_traceback(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk(sqlite_url, **{"": SHIPPED}) as asked:

        async def down(_work: object) -> None:
            raise StoreUnavailable("The database cannot be used.")

        monkeypatch.setattr(asked.store, "read", down)
        public, team = await asked.get(), await asked.get(asked.link())
        assert (public.status_code, sentence(public)) == (
            200,
            "Nous sommes là. Les réponses arrivent plus tard que d&#x27;habitude.",
        )
        assert team.status_code == 503
        assert sentence(team).endswith("réessayez dans une minute.")


async def test_each_line_has_its_own_part_its_own_link_and_its_own_public_page(sqlite_url: str) -> None:
    async with desk(sqlite_url, paris=CLOSED, lyon=OWN) as asked:
        both, lyon = await asked.get(asked.link()), await asked.get(asked.link("lyon"))
        assert re.findall(r"<h2>(\w+)</h2>", both.text) == ["paris", "lyon"]
        assert re.findall(r"<h2>(\w+)</h2>", lyon.text) == ["lyon"]
        assert (await asked.get(asked.link("nice"))).status_code == 403
        public = await asked.get()
        assert re.findall(r"<h2>(\w+)</h2>", public.text) == ["lyon"]
        assert (await asked.get("/status?line=paris")).status_code == 403
        assert (await asked.get("/status?line=lyon")).status_code == 200


async def test_a_running_service_has_the_page_and_gives_links_to_it(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path) as house:
        made = house.service.host.status_link()
        assert made is not None
        async with aiohttp.ClientSession() as session:
            async with session.get(made) as answer:
                assert (answer.status, "<h2>" in await answer.text()) == (200, True)
            async with session.get(f"{house.url}/status") as answer:
                assert answer.status == 403


async def test_the_link_of_a_room_opens_its_own_line_alone(empty_sqlite_url: str, tmp_path: Path) -> None:
    async with terrace(empty_sqlite_url, tmp_path, "twilio") as town, town.running() as service:
        made = [str(line.host.status_link()) for line in service.lines]
        pages = [await town.page(one.removeprefix(town.url)) for one in made]
        assert [re.findall(r"<h2>(\w+)</h2>", one) for one in pages] == [["paris"], ["lyon"]]


COMMANDS = [
    ({"REMPART_PUBLIC_URL": "https://b.example.org/"}, None, "https://b.example.org/status?until=", ""),
    (
        {"REMPART_PORT": "8123"},
        "lyon",
        "http://127.0.0.1:8123/status?until=",
        "REMPART_PUBLIC_URL is not set",
    ),
]


@pytest.mark.parametrize(("environment", "line", "begins", "told"), COMMANDS)
def test_the_command_line_gives_a_link_that_opens(  # noqa: PLR0917 - one row, one argument each
    environment: dict[str, str],
    line: str | None,
    begins: str,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "responses.yaml").write_text(RULES, encoding="utf-8")
    for name, value in ({"REMPART_SECRET": SECRET} | environment).items():
        monkeypatch.setenv(name, value)
    named = meant.set(line)
    show_link(as_json=False)
    printed = capsys.readouterr()
    assert printed.out.startswith(begins)
    assert f"line={line}&" in printed.out or line is None
    assert told in printed.err
    show_link(as_json=True)
    assert json.loads(capsys.readouterr().out)["link"].startswith(begins)
    meant.set("nice")
    with pytest.raises(Misconfigured, match="no line"):
        show_link(as_json=False)
    meant.reset(named)
