"""The raid's button and panel in a real Chromium; skipped, loudly, where there is none."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio

from bridge.demo.backstage import Backstage, backstage
from bridge.demo.script import Cut, written
from tests.demo.chromium import Chromium, Page
from tests.support.house import free_port

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(1800)]

CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
SMALL, LONG = Cut(share=0.006, seconds=2), Cut(share=0.02, seconds=300)
LINES = written(0, SMALL.share)

OPEN = "document.querySelector('#raid').checkVisibility()"
BEGUN = "document.querySelector('#raid .plot path')?.getAttribute('d')"
TOLD = "document.querySelector('#raid-outcome.told')"
OUTSIDE = """[...document.querySelectorAll('#raid *')]
  .filter((one) => one.checkVisibility() && !one.closest('svg, .unseen'))
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.className)"""


class Watched(NamedTuple):
    """A raid that somebody has watched to its end, in French, and written beside."""

    page: Page
    """As it stands afterwards."""
    open_before: bool
    """Whether the panel was there before anybody pressed the button."""
    pale: list[str]
    """The texts that did not stand out while it was played."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watched(shared_browser: Chromium) -> AsyncIterator[Watched]:
    """One that is over within seconds; what the tests look at changes nothing of it."""
    async with backstage(free_port(), cut=SMALL) as behind, shared_browser.tab() as page:
        await page.open(behind.url, width=1440, height=900, language="fr")
        open_before = await page.ask(OPEN)
        await page.press("#raid-button")
        await page.until(OPEN)
        await page.until(BEGUN)
        pale = await contrasts(page)
        await page.press("#write")
        await page.type("Salut, on se voit quand ?")
        await page.press("#composer button")
        await page.until("document.querySelectorAll('.story.mine').length === 1")
        await page.until(TOLD)
        yield Watched(page, open_before, pale)


@pytest_asyncio.fixture(loop_scope="module")
async def endless() -> AsyncIterator[Backstage]:
    """A demo whose raid does not end by itself."""
    async with backstage(free_port(), cut=LONG) as behind:
        yield behind


async def shown(page: Page, selector: str) -> str:
    """The text that one sees there."""
    return str(await page.ask(f"document.querySelector({selector!r}).innerText"))


async def test_the_raid_is_played_counted_and_told_in_one_sentence_in_either_language(
    watched: Watched,
) -> None:
    page = watched.page
    assert watched.open_before is False
    hostile = sum(line.hostile for line in LINES)
    people = len({line.sender for line in LINES if not line.hostile})
    assert f"{hostile} messages hostiles" in await shown(page, "#raid-outcome")
    assert f"sur {people}" in await shown(page, ".figures .people")
    assert "inévitable" in await shown(page, ".figures .money")
    assert (await shown(page, "#raid-when")).lower() == "lundi 30 octobre 2017, 23:20"
    await page.press("[data-language=en]")
    sentence = await shown(page, "#raid-outcome")
    assert sentence.startswith(f"Ridden out: {hostile} hostile messages.")
    assert "receiving them €" in sentence
    heard = await page.ask("document.querySelector('#raid-heard').textContent")
    assert heard in " ".join(sentence.split())
    assert "What went wrong:" in heard or "Nothing went wrong:" in heard
    assert (await shown(page, "#raid-when")).startswith("Monday")
    assert page.complaints == []
    await page.press("[data-language=fr]")


async def test_each_hour_stands_below_the_picture_in_one_line(watched: Watched) -> None:
    """Also the last one, beyond whose middle there is little room."""
    await watched.page.resize(1280, 900)
    heights = await watched.page.ask(
        "[...document.querySelectorAll('#raid-hours span')].map((one) => one.offsetHeight).filter(Boolean)"
    )
    await watched.page.resize(1440, 900)
    assert len(set(heights)) == 1


async def test_what_raiders_wrote_is_nowhere_on_the_page_and_the_visitor_s_own_phone_stays_usable(
    watched: Watched,
) -> None:
    page = watched.page
    seen = await page.ask("document.body.textContent")
    assert not [line for line in LINES if line.hostile and len(line.text) > 20 and line.text in seen]
    assert await page.ask("document.querySelectorAll('.bubble[data-by=person]').length") == 1
    assert await page.ask("document.querySelectorAll('.story').length") == 1


async def test_a_second_press_begins_nothing_a_reload_finds_it_and_it_can_be_stopped_and_put_away(
    endless: Backstage, page: Page
) -> None:
    await page.open(endless.url, width=390, height=844, language="en")
    await page.press("#raid-button")
    await page.until(BEGUN)
    assert await page.ask("document.querySelector('#raid-button').ariaDisabled") == "true"
    await page.press("#raid-button")
    await page.until("document.querySelector('#raid-heard').textContent.includes('already')")
    await page.command("Page.reload")
    await page.until(f"document.querySelector('#raid') && {OPEN} && {BEGUN}")
    before = await endless.state(None)
    assert (before["evening"]["phase"], before["evening"]["take"]) == ("playing", 1)
    assert await shown(page, "#raid-end") == "Stop"
    await page.press("#raid-end")
    await page.until(TOLD)
    assert (await shown(page, "#raid-outcome")).startswith("Stopped after")
    await page.press("#raid-end")
    await page.until(f"!{OPEN}")
    assert await page.ask("document.activeElement.id") == "raid-button"
    await page.key("Enter")
    await page.until(OPEN)
    assert (await endless.state(None))["evening"]["take"] == 2


async def test_nothing_of_it_stands_beside_the_screen_and_every_text_stands_out(watched: Watched) -> None:
    """The contrast that WCAG 2.2 asks of text at level AA: 4.5 to 1."""
    page = watched.page
    assert watched.pale == []
    assert await contrasts(page) == []
    for width, height in ((360, 740), (390, 844), (1024, 768), (1440, 900)):
        await page.resize(width, height)
        assert await page.ask("document.documentElement.scrollWidth") == width
        assert await page.ask(OUTSIDE) == [], width


async def contrasts(page: Page) -> list[str]:
    """The texts that do not stand out enough, in either theme."""
    found: list[str] = []
    for dark in (False, True):
        await page.theme(dark=dark)
        found += await page.ask(CONTRAST)
    return found
