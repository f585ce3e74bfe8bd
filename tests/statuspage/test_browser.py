"""The pages in a real browser: whole on a telephone, by day and by night, and open to everybody."""

from collections.abc import AsyncIterator, Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
import pytest_asyncio

from bridge.responses import Responses
from bridge.service.health import health_app
from bridge.service.lookout import Lookout
from bridge.service.status_page import StatusPage
from bridge.statuspage.link import link
from bridge.store.engine.store import Store
from bridge.web.server import Server, listen
from tests.demo.chromium import Page
from tests.figures.day import RULES, lived
from tests.service.test_small_doors import Service
from tests.support.events import keys, rules
from tests.support.house import free_port
from tests.support.sqlite import migrated

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONTRAST = (Path(__file__).parents[1] / "demo" / "contrast.js").read_text(encoding="utf-8")
FRENCH = RULES + b"feed: {language: fr}\nstatus_page: {public: true}\n"
ENGLISH = RULES + b"status_page: {public: true}\n"
SCREENS = [(360, 740), (1280, 900)]
VIOLATIONS = """axe.run({ resultTypes: ['violations'], preload: false }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 80)}`)))"""
CUT = """[...document.querySelectorAll('main *')].filter((one) => !one.closest('svg, .numbers-of'))
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5)
  .map((one) => one.outerHTML.slice(0, 80))"""
SMALLEST = """Math.min(...[...document.querySelectorAll('figure > svg text')].map((one) =>
  parseFloat(getComputedStyle(one).fontSize) * one.ownerSVGElement.getBoundingClientRect().width
    / one.ownerSVGElement.viewBox.baseVal.width))"""
"""Pixels of the smallest letter in a picture."""


def axe() -> str:
    """The engine of accessibility checks, as its package has it."""
    found = find_spec("axe_core_python")
    assert found is not None
    assert found.submodule_search_locations
    return (Path(found.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")


class Site:
    """The page of a line whose rules can be changed."""

    def __init__(self, url: str, made: Callable[[], str]) -> None:
        self.url, self.link, self.rules = url, made, rules(ENGLISH)

    def in_force(self) -> Responses:
        return self.rules


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A day that was lived, served on a port."""
    store = Store(migrated(tmp_path_factory.mktemp("status") / "rempart.db"))
    clock = (await lived(store)).scene.bridge.clock
    port, health = free_port(), Service()
    url = f"http://127.0.0.1:{port}"
    site = Site(url, lambda: link(url, keys().links, clock()))
    lines = {
        name: Lookout(store, clock, site.in_force, lambda: {"sms": "on", "telegram": "failing"}, tuple)
        for name in ("paris", "lyon")
    }
    page = StatusPage(lines, keys().links, clock)
    async with Server(
        health_app(health.vitals, health.ready, further=[page.route]), listen("127.0.0.1", port), 1
    ):
        yield site
    await store.close()


async def looked_through(page: Page) -> list[str]:
    """All that is wrong with what the page shows, on either screen and in either theme."""
    found: list[str] = []
    await page.ask(axe())
    for width, height in SCREENS:
        await page.resize(width, height)
        assert await page.ask("document.documentElement.scrollWidth") == width
        found += await page.ask(CUT)
        for dark in (False, True):
            await page.theme(dark=dark)
            await page.drawn()
            found += await page.ask(VIOLATIONS)
            found += await page.ask(CONTRAST)
    return found


@pytest.mark.parametrize(("language", "source"), [("fr", FRENCH), ("en", ENGLISH)])
async def test_the_teams_page_is_whole_on_a_telephone_and_a_screen_and_open_to_everybody(
    site: Site, page: Page, language: str, source: bytes
) -> None:
    site.rules = rules(source)
    await page.open(site.link(), width=360, height=740, language="de", shows=".foot")
    assert await page.ask("document.documentElement.lang") == language
    assert await page.ask("document.querySelectorAll('.pictures svg').length") == 8
    assert await page.ask(SMALLEST) > 9
    await page.ask("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    assert await looked_through(page) == []
    assert page.complaints == []


async def test_the_public_page_and_a_refusal_are_too(site: Site, page: Page) -> None:
    await page.open(f"{site.url}/status", width=360, height=740, language="fr", shows=".say")
    assert await page.ask("document.querySelectorAll('.public').length") == 2
    assert await looked_through(page) == []
    assert page.complaints == []
    await page.open(f"{site.url}/status?until=1&key=x", width=360, height=740, language="fr", shows=".say")
    assert await page.ask("document.querySelector('.say').textContent.startsWith('Ce lien')") is True
    assert await looked_through(page) == []
