"""The window in which somebody reads texts. It opens at once, and fills when the host has found them.

A trigger is good for three seconds: nothing may be asked of the host before the window stands.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bridge.errors import RempartError, StoreUnavailable
from bridge.heart.acts import doubtful
from bridge.model import Act
from bridge.ports import Host, Unreachable
from bridge.wording import Words
from channels.slack.api import Api
from channels.slack.drawing import bundles_view, samples_view, window
from channels.slack.texts import Element

_HOUSE_SECONDS = 25

log = structlog.get_logger("rempart.slack")


class SamplesWindow:
    """Texts of a card, for the one who asked."""

    def __init__(self, api: Api, host: Host, words: Callable[[], Words], mark: str = "") -> None:
        """Dials nobody. `mark`: the channel that it is opened from, where there are several."""
        self._api = api
        self._host = host
        self._words = words
        self._marked = {"private_metadata": mark} if mark else {}

    async def open(self, trigger: str) -> str | None:
        """Opens the window; its id, or `None` when Slack would not open it."""
        words = self._words()
        try:
            answer = await self._api.call(
                "views.open", trigger_id=trigger, view=window([words("samples_wait")], words) | self._marked
            )
        except Unreachable as fault:
            log.warning("a window could not be opened", why=str(fault))
            return None
        view = answer.get("view")
        found = view.get("id") if isinstance(view, dict) else None
        return found if isinstance(found, str) else None

    async def fill(self, window_id: str, asking: Awaitable[Act], told: str = "") -> None:
        """Shows the texts, or why not; `asking` raises `RempartError` where nobody knows who asks.

        `told` is what came of what the reader did in the window before.
        """
        view = await self._contents(asking, told)
        try:
            await self._api.call("views.update", view_id=window_id, view=view | self._marked)
        except Unreachable as fault:
            log.warning("a window could not be filled", why=str(fault))

    async def _contents(self, asking: Awaitable[Act], told: str) -> Element:
        words = self._words()
        try:
            async with asyncio.timeout(_HOUSE_SECONDS):
                act = await asking
                if act.verb == doubtful.VERB.name:
                    return bundles_view(await self._host.doubtful(act), words, told)
                return samples_view(await self._host.samples(act), words)
        except (StoreUnavailable, TimeoutError):
            return window([words("samples_fault")], words)
        except RempartError as refusal:
            return window([str(refusal)], words)
