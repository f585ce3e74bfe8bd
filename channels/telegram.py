"""The Telegram channel: one bot. Touches floors 0-1 of the bridge and the vendor's SDK.

With a public URL Telegram calls us; without one we ask, in a loop of the core's own: the SDK's queue would
tell Telegram that an update was received before anybody has stored it.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Mapping, Sequence
from typing import TypeVar

import structlog
from pydantic import ValidationError
from telegram import LinkPreviewOptions, WebhookInfo

from bridge.checkup import Examined
from bridge.errors import Misconfigured
from bridge.model import MINUTE, SECOND, Answer, Call, Happening, Micros, Outgoing
from bridge.ports import (
    Accepted,
    Addresses,
    Channel,
    Content,
    Guarded,
    InDoubt,
    NotProcessed,
    Outcome,
    Polled,
    Refused,
    Told,
    Unreachable,
    Webhook,
    Wiring,
)
from channels.telegram_bot.addresses import ADDRESSES
from channels.telegram_bot.examination import looked_at, unasked
from channels.telegram_bot.files import fetch
from channels.telegram_bot.menu import COMMANDS, SCOPES
from channels.telegram_bot.outcomes import RATE_LIMITED, outcome_of, unreachable
from channels.telegram_bot.pace import Pace
from channels.telegram_bot.settings import Settings, read_settings
from channels.telegram_bot.translation import CHANNEL, happening
from channels.telegram_bot.transport import RawBot
from channels.telegram_bot.updates import ALLOWED, Update, id_of, ids_of
from channels.telegram_bot.webhook import PATH, TAKEN, forged, update_in

LONGEST_TEXT = 4096
"""Characters in one message: https://core.telegram.org/bots/api#sendmessage."""

_CONNECTIONS = 100
"""How many calls Telegram may make at once, its own maximum: an onslaught is then taken in sooner."""

_INTRODUCED_SECONDS = 6 * 3600.0
"""After this long everything is said again: Telegram may forget."""

_LATELY: Micros = 10 * MINUTE
"""Telegram tries again what it could not hand over, with pauses that grow to about a minute."""

_CHAT = re.compile(r"-?[0-9]{1,19}")
_CURSOR = re.compile(r"[0-9]{1,19}")
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

_T = TypeVar("_T")

log = structlog.get_logger("rempart.telegram")


class Telegram:
    """Receives through a webhook with a secret, and sends through the SDK. Telegram gives no receipts."""

    name = CHANNEL

    patience_seconds: float = 25
    """How long a call may take in all; the house gives up every outside call within 30 s."""

    def __init__(self, settings: Settings, wiring: Wiring) -> None:
        """Nothing is dialled or opened before `open`."""
        self._settings = settings
        self._wiring = wiring
        self._pace = Pace()
        self._dialled: RawBot | None = None
        self._line = self.line = CHANNEL
        self._introduced_until = 0.0  # on the monotonic clock

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
        return {PATH: Guarded(self._receive, self._glance, self._read)}

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
            return
        await self._introduce_wholly(bot)
        self._introduced_until = now + _INTRODUCED_SECONDS

    async def examine(self) -> Sequence[Examined]:
        """Looks at the bot, and at where its updates go."""
        bot = self._bot()
        try:
            await self._learn_our_name(bot)
            told = await self._ask(bot.get_webhook_info())
        except Unreachable as fault:
            return [unasked(fault)]
        refused = _is_refused(told, self._wiring.clock())
        return looked_at(self._line, self._hook, told, refused=refused)

    async def stand_by(self) -> None:
        """Learns the bot's name, once: what came in and what goes out is told by it. Raises `Unreachable`."""
        if self._line == CHANNEL:
            await self._learn_our_name(self._bot())

    async def _learn_our_name(self, bot: RawBot) -> None:
        me = await self._ask(bot.get_me())
        self._line = f"@{me.username}" if me.username else CHANNEL

    async def _introduce_wholly(self, bot: RawBot) -> None:
        """Learns the bot's name, says where updates go, and sets the menu."""
        await self._learn_our_name(bot)
        await self._ask(self._expect_updates(bot))
        for scope in SCOPES:
            for language, commands in COMMANDS.items():
                await self._ask(bot.set_my_commands(commands, scope=scope, language_code=language))

    async def _see_that_updates_come(self, bot: RawBot) -> None:
        """Another program with the same token can have them sent elsewhere, at any moment."""
        told = await self._ask(bot.get_webhook_info())
        refused = _is_refused(told, self._wiring.clock())
        if told.url != self._hook or refused or (told.url and set(told.allowed_updates) != set(ALLOWED)):
            log.warning("the webhook is not as it was set", waiting=told.pending_update_count)
            await self._ask(self._expect_updates(bot))
        if refused:
            raise Unreachable("webhook_refused")

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

    async def close(self) -> None:
        """Lets go of connections; may be called at any time, and twice."""
        bot, self._dialled = self._dialled, None
        if bot is not None:
            await bot.shutdown()

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

    def _told(self, raw: object) -> Happening | None:
        """What an update tells. One that cannot be understood is passed over: it must hold up no other."""
        try:
            update = Update.model_validate(raw)
        except ValidationError:
            log.warning("an update could not be understood", update_id=id_of(raw))
            return None
        return happening(update, self._line)

    async def _hand_over(self, bot: RawBot, reply: Outgoing) -> Outcome:
        """The text is handed over as it is: no markup, whoever wrote what stands in it."""
        try:
            async with asyncio.timeout(self.patience_seconds):
                sent = await bot.send_message(
                    int(reply.address), reply.text, parse_mode=None, link_preview_options=_NO_PREVIEW
                )
                return _accepted(sent.message_id, reply)
        except Exception as fault:  # noqa: BLE001 - an odd answer can upset the SDK anywhere
            return outcome_of(fault)

    @property
    def _hook(self) -> str:
        """Where updates are to go."""
        return f"{self._wiring.public_url}{PATH}"

    async def _expect_updates(self, bot: RawBot) -> None:
        await bot.set_webhook(
            self._hook,
            secret_token=self._settings.secret,
            allowed_updates=ALLOWED,
            max_connections=_CONNECTIONS,
            drop_pending_updates=False,
        )

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


class PolledTelegram(Telegram):
    """The same where nobody can call us: it asks for updates."""

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


def _is_refused(told: WebhookInfo, now: Micros) -> bool:
    """Whether Telegram has lately tried in vain to hand over what waits."""
    if not told.pending_update_count or told.last_error_date is None:
        return False
    return now - told.last_error_date.timestamp() * SECOND < _LATELY


def _accepted(message_id: object, reply: Outgoing) -> Outcome:
    """Telegram numbers the messages of each chat anew; with the reply's own id the number is unique.

    The chat's id would do as well, but it is the person's, and has no business outside the sealed address.
    """
    return Accepted(f"{message_id}:{reply.id}", price=0) if type(message_id) is int else InDoubt("unreadable")


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
