"""Where a bot's updates go: how Telegram is told, and whether it still holds. Touches its vendor's SDK."""

from bridge.model import MINUTE, SECOND, Micros
from channels.telegram_bot.refusals import Declined
from channels.telegram_bot.transport import RawBot
from channels.telegram_bot.updates import ALLOWED, Hook

_CONNECTIONS = 100
"""How many calls Telegram may make at once, its own maximum: an onslaught is then taken in sooner."""

_LATELY: Micros = 4 * MINUTE
"""Telegram tries again what it could not hand over, with pauses that grow to two minutes at most; the newest
error stays to be read when it is long over: https://github.com/tdlib/telegram-bot-api, `WebhookActor.cpp`."""

_NOT_FOUND = 404
"""How a server answers that does not know a question; or the token, and then it knows none."""


async def expect(bot: RawBot, hook: str, secret: str | None) -> None:
    """Has updates come to `hook`, each with the secret; nothing that waits is dropped."""
    await bot.set_webhook(
        hook,
        secret_token=secret,
        allowed_updates=ALLOWED,
        max_connections=_CONNECTIONS,
        drop_pending_updates=False,
    )


def stands(told: Hook, hook: str) -> bool:
    """Whether they still do, and all kinds of them."""
    return told.url == hook and (not told.url or set(told.allowed_updates or ()) == set(ALLOWED))


def is_refused(told: Hook, hook: str, now: Micros) -> bool:
    """Whether Telegram still tries in vain to hand over at `hook` what waits."""
    ours = bool(hook) and told.url == hook
    if not (ours and told.pending_update_count) or told.last_error_date is None:
        return False
    return now - told.last_error_date * SECOND < _LATELY


async def webhook_info(bot: RawBot) -> Hook | None:
    """`None` where the server cannot be asked: it can be told again. Raises what the SDK raises, and
    `ValidationError`."""
    try:
        return Hook.model_validate(await bot.told("getWebhookInfo"))
    except Declined as declined:
        if declined.status != _NOT_FOUND:
            raise
        return None
