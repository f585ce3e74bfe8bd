"""The bot itself: who it is, where its updates go, what it says of itself. Touches the SDK of its vendor."""

import asyncio
import time
from collections.abc import Awaitable, Sequence
from typing import TypeVar

import structlog
from pydantic import ValidationError

from bridge.checkup import Examined
from bridge.model import SECOND, Happening, Micros
from bridge.ports import Unreachable, Wiring
from channels.telegram_bot.examination import looked_at, unasked
from channels.telegram_bot.expecting import expect, is_refused, stands, webhook_info
from channels.telegram_bot.menu import offer, settled
from channels.telegram_bot.outcomes import unreachable
from channels.telegram_bot.settings import Settings
from channels.telegram_bot.translation import CHANNEL, happening
from channels.telegram_bot.transport import RawBot
from channels.telegram_bot.updates import Update, id_of
from channels.telegram_bot.webhook import PATH

_INTRODUCED_SECONDS = 6 * 3600.0
"""After this long everything is said again: Telegram may forget."""

_MENU_SECONDS = 600.0
"""Between attempts to set the menu."""

_T = TypeVar("_T")

log = structlog.get_logger("rempart.telegram")


class Bot:
    """One bot, whether it is called or asks."""

    name = CHANNEL

    patience_seconds: float = 28
    """How long a call may take in all; the house gives up every outside call within 30 s."""

    def __init__(self, settings: Settings, wiring: Wiring) -> None:
        """Nothing is dialled or opened before `open`."""
        self._settings = settings
        self._wiring = wiring
        self._dialled: RawBot | None = None
        self._line = self.line = CHANNEL
        self._introduced_until = self._menu_due = 0.0  # on the monotonic clock

    @property
    def settings(self) -> Settings:
        """What the bot is known by."""
        return self._settings

    async def open(self) -> None:
        """Makes the pools of connections."""
        self._dialled = RawBot(self._settings.token, self._settings.api_url)

    async def introduce(self) -> None:
        """Says where updates go; from then on sees that it still holds. Raises `Unreachable`."""
        bot, now = self._bot(), time.monotonic()
        if now < self._introduced_until:
            await self._see_that_updates_come(bot)
        else:
            await self._introduce_wholly(bot)
            self._introduced_until = now + _INTRODUCED_SECONDS
        if now >= self._menu_due:
            self._menu_due = now + await self._offer_the_menu(bot)

    async def examine(self) -> Sequence[Examined]:
        """Looks at the bot, and at where its updates go."""
        bot = self._bot()
        try:
            await self._learn_our_name(bot)
        except Unreachable as fault:
            return [unasked(fault)]
        try:
            told = await self._ask(webhook_info(bot))
        except Unreachable:
            told = None
        refused = told is not None and is_refused(told, self._hook, self._wiring.clock())
        return looked_at(self._line, self._hook, told, refused=refused)

    async def time(self) -> Micros:
        """By Telegram's clock. Raises `Unreachable`."""
        bot = self._bot()
        await self._learn_our_name(bot)
        if bot.date is None:
            raise Unreachable("unreadable")
        return bot.date

    async def settle(self) -> Sequence[Examined]:
        """Sets the menu; where updates go, the service says once somebody can take them."""
        return await settled(self._ask, self._bot())

    async def stand_by(self) -> None:
        """Learns the bot's name, once: what came in and what goes out is told by it. Raises `Unreachable`."""
        if self._line == CHANNEL:
            await self._learn_our_name(self._bot())

    async def _learn_our_name(self, bot: RawBot) -> None:
        name = (await self._ask(bot.told("getMe"))).get("username")
        self._line = f"@{name}" if name and isinstance(name, str) else CHANNEL

    async def _introduce_wholly(self, bot: RawBot) -> None:
        """Learns the bot's name, and says where updates go."""
        await self._learn_our_name(bot)
        await self._ask(self._expect_updates(bot))

    async def _offer_the_menu(self, bot: RawBot) -> float:
        """Sets it, in how many seconds to do so again. It is a courtesy, which nothing else waits for: after
        a few restarts Telegram refuses it for hours, and goes on handing over what people write."""
        try:
            await offer(self._ask, bot)
        except Unreachable as fault:
            log.info("the menu could not be set", why=str(fault))
            return max(_MENU_SECONDS, (fault.retry_after or 0) / SECOND)
        return _INTRODUCED_SECONDS

    async def _see_that_updates_come(self, bot: RawBot) -> None:
        """Another program with the same token can have them sent elsewhere, at any moment."""
        told = await self._ask(webhook_info(bot))
        if told is None:
            await self._ask(self._expect_updates(bot))
            return
        refused = is_refused(told, self._hook, self._wiring.clock())
        if refused or not stands(told, self._hook):
            log.warning("the webhook is not as it was set", waiting=told.pending_update_count)
            await self._ask(self._expect_updates(bot))
        if refused:
            raise Unreachable("webhook_refused")

    async def close(self) -> None:
        """Lets go of connections; may be called at any time, and twice."""
        bot, self._dialled = self._dialled, None
        if bot is not None:
            await bot.shutdown()

    def _told(self, raw: object) -> Happening | None:
        """What an update tells. One that cannot be understood is passed over: it must hold up no other."""
        try:
            update = Update.model_validate(raw)
        except ValidationError:
            log.warning("an update could not be understood", update_id=id_of(raw))
            return None
        return happening(update, self._line)

    @property
    def _hook(self) -> str:
        """Where updates are to go."""
        return f"{self._wiring.public_url}{PATH}"

    async def _expect_updates(self, bot: RawBot) -> None:
        await expect(bot, self._hook, self._settings.secret)

    async def _ask(self, call: Awaitable[_T]) -> _T:
        """The answer to a call that carries no reply."""
        try:
            async with asyncio.timeout(self.patience_seconds):
                return await call
        except Exception as fault:  # noqa: BLE001 - as above
            raise unreachable(fault) from None

    def _bot(self) -> RawBot:
        if self._dialled is None:
            raise RuntimeError("The Telegram channel must be opened before it dials anyone.")
        return self._dialled
