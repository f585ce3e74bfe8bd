"""Looks at a bot at Telegram, as `rempart doctor` asks. Changes nothing there. Touches floor 0."""

from collections.abc import Sequence

from bridge.checkup import Examined, fine, unknown, wrong
from bridge.ports import Unreachable
from channels.telegram_bot.outcomes import CREDENTIALS
from channels.telegram_bot.translation import CHANNEL
from channels.telegram_bot.updates import Hook


def unasked(fault: Unreachable) -> Examined:
    """What it means that the bot could not say who it is."""
    if str(fault) == CREDENTIALS:
        return wrong(CHANNEL, "telegram_refuses")
    return unknown(CHANNEL, "unasked", why=str(fault))


def looked_at(line: str, hook: str, told: Hook | None, *, refused: bool) -> Sequence[Examined]:
    """The bot by its name, and where its updates go; `hook` is where they should, empty where we fetch them.

    A service sets that by itself within minutes: before its first start it is nothing to worry about.
    """
    named = fine(CHANNEL, "telegram_bot", name=line)
    if told is None:
        return [named, unknown(CHANNEL, "telegram_webhook_unasked")]
    if refused:
        return [named, wrong(CHANNEL, "telegram_webhook_refused", waiting=told.pending_update_count)]
    if told.url == hook:
        return [named, fine(CHANNEL, "telegram_webhook" if hook else "telegram_fetched")]
    elsewhere = "telegram_webhook_elsewhere" if told.url else "telegram_webhook_unset"
    return [named, unknown(CHANNEL, elsewhere)]
