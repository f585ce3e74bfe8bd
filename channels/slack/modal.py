"""The window in which somebody reads texts. It opens at once, and fills when the host has found them.

A trigger is good for three seconds: nothing may be asked of the host before the window stands.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from bridge.errors import RempartError, StoreUnavailable
from bridge.heart.acts import doubtful, find, texts_found
from bridge.model import Act
from bridge.ports import Host, Unreachable
from bridge.wording import Words
from channels.rooms.patience import SHOWN_SECONDS, patiently
from channels.slack.api import Api
from channels.slack.texts import Element
from channels.slack.windows import (
    asking_view,
    bundles_view,
    discovery_view,
    samples_view,
    window,
)

_HOUSE_SECONDS = 60
"""To look through a hundred thousand messages takes a while."""

log = structlog.get_logger("rempart.slack")


class SamplesWindow:
    """Texts of a card, for the one who asked."""

    def __init__(self, api: Api, host: Host, words: Callable[[], Words], mark: str = "") -> None:
        """Dials nobody. `mark`: the channel that it is opened from, where there are several."""
        self._api = api
        self._host = host
        self._words = words
        self._mark = {"channel": mark} if mark else {}

    def waiting(self) -> Element:
        """What stands in the window until the host has found what belongs there."""
        words = self._words()
        return window([words("samples_wait")], words)

    async def ask(self, trigger: str) -> str | None:
        """Opens the window in which somebody writes what to look for."""
        return await self._open(trigger, asking_view(self._words()))

    async def open(self, trigger: str) -> str | None:
        """Opens the window; its id, or `None` when Slack would not open it."""
        return await self._open(trigger, self.waiting())

    async def _open(self, trigger: str, view: Element) -> str | None:
        try:
            answer = await self._api.call("views.open", trigger_id=trigger, view=self._noted(view))
        except Unreachable as fault:
            log.warning("a window could not be opened", why=str(fault))
            return None
        shown = answer.get("view")
        found = shown.get("id") if isinstance(shown, dict) else None
        return found if isinstance(found, str) else None

    async def fill(self, window_id: str, asking: Awaitable[Act], told: str = "") -> None:
        """Shows the texts, or why not; `asking` raises `RempartError` where nobody knows who asks.

        `told` is what came of what the reader did in the window before.
        """
        words = self._words()
        fault_view = self._noted(window(filter(None, [told, words("samples_fault")]), words))
        for view in (await self._contents(asking, told), fault_view):
            try:
                await self._show(window_id, view)
            except Unreachable as fault:
                log.warning("a window could not be filled", why=str(fault))
            else:
                return

    async def _show(self, window_id: str, view: Element) -> None:
        """Again while Slack stumbles: whoever opened it waits before it. Raises `Unreachable`."""
        update = partial(self._api.call, "views.update", view_id=window_id, view=view)
        await patiently(update, SHOWN_SECONDS)

    async def _contents(self, asking: Awaitable[Act], told: str) -> Element:
        words = self._words()
        try:
            async with asyncio.timeout(_HOUSE_SECONDS):
                act = await asking
                view, verb, target = await self._look(act, words, told)
                return self._noted(view, verb=verb, target=target)
        except (StoreUnavailable, TimeoutError):
            return self._noted(window([words("samples_fault")], words))
        except RempartError as refusal:
            return self._noted(window(filter(None, [told, str(refusal)]), words))

    async def _look(self, act: Act, words: Words, told: str) -> tuple[Element, str, str]:
        """What the act asks to see; and the verb and the target that ask for it again."""
        if act.verb == doubtful.VERB.name:
            return bundles_view(await self._host.doubtful(act), words, told), act.verb, ""
        if act.verb in (find.VERB.name, texts_found.VERB.name):
            seen = await self._host.find(act)
            return discovery_view(seen, words, told), texts_found.VERB.name, seen.name
        return samples_view(await self._host.samples(act), words, told), act.verb, act.target

    def _noted(self, view: Element, **look: str) -> Element:
        """The window with a note of what it shows and where it was opened, which Slack hands back when
        something is touched in it."""
        noted = {**look, **self._mark}
        return {**view, "private_metadata": json.dumps(noted, separators=(",", ":"))} if noted else view
