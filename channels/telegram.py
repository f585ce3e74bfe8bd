"""The Telegram channel: one bot. Touches floors 0-1 of the bridge and the vendor's SDK.

With a public URL Telegram calls us; without one we ask, in a loop of the core's own: the SDK's queue would
tell Telegram that an update was received before anybody has stored it.
"""

import asyncio
import re
from collections.abc import Mapping

from telegram import LinkPreviewOptions

from bridge.errors import Misconfigured
from bridge.model import Answer, Call, Outgoing
from bridge.ports import (
    Addresses,
    Channel,
    Content,
    Guarded,
    NotProcessed,
    Outcome,
    Refused,
    Told,
    Webhook,
    Wiring,
)
from channels.telegram_bot.addresses import ADDRESSES
from channels.telegram_bot.asks import Asks
from channels.telegram_bot.bot import Bot
from channels.telegram_bot.files import fetch
from channels.telegram_bot.outcomes import RATE_LIMITED, accepted, outcome_of
from channels.telegram_bot.pace import Pace
from channels.telegram_bot.settings import Settings, read_settings
from channels.telegram_bot.translation import CHANNEL
from channels.telegram_bot.transport import RawBot
from channels.telegram_bot.webhook import LIMIT_BYTES, PATH, TAKEN, forged, update_in

LONGEST_TEXT = 4096
"""Characters in one message: https://core.telegram.org/bots/api#sendmessage."""

_CHAT = re.compile(r"-?[0-9]{1,19}")
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Telegram(Bot):
    """Receives through a webhook with a secret, and sends through the SDK. Telegram gives no receipts."""

    def __init__(self, settings: Settings, wiring: Wiring) -> None:
        """Nothing is dialled or opened before `open`."""
        super().__init__(settings, wiring)
        self._pace = Pace()

    @classmethod
    def connect(cls, environment: Mapping[str, str], wiring: Wiring) -> "Telegram | None":
        """The channel, or `None` when there is no token; raises `Misconfigured`."""
        settings = read_settings(environment)
        if settings is None:
            return None
        return Telegram(settings, wiring) if wiring.public_url else PolledTelegram(settings, wiring)

    @staticmethod
    def addresses(_environment: Mapping[str, str]) -> Addresses:
        """The numbers of chats."""
        return ADDRESSES

    def webhooks(self) -> Mapping[str, Webhook]:
        """`/telegram/webhook` for updates of all kinds."""
        return {PATH: Guarded(self._receive, self._glance, self._read, LIMIT_BYTES)}

    async def send(self, reply: Outgoing) -> Outcome:
        """Hands the reply over exactly once; every way in which that can fail is an outcome."""
        bot = self._bot()
        if not _CHAT.fullmatch(reply.address):
            return Refused("bad_address")
        if not self._is_ours(reply.line):
            return Refused("other_line")
        if len(reply.text) > LONGEST_TEXT:
            return Refused("text_too_long")
        wait = await self._pace.turn(reply.address)
        if wait is not None:
            return NotProcessed(RATE_LIMITED, wait)
        outcome = await self._hand_over(bot, reply)
        if isinstance(outcome, NotProcessed) and outcome.retry_after:
            self._pace.rest(reply.address, outcome.retry_after)
        return outcome

    def _is_ours(self, line: str) -> bool:
        """Whoever wrote to another bot is not answered by this one; before `introduce`, nobody can tell."""
        named = CHANNEL not in (line, self._line)
        return not named or line.casefold() == self._line.casefold()

    async def fetch(self, where: str) -> Content:
        """A photo or a file, by its id. Raises `Unreachable`."""
        found = await self._ask(self._bot().get_file(where))
        return await fetch(found, f"{self._settings.api_url}/file/bot{self._settings.token}")

    async def _receive(self, call: Call) -> Answer:
        """Appends what an update tells. Lets `StoreUnavailable` through."""
        read = self._read(call)
        if isinstance(read, Answer):
            return read
        await self._wiring.append(read.happenings)
        return read.answer

    def _glance(self, headers: Mapping[str, str]) -> Answer | None:
        return forged(headers, self._settings.secret)

    def _read(self, call: Call) -> Answer | Told:
        update = update_in(call)
        if isinstance(update, Answer):
            return update
        told = self._told(update)
        return TAKEN if told is None else Told((told,), TAKEN)

    async def _hand_over(self, bot: RawBot, reply: Outgoing) -> Outcome:
        """The text is handed over as it is: no markup, whoever wrote what stands in it."""
        try:
            async with asyncio.timeout(self.patience_seconds):
                sent = await bot.told(
                    "sendMessage",
                    chat_id=int(reply.address),
                    text=reply.text,
                    link_preview_options=_NO_PREVIEW,
                )
                return accepted(sent.get("message_id"), reply)
        except Exception as fault:  # noqa: BLE001 - an odd answer can upset the SDK anywhere
            return outcome_of(fault)


class PolledTelegram(Asks, Telegram):
    """The same where nobody can call us: it asks for updates."""


def join(channels: Mapping[str, Channel]) -> None:
    """Each bot is called by its own secret. Raises `Misconfigured` for one that two lines have."""
    taken: dict[str, str] = {}
    for line, channel in channels.items():
        if isinstance(channel, Telegram):
            settings = channel.settings
            for what, own in (("bot", settings.token.partition(":")[0]), ("webhook secret", settings.secret)):
                if taken.setdefault(f"{what} {own}", line) != line:
                    other = taken[f"{what} {own}"]
                    raise Misconfigured(
                        f"The lines {other} and {line} have the same {what}: give each its own."
                    )
