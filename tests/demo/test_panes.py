"""The Telegram chat and the team's channel in a real Chromium; skipped, loudly, where there is none."""

import asyncio

import pytest

from bridge.demo.backstage import Backstage
from tests.demo.chromium import Page
from tests.support.french import typeset

pytestmark = pytest.mark.asyncio(loop_scope="module")

MUTE_ALL = '[data-key$=":mute_all"]'
SAMPLES = '[data-key$=":samples"]'
UNDO = '[data-key$=":undo"]'
HOSTILE = "<b>Regardez</b> <!channel> *ici* & <https://exemple.invalid|là>"


def there(selector: str) -> str:
    return f"document.querySelector({selector!r})"


async def texts(page: Page, selector: str) -> list[str]:
    found: list[str] = await page.ask(
        f"[...document.querySelectorAll({selector!r})].map((one) => one.textContent)"
    )
    return found


async def pasted(behind: Backstage, text: str, times: int = 4) -> None:
    """As many telephones send one text at the same time."""
    await asyncio.gather(
        *(behind.text("sms", f"+3363998{number:04}", text, "fr") for number in range(5000, 5000 + times))
    )


async def test_telegram_is_a_chat_of_its_own_where_the_reply_is_free(running: Backstage, page: Page) -> None:
    await page.open(running.url, width=1440, height=900, language="en")
    await page.press("#channels button:nth-child(2)")
    assert (await page.ask("document.querySelector('#line').textContent")).startswith("@")
    await page.press("#examples .command:nth-child(2)")
    await page.until(there(".bubble[data-by=service]"))
    assert (await texts(page, ".bubble p"))[0] == "/help"
    await page.until("document.querySelectorAll('.story .steps > li.done').length === 3")
    card = await page.ask("document.querySelector('.story').innerText")
    assert "Telegram" in card
    assert "free" in card
    await page.press("#channels button:nth-child(1)")
    assert await texts(page, ".bubble") == []
    assert page.complaints == []


async def test_the_team_reads_what_strangers_wrote_mutes_them_once_it_is_sure_and_takes_that_back(
    running: Backstage, page: Page
) -> None:
    await page.open(running.url, width=390, height=844, language="fr")
    await pasted(running, HOSTILE)
    await page.until(there("[data-tab=room].news"))
    await page.press("[data-tab=room]")
    await page.until(there(SAMPLES))
    await page.press(SAMPLES)
    await page.until("document.querySelectorAll('#window-blocks .words').length === 4")
    assert await texts(page, "#window-blocks .words") == [HOSTILE] * 4
    await page.key("Escape")
    await page.until("!document.querySelector('#window').open")

    await page.until("document.querySelector('#feed').textContent.includes('Tous en sourdine')")
    await page.press(MUTE_ALL)
    assert await texts(page, ".asks h3") == [typeset("Mettre 4 expéditeurs en sourdine ?")]
    await page.press(".asks .act:not(.danger)")
    await page.until("!document.querySelector('.asks')")
    assert (await running.service.counter.standing.status())["mutes"] == 0
    await page.press(MUTE_ALL)
    await page.press(".asks .danger")
    await page.until(f"{there(UNDO)} && {there('.private')}")
    assert (await running.service.counter.standing.status())["mutes"] == 4
    assert "Visible de vous uniquement" in (await texts(page, ".private"))[0]

    await page.press(UNDO)
    await page.until("document.querySelectorAll('.private').length === 2")
    assert (await running.service.counter.standing.status())["mutes"] == 0
    await page.press(".private .dismiss")
    await page.until("document.querySelectorAll('.private').length === 1")
    assert await page.ask("document.querySelector('#window').open") is False
    assert page.complaints == []


async def test_a_thread_stays_folded_until_somebody_opens_it(running: Backstage, page: Page) -> None:
    await page.open(running.url, width=1440, height=900, language="en")
    await pasted(running, "Toujours la même phrase, cent fois de suite", times=100)
    card = f".post:has({MUTE_ALL})"
    await page.until(there(f"{card} .thread:not([hidden])"))
    assert await texts(page, f"{card} > article > div > .thread > summary") == ["1 reply"]
    assert await page.ask(f"{there(f'{card} .thread .words')}.checkVisibility()") is False
    await page.press(f"{card} .thread > summary")
    assert await page.ask(f"{there(f'{card} .thread .words')}.checkVisibility()") is True
    assert "posture raid" in (await texts(page, f"{card} .thread .words"))[0]
