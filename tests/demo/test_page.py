"""The page in a real Chromium; skipped, loudly, where there is none."""

from pathlib import Path

import pytest

from bridge.demo.backstage import Backstage, backstage
from channels.standins.twilio import TwilioStandIn
from tests.demo.chromium import Page
from tests.support.house import free_port

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
SIZES = [(360, 740, 1), (390, 844, 1), (1024, 768, 2), (1440, 900, 3)]
"""Width, height, and how many panes are seen at once."""
FONTS = {
    "of this machine": "",
    "narrow": "letter-spacing: -0.09em !important; word-spacing: -0.1em !important",
    "wide": "font-family: monospace !important; letter-spacing: 0.06em !important",
}
"""What every text is drawn with: a third narrower than is usual, and a third wider."""
CUT = """[...document.querySelectorAll('[data-tab]')]
  .filter((tab) => tab.scrollWidth > tab.clientWidth).map((tab) => tab.textContent)"""
TABS = "[...document.querySelectorAll('[data-tab]')].filter((tab) => tab.checkVisibility()).length"
SEEN = """[...document.querySelectorAll('.pane')]
  .filter((pane) => pane.checkVisibility()).map((pane) => pane.id)"""
OUTSIDE = """[...document.querySelectorAll('main *')]
  .filter((one) => one.checkVisibility() && !one.closest('.phones, .commands, .unseen'))
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.className)"""


async def test_a_reply_arrives_on_the_phone_and_its_card_tells_why_and_what_it_cost_in_either_language(
    running: Backstage, page: Page
) -> None:
    await page.open(running.url, width=390, height=844, language="fr", moving=True)
    await page.press("#write")
    await page.type("<b>Salut</b> & bonjour à toi, on se voit quand ?")
    await page.press("#composer button")
    await page.until("document.querySelector('[data-tab=bridge].news')")
    await page.press("[data-tab=bridge]")
    assert await page.ask(SEEN) == ["bridge"]
    assert await page.ask("document.querySelector('[data-tab=bridge]').matches('.news')") is False
    done = "document.querySelectorAll('.story .steps > li.done').length === 5"
    await page.until(f"document.querySelector('.story [data-due] .bar') || {done}")  # it shows for seconds
    await page.until("document.querySelector('[data-tab=phone].news')")
    await page.until(done)
    for language, reason, cost in (("fr", "premier message", "0,0838"), ("en", "first message", "0.0838")):
        await page.press(f"[data-language={language}]")
        card = await page.ask("document.querySelector('.story').innerText")
        assert await page.ask("document.documentElement.lang") == language
        assert reason in card
        assert cost in card
    await page.press("[data-tab=phone]")
    written = await page.ask("document.querySelector('.bubble[data-by=person] p').textContent")
    assert written == "<b>Salut</b> & bonjour à toi, on se voit quand ?"
    assert await page.ask("document.querySelector('.bubble[data-by=service]').checkVisibility()") is True
    assert page.complaints == []


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_there_are_as_many_panes_as_there_is_room_and_nothing_stands_beside_the_screen(
    running: Backstage, page: Page, language: str
) -> None:
    await page.open(running.url, width=1440, height=900, language=language)
    await page.press(".paste")
    await page.until("document.querySelector('[data-key$=\":mute_all\"]')")
    for font, css in FONTS.items():
        await page.font(css)
        for width, height, panes in SIZES:
            await page.resize(width, height)
            await _fits(page, width, height, panes, (font, width))


async def _fits(page: Page, width: int, height: int, panes: int, what: tuple[str, int]) -> None:
    """That the page stands on a screen of that size as it should."""
    for pane in ("bridge", "room", "phone"):
        await page.ask(f"document.querySelector('[data-tab={pane}]').click()")
        seen = await page.ask(SEEN)
        assert len(seen) == panes, (what, seen)
        assert pane in seen or panes > 1
        assert await page.ask("document.documentElement.scrollWidth") == width, (what, pane)
        assert await page.ask(OUTSIDE) == [], (what, pane)
    assert await page.ask(CUT) == [], what
    await page.drawn()
    bottom = await page.ask("document.querySelector('#composer').getBoundingClientRect().bottom + scrollY")
    assert bottom <= height, what


async def test_another_phone_is_a_first_time_sender_again(running: Backstage, page: Page) -> None:
    await page.open(running.url, width=1440, height=900, language="en")
    for expected in (1, 2):
        await page.press("#examples .chip")
        await page.until(f"document.querySelectorAll('.story').length === {expected}")
        assert await page.ask("document.querySelectorAll('.bubble').length") == 1
        assert await page.ask("document.querySelectorAll('.story.mine').length") == 1
        await page.until("document.querySelector('.story').innerText.includes('first message')")
        await page.press("#phones .another")
        await page.until("document.querySelectorAll('.bubble').length === 0")
    handles = await page.ask("[...document.querySelectorAll('.handle')].map((one) => one.textContent)")
    assert len(set(handles)) == 2


async def test_what_is_held_stands_in_the_queue_and_what_was_withdrawn_says_why(
    unhurried: Backstage, page: Page
) -> None:
    await page.open(unhurried.url, width=1440, height=900, language="en")
    await page.press("#examples .chip")
    await page.until("document.querySelector('#queue [data-until]')")
    handle = await page.ask("document.querySelector('.story .handle').textContent")
    await page.until("document.querySelector('#queue .until').textContent.startsWith('Leaves in')")
    assert handle in await page.ask("document.querySelector('#queue').innerText")
    await page.press("#examples .chip:nth-child(3)")
    await page.until("document.querySelector('.story:nth-child(2) .quiet')")
    withdrawn = await page.ask("document.querySelector('.story:nth-child(2) .quiet').innerText")
    assert "Its sender asked for no reply, or blocked us" in withdrawn
    assert handle not in await page.ask("document.querySelector('#queue').innerText")


