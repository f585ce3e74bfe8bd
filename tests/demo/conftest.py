"""A browser for the tests that need one; says aloud when they could not run."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bridge.demo.backstage import CHANGES, Backstage, backstage
from tests.demo.chromium import Chromium, Page, browser, chromium
from tests.support.house import free_port


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_browser() -> AsyncIterator[Chromium]:
    """One browser for all tests of a module: starting it takes longer than most of them."""
    path = chromium()
    if path is None:
        pytest.skip("No Chromium was found: install it, or name it in CHROMIUM.")
    async with browser(path) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def page(shared_browser: Chromium) -> AsyncIterator[Page]:
    """A tab that remembers nothing of any other test."""
    async with shared_browser.tab() as page:
        yield page


@pytest_asyncio.fixture(loop_scope="module")
async def running() -> AsyncIterator[Backstage]:
    """A demo of its own."""
    async with backstage(free_port()) as behind:
        yield behind


_UNHURRIED = (
    (r"^hold:.*$", "hold: {min: 1h, max: 2h}"),
    (r"^answer_within:.*$", "answer_within: 12h"),
)


@pytest_asyncio.fixture(loop_scope="module")
async def unhurried(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Backstage]:
    """One in which nothing leaves while somebody looks, however slow the machine is."""
    changes = {**dict(CHANGES), **dict(_UNHURRIED)}
    monkeypatch.setattr("bridge.demo.backstage.CHANGES", tuple(changes.items()))
    async with backstage(free_port()) as behind:
        yield behind
