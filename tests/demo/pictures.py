"""Takes the README's pictures of the demo, from the running whole: `python -m tests.demo.pictures`."""

import asyncio
import base64
import sys
from pathlib import Path

from bridge.demo.backstage import Backstage, backstage
from tests.demo.chromium import PATIENCE, Chromium, Page, browser, chromium
from tests.support.house import free_port

DOCS = Path(__file__).parents[2] / "docs"
_PASTED = "C'est le numéro dont tout le monde parle, écrivez-lui"
_ANSWERED = "document.querySelector('.bubble[data-by=service]')"
_COUNTING = "document.querySelector('.story:first-child [data-due]')"
_MUTE_ALL = '[data-key$=":mute_all"]'
_MUTED = "document.querySelector('.private') && document.querySelector('[data-key$=\":undo\"]')"


async def desktop(behind: Backstage, browser: Chromium) -> bytes:
    """A reply over Telegram, an onslaught that the team has silenced, and a reply by SMS that waits."""
    async with browser.tab() as page:
        await page.open(behind.url, width=1440, height=1040, language="en", scale=2)
        await _silence_an_onslaught(behind, page)
        await page.press("#channels button:nth-child(2)")
        await page.press("#examples .chip:not(.command)")
        await page.until(_ANSWERED)
        await behind.text("sms", "+33639984417", "Allo ?", "fr")
        await page.until(_COUNTING)
        await asyncio.sleep(1)  # halfway through its wait
        return await _still(page)


async def phone(behind: Backstage, browser: Chromium) -> bytes:
    """The three panes on a telephone's screen, in French, one beside the other."""
    async with browser.tab() as page:
        await page.open(behind.url, width=390, height=844, language="fr", scale=2)
        await page.press("#examples .chip")
        await page.until(_ANSWERED)
        first = await _still(page)
        await page.press("[data-tab=room]")
        await _silence_an_onslaught(behind, page)
        third = await _still(page)
        await page.press("[data-tab=bridge]")
        return await _beside_each_other(browser, [first, await _still(page), third])


async def raid(behind: Backstage, browser: Chromium) -> bytes:
    """The raid of 2017, two thirds through."""
    async with browser.tab() as page:
        await page.open(behind.url, width=1440, height=1200, language="en", scale=2)
        await page.press("#raid-button")
        async with asyncio.timeout(5 * PATIENCE):
            while not await page.ask("document.querySelector('#raid-progress').value > 0.66"):
                await asyncio.sleep(0.2)
        return await _still(page)


async def _silence_an_onslaught(behind: Backstage, page: Page) -> None:
    for number in ("+33639982101", "+33639985206", "+33639987733", "+33639989004"):
        await behind.text("sms", number, _PASTED, "fr")
    await page.until(f"document.querySelector({_MUTE_ALL!r})")
    await page.press(_MUTE_ALL)
    await page.press(".asks .danger")
    await page.until(_MUTED)


async def _still(page: Page) -> bytes:
    """Without a pointer, and once nothing moves any more."""
    await page.command("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
    await asyncio.sleep(0.5)
    return await page.picture()


async def _beside_each_other(browser: Chromium, pictures: list[bytes]) -> bytes:
    shown = "".join(
        f'<img src="data:image/png;base64,{base64.b64encode(picture).decode()}">' for picture in pictures
    )
    style = "body { display: flex; gap: 24px; margin: 0 } img { width: 390px; border-radius: 24px }"
    async with browser.tab() as page:
        await page.resize(3 * 390 + 2 * 24, 844, scale=2)
        await page.command(
            "Emulation.setDefaultBackgroundColorOverride", color={"r": 0, "g": 0, "b": 0, "a": 0}
        )
        await page.ask(f"document.documentElement.innerHTML = {f'<style>{style}</style>{shown}'!r}")
        await page.until("[...document.images].every((image) => image.complete)")
        return await page.picture()


async def main() -> None:
    """Writes the pictures."""
    path = chromium()
    if path is None:
        sys.exit("No Chromium was found: install it, or name it in CHROMIUM.")
    async with browser(path) as running:
        for name, take in (("demo.png", desktop), ("demo-phone.png", phone), ("demo-raid.png", raid)):
            async with backstage(free_port()) as behind:
                picture = await take(behind, running)
            (DOCS / name).write_bytes(picture)


if __name__ == "__main__":
    asyncio.run(main())
