"""Where a bot's updates go: how Telegram is told, and whether it still holds. Touches its vendor's SDK."""

from telegram import WebhookInfo

from bridge.model import MINUTE, SECOND, Micros
from channels.telegram_bot.transport import RawBot
from channels.telegram_bot.updates import ALLOWED

_CONNECTIONS = 100
"""How many calls Telegram may make at once, its own maximum: an onslaught is then taken in sooner."""

_LATELY: Micros = 10 * MINUTE
"""Telegram tries again what it could not hand over, with pauses that grow to about a minute."""


async def expect(bot: RawBot, hook: str, secret: str | None) -> None:
    """Has updates come to `hook`, each with the secret; nothing that waits is dropped."""
    await bot.set_webhook(
        hook,
        secret_token=secret,
        allowed_updates=ALLOWED,
        max_connections=_CONNECTIONS,
        drop_pending_updates=False,
    )


def stands(told: WebhookInfo, hook: str) -> bool:
    """Whether they still do, and all kinds of them."""
    return told.url == hook and (not told.url or set(told.allowed_updates) == set(ALLOWED))


def is_refused(told: WebhookInfo, now: Micros) -> bool:
    """Whether Telegram has lately tried in vain to hand over what waits."""
    if not told.pending_update_count or told.last_error_date is None:
        return False
    return now - told.last_error_date.timestamp() * SECOND < _LATELY
