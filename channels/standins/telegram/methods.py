"""The methods of the Bot API that the service uses, each with the checks that the provider makes."""

import re
import time
from collections.abc import Mapping

from channels.standins.base import Now
from channels.standins.errors import ApiError
from channels.standins.telegram import bodies
from channels.standins.telegram.account import Account, Record
from channels.standins.telegram.api import Method, Parameters, decoded, number
from channels.standins.telegram.bodies import Body
from channels.standins.telegram.errors import (
    WEBHOOK_CAME,
    WEBHOOK_IS_SET,
    bad_request,
    flooded,
    forbidden,
)
from channels.standins.telegram.faults import Faults
from channels.standins.telegram.push import Hook, Push
from channels.standins.telegram.updates import Updates

LONGEST_TEXT = 4096

_LONGEST_POLL_SECONDS = 50
_MOST_UPDATES = 100
_MOST_CONNECTIONS = 100
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LONGEST_DESCRIPTION = 256
_CHAT = re.compile(r"-?[0-9]{1,19}")


class Methods:
    """What the bot can ask for."""

    def __init__(self, account: Account, faults: Faults, updates: Updates, push: Push, now: Now) -> None:
        """Works on what it is handed."""
        self._account = account
        self._faults = faults
        self._updates = updates
        self._push = push
        self._now = now

    def all(self) -> Mapping[str, Method]:
        """By name in lower case."""
        methods: tuple[Method, ...] = (
            self.getme,
            self.getupdates,
            self.setwebhook,
            self.deletewebhook,
            self.getwebhookinfo,
            self.sendmessage,
            self.setmycommands,
            self.getmycommands,
            self.deletemycommands,
            self.leavechat,
            self.getfile,
        )
        return {method.__name__: method for method in methods}

    async def getme(self, _: Parameters) -> Body:
        """Who the bot is."""
        return self._account.user

    async def getupdates(self, parameters: Parameters) -> list[Body]:
        """What is new; forgets what stands before the offset."""
        if self._push.hook is not None:
            raise ApiError(WEBHOOK_IS_SET)
        self._allow(parameters)
        limit = min(max(1, number(parameters, "limit", _MOST_UPDATES)), _MOST_UPDATES)
        timeout = min(max(0, number(parameters, "timeout", 0)), _LONGEST_POLL_SECONDS)
        found = await self._updates.poll(number(parameters, "offset", 0), limit, timeout)
        return [update.json for update in found]

    async def setwebhook(self, parameters: Parameters) -> bool:
        """From now on updates are posted there; an empty URL ends that."""
        url, secret = parameters.get("url") or "", parameters.get("secret_token") or None
        if not url:
            return await self.deletewebhook(parameters)
        if not re.match(r"https?://[^\s/]", url):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if secret is not None and not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        connections = min(max(1, number(parameters, "max_connections", 40)), _MOST_CONNECTIONS)
        self._forget_if_told(parameters)
        self._allow(parameters)
        self._updates.interrupt(WEBHOOK_CAME)
        self._push.hook = Hook(url, secret, connections)
        self._push.start()
        return True

    async def deletewebhook(self, parameters: Parameters) -> bool:
        """From now on updates wait to be asked for."""
        self._forget_if_told(parameters)
        self._push.hook = None
        return True

    async def getwebhookinfo(self, _: Parameters) -> Body:
        """How the webhook fares."""
        hook = self._push.hook
        told: Body = {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending()),
        }
        if self._updates.allowed is not None:
            told["allowed_updates"] = sorted(self._updates.allowed)
        if hook:
            told["max_connections"] = hook.max_connections
        if self._push.last_error:
            told |= {"last_error_date": self._seconds(), "last_error_message": self._push.last_error}
        return told

    async def sendmessage(self, parameters: Parameters) -> Body:
        """Takes a message, unless something speaks against it."""
        chat, text = self._writable(parameters), str(parameters.get("text") or "")
        if not text.strip():
            raise bad_request("message text is empty")
        if len(text) > LONGEST_TEXT:
            raise bad_request("message is too long")
        account, at, id_ = self._account, self._now(), self._account.next_message_id()
        content = {"text": text, **bodies.entities(text)}
        body = bodies.message(id_, account.user, account.chat(chat), self._seconds(), content)
        account.log.append(
            Record(chat, "service", text, at, id_, body, str(id_), time.monotonic(), dict(parameters))
        )
        return body

    async def setmycommands(self, parameters: Parameters) -> bool:
        """Sets the menu for a scope and a language."""
        commands = decoded(parameters, "commands")
        if not isinstance(commands, list):
            raise bad_request("can't parse commands")
        for command in commands:
            if not _COMMAND.fullmatch(command.get("command", "")):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(command.get("description", "")) <= _LONGEST_DESCRIPTION:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self._account.commands[_menu(parameters)] = commands
        return True

    async def getmycommands(self, parameters: Parameters) -> list[Body]:
        """The menu for a scope and a language."""
        return self._account.commands.get(_menu(parameters), [])

    async def deletemycommands(self, parameters: Parameters) -> bool:
        """Takes the menu away."""
        self._account.commands.pop(_menu(parameters), None)
        return True

    async def leavechat(self, parameters: Parameters) -> bool:
        """The bot goes."""
        chat = self._writable(parameters)
        if chat not in self._account.groups:
            raise bad_request("chat member status can't be changed in private chats")
        self._account.groups.discard(chat)
        return True

    async def getfile(self, parameters: Parameters) -> Body:
        """Where a file lies: https://core.telegram.org/bots/api#getfile."""
        content = self._account.files.get(str(parameters.get("file_id") or ""))
        if content is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        id_ = str(parameters["file_id"])
        return {
            "file_id": id_,
            "file_unique_id": id_,
            "file_size": len(content),
            "file_path": f"photos/{id_}",
        }

    def _writable(self, parameters: Parameters) -> int:
        """The chat that is meant, if the bot may write there."""
        given, account = str(parameters.get("chat_id") or ""), self._account
        if not given:
            raise bad_request("chat_id is empty")
        chat = int(given) if _CHAT.fullmatch(given) else 0
        if not account.knows(chat):
            raise bad_request("chat not found")
        if chat in account.blocked:
            raise forbidden("bot was blocked by the user")
        if chat in account.gone:
            raise forbidden("user is deactivated" if chat > 0 else "bot was kicked from the group chat")
        if chat in self._faults.flooded:
            raise flooded(self._faults.flooded[chat])
        return chat

    def _allow(self, parameters: Parameters) -> None:
        """An empty list is the provider's choice of kinds, and none at all changes nothing."""
        kinds = decoded(parameters, "allowed_updates")
        if isinstance(kinds, list):
            self._updates.allowed = frozenset(kinds) or None

    def _forget_if_told(self, parameters: Parameters) -> None:
        if str(parameters.get("drop_pending_updates")).lower() in {"true", "1"}:
            self._updates.clear()

    def _seconds(self) -> int:
        return int(self._now().timestamp())


def _menu(parameters: Parameters) -> tuple[str, str]:
    scope = decoded(parameters, "scope") or {"type": "default"}
    return str(scope["type"]), str(parameters.get("language_code") or "")
