"""The menu that Telegram shows beside the text field: five commands, in English and in French.

Touches floor 0 and the vendor's SDK.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from telegram import BotCommand, BotCommandScope, BotCommandScopeAllPrivateChats, BotCommandScopeDefault

from bridge.checkup import Examined, fine, note
from bridge.ports import Unreachable
from channels.telegram_bot.examination import unasked
from channels.telegram_bot.outcomes import CREDENTIALS
from channels.telegram_bot.translation import CHANNEL
from channels.telegram_bot.transport import RawBot

Ask = Callable[[Awaitable[Any]], Awaitable[Any]]

SCOPES: tuple[BotCommandScope, ...] = (BotCommandScopeDefault(), BotCommandScopeAllPrivateChats())
"""For private chats as well, because a menu that was once set for those hides the general one."""

COMMANDS: dict[str | None, tuple[BotCommand, ...]] = {
    None: (
        BotCommand("start", "Begin, or begin again"),
        BotCommand("help", "What this is"),
        BotCommand("privacy", "What is kept, and for how long"),
        BotCommand("forget", "Have what is kept erased"),
        BotCommand("stop", "Get no more replies"),
    ),
    "fr": (
        BotCommand("start", "Commencer, ou recommencer"),
        BotCommand("help", "Ce que c'est"),
        BotCommand("privacy", "Ce qui est gardé, et combien de temps"),
        BotCommand("forget", "Faire effacer ce qui est gardé"),
        BotCommand("stop", "Ne plus recevoir de réponse"),
    ),
}
"""By language (ISO 639-1); whoever reads another one gets the first."""


async def offer(ask: Ask, bot: RawBot) -> None:
    """Sets it, wherever it may be looked for. Raises `Unreachable`."""
    for scope in SCOPES:
        for language, commands in COMMANDS.items():
            await ask(bot.set_my_commands(commands, scope=scope, language_code=language))


async def settled(ask: Ask, bot: RawBot) -> Sequence[Examined]:
    """Sets it, and says what came of it: what could not be set now, the service sets while it runs."""
    try:
        await offer(ask, bot)
    except Unreachable as fault:
        if str(fault) == CREDENTIALS and not await _is_known(ask, bot):
            return [unasked(fault)]
        return [note(CHANNEL, "telegram_menu_later", why=str(fault))]
    return [fine(CHANNEL, "telegram_menu")]


async def _is_known(ask: Ask, bot: RawBot) -> bool:
    """Whether the token is good: a server without menus refuses them as it refuses a token."""
    try:
        await ask(bot.told("getMe"))
    except Unreachable:
        return False
    return True