async def test_no_phone_hides_under_the_button_for_another_one(running: Backstage, page: Page) -> None:
    for width in (360, 1440):
        await page.open(running.url, width=width, height=900, language="fr")
        for phones in range(2, 7):
            await page.press("#phones .another")
            await page.until(f"document.querySelectorAll('#phones .those .chip').length >= {phones}")
        current, another, edge = await page.ask(
            "['.those [aria-pressed=true]', '.another', '.those'].map((one) =>"
            " document.querySelector(`#phones ${one}`).getBoundingClientRect()).map(({ left, right }) =>"
            " [Math.round(left), Math.round(right)])"
        )
        assert edge[0] <= current[0] < current[1] <= edge[1] <= another[0] < another[1] <= width
        assert await page.ask("document.querySelector('#phones .another').getAttribute('aria-label')")


async def test_the_language_is_switched_without_losing_anything(running: Backstage, page: Page) -> None:
    await page.open(running.url, width=1440, height=900, language="fr")
    await page.press("#examples .chip:nth-child(3)")
    await page.until("document.querySelector('.story .quiet')")
    assert "demande d’arrêter" in await page.ask("document.querySelector('.story').innerText")
    await page.press("[data-language=en]")
    assert "asks us to stop" in await page.ask("document.querySelector('.story').innerText")
    assert await page.ask("document.documentElement.lang") == "en"
    assert await page.ask("document.querySelectorAll('.bubble').length") >= 1


async def test_the_page_says_when_the_demo_has_ended_and_begins_anew_with_the_next(page: Page) -> None:
    port = free_port()
    async with backstage(port) as behind:
        await page.open(behind.url, width=390, height=844, language="en")
        await page.press("#examples .chip")
        await page.until("document.querySelector('.story')")
        before = await page.ask("document.querySelector('#phones .chip').textContent")
    await page.until("!document.querySelector('#ended').hidden")
    async with backstage(port):
        await page.until("document.querySelector('#ended').hidden")
        assert await page.ask("document.querySelectorAll('.story, .bubble').length") == 0
        assert await page.ask("document.querySelector('#phones .chip').textContent") != before


async def test_every_text_stands_out_from_its_ground_by_day_and_by_night(
    unhurried: Backstage, page: Page
) -> None:
    """The contrast that WCAG 2.2 asks of text at level AA: 4.5 to 1."""
    await page.open(unhurried.url, width=1440, height=900, language="fr")
    await page.press("#examples .chip:nth-child(3)")
    await page.until("document.querySelector('.story .quiet')")
    await page.press("#phones .another")
    await page.press("#examples .chip")
    await page.until("document.querySelector('.story [data-due]')")
    await page.press("#phones .another")
    await page.press(".paste")
    await page.press("#commands .chip")
    await page.until("document.querySelector('.story [data-due]') && document.querySelector('.story .quiet')")
    await page.until(
        "document.querySelector('[data-key$=\":samples\"]') && document.querySelector('.private')"
    )
    assert await contrasts(page) == []
    await page.press("#channels button:nth-child(2)")
    await page.press("#examples .command")
    await page.press('[data-key$=":samples"]')
    await page.until(
        "document.querySelector('#window-blocks .rich_text') && document.querySelector('.bubble')"
    )
    assert await contrasts(page) == []


async def contrasts(page: Page) -> list[str]:
    """The texts that do not stand out enough, in either theme."""
    found: list[str] = []
    for dark in (False, True):
        await page.theme(dark=dark)
        found += await page.ask(CONTRAST)
    return found


async def test_a_keyboard_is_enough(running: Backstage, page: Page) -> None:
    await page.open(running.url, width=1440, height=900, language="en")
    await page.ask("document.querySelector('#write').focus()")
    await page.type("Hello there")
    await page.key("Enter")
    await page.until("document.querySelector('.story')")
    await page.ask("document.querySelector('[data-key$=\":pause\"]').focus()")
    await page.key("Enter")
    await page.until("document.querySelector('.asks')")
    await page.key("Escape")
    await page.until("!document.querySelector('.asks')")
    assert str(await page.ask("document.activeElement.dataset.key")).endswith(":pause")
    await page.ask("document.querySelector('#command-text').focus()")
    await page.type("/rempart status")
    await page.key("Enter")
    await page.until("document.querySelector('.private')")
    assert await page.ask("document.querySelectorAll('.private').length") == 1
    unnamed = await page.ask(
        "[...document.querySelectorAll('button, textarea, input')].filter((one) =>"
        " !one.textContent.trim() && !one.getAttribute('aria-label')).map((one) => one.id)"
    )
    assert unnamed == []


async def test_what_is_not_installed_is_not_there(page: Page) -> None:
    async with backstage(free_port(), {"sms": TwilioStandIn()}) as behind:
        await page.open(behind.url, width=390, height=844, language="en")
        assert await page.ask("document.querySelector('#channels').checkVisibility()") is False
        assert await page.ask(TABS) == 2
        await page.resize(1440, 900)
        assert await page.ask("document.querySelector('#room').checkVisibility()") is False
        await page.press("#examples .chip")
        await page.until("document.querySelector('.story')")
        assert page.complaints == []
