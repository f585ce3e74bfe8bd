"""Where nobody can call us, the bot asks for updates. Touches the vendor's SDK."""

import asyncio
import re
import time
from collections.abc import Mapping

from bridge.ports import Polled, Unreachable, Webhook
from channels.telegram_bot.bot import Bot
from channels.telegram_bot.outcomes import CONFLICT
from channels.telegram_bot.transport import RawBot
from channels.telegram_bot.updates import ids_of

_CURSOR = re.compile(r"[0-9]{1,19}")


class Asks(Bot):
    """It has no webhook, and fetches what is new."""

    wait_seconds: int = 20
    """How long Telegram may keep a question when there is nothing new."""

    pause_seconds: float = 1
    """How long an answer that brings nothing takes at least: a server that does not wait is not pestered."""

    def webhooks(self) -> Mapping[str, Webhook]:
        """None."""
        return {}

    async def poll(self, cursor: str | None) -> Polled:
        """Waits for updates after `cursor`, which is the id of the next one. Raises `Unreachable`.

        Telegram forgets what stands before it. It may also go back: after a quiet week, for another bot or
        another server the ids begin anew, and Telegram then answers a cursor of old with what it has.
        """
        offset = int(cursor) if cursor and _CURSOR.fullmatch(cursor) else None
        began = time.monotonic()
        raws = await self._raws(offset)
        if not raws:
            await asyncio.sleep(began + self.pause_seconds - time.monotonic())
        ids = ids_of(raws)
        if raws and not ids:
            raise Unreachable("unreadable")
        told = tuple(what for raw in raws if (what := self._told(raw)) is not None)
        return Polled(told, str(max(ids) + 1) if ids else cursor or "0")

    async def _raws(self, offset: int | None) -> list[object]:
        """What is new. Where somebody has set a webhook meanwhile, it is taken away for the next question."""
        bot = self._bot()
        try:
            return await self._ask(bot.raw_updates(offset, self.wait_seconds))
        except Unreachable as fault:
            if str(fault) == CONFLICT:
                await self._see_that_updates_come(bot)
            raise

    @property
    def _hook(self) -> str:
        """Nowhere: while there is a webhook, Telegram refuses every question."""
        return ""

    async def _expect_updates(self, bot: RawBot) -> None:
        await bot.delete_webhook(drop_pending_updates=False)
