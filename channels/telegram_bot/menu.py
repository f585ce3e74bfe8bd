"""The menu that Telegram shows beside the text field: five commands, in English and in French. Pure."""

from telegram import BotCommand, BotCommandScope, BotCommandScopeAllPrivateChats, BotCommandScopeDefault

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
