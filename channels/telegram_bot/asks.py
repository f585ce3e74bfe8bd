"""Where nobody can call us, the bot asks for updates. Touches the vendor's SDK."""

import asyncio
import re
import time
from collections.abc import Mapping

from bridge.ports import Polled, Unreachable, Webhook
from channels.telegram_bot.bot import Bot
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
        raws = await self._ask(self._bot().raw_updates(offset, self.wait_seconds))
        if not raws:
            await asyncio.sleep(began + self.pause_seconds - time.monotonic())
        ids = ids_of(raws)
        if raws and not ids:
            raise Unreachable("unreadable")
        told = tuple(what for raw in raws if (what := self._told(raw)) is not None)
        return Polled(told, str(max(ids) + 1) if ids else cursor or "0")

    @property
    def _hook(self) -> str:
        """Nowhere: while there is a webhook, Telegram refuses every question."""
        return ""

    async def _expect_updates(self, bot: RawBot) -> None:
        await bot.delete_webhook(drop_pending_updates=False)
