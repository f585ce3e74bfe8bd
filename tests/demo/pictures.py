"""Takes the README's pictures of the demo, from the running whole: `python -m tests.demo.pictures`."""

import asyncio
import sys
from pathlib import Path

from bridge.demo.backstage import Backstage, backstage
from tests.demo.chromium import Page, browser, chromium
from tests.demo.support import free_port

DOCS = Path(__file__).parents[2] / "docs"
_ANSWERED = "document.querySelector('.bubble[data-by=service]')"
_DELIVERED = "document.querySelectorAll('.story:first-child .steps > li.done').length === 5"
_COUNTING = "document.querySelector('.story:first-child [data-due]')"


async def desktop(behind: Backstage, page: Page) -> bytes:
    """One phone that has its reply, another whose reply was withdrawn, and a third whose reply waits."""
    await behind.text("+33639987301", "Allo ?")
    await behind.text("+33639987301", "STOP")
    await page.open(behind.url, width=1440, height=900, language="en", scale=2)
    await page.press("#examples .chip")
    await page.until(_ANSWERED)
    await page.until(_DELIVERED)
    await behind.text("+33639984417", "Allo ?")
    await page.until(_COUNTING)
    await asyncio.sleep(1)  # halfway through its wait
    return await _still(page)


async def phone(behind: Backstage, page: Page) -> bytes:
    """One message and its reply, on a telephone's screen, in French."""
    await page.open(behind.url, width=390, height=844, language="fr", scale=2)
    await page.press("#examples .chip")
    await page.until(_ANSWERED)
    await page.until(_DELIVERED)
    return await _still(page, whole=True)


async def _still(page: Page, *, whole: bool = False) -> bytes:
    """Without a pointer, and once nothing moves any more."""
    await page.command("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
    await page.ask("scrollTo(0, 0)")
    await asyncio.sleep(0.5)
    return await page.picture(whole=whole)


async def main() -> None:
    """Writes both pictures."""
    path = chromium()
    if path is None:
        sys.exit("No Chromium was found: install it, or name it in CHROMIUM.")
    for name, take in (("demo.png", desktop), ("demo-phone.png", phone)):
        async with backstage(free_port()) as behind, browser(path) as page:
            picture = await take(behind, page)
        (DOCS / name).write_bytes(picture)


if __name__ == "__main__":
    asyncio.run(main())
