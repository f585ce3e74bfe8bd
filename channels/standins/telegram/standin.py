"""A local Telegram: one bot, the people who write to it, and every fault that a test can ask for."""

import asyncio
import secrets
from collections.abc import Mapping

from bridge.model import SECOND
from bridge.standin import Bubble
from channels.standins.base import Base, Now, system_now
from channels.standins.serving import LocalServer
from channels.standins.telegram import bodies
from channels.standins.telegram.account import Account, Record
from channels.standins.telegram.api import Api
from channels.standins.telegram.bodies import CONTENTS, Body
from channels.standins.telegram.errors import CLOSING
from channels.standins.telegram.faults import Faults
from channels.standins.telegram.methods import Methods
from channels.standins.telegram.push import Push
from channels.standins.telegram.updates import Update, Updates

_STATUSES = {"person": "read", "service": "sent", "provider": "sent"}

Taken = tuple[int | None, str]
"""What the service's webhook answered, if there is one, and the update's id."""


class TelegramStandIn(Base[LocalServer, Push]):
    """Speaks the Bot API on a free local port; a service decides itself whether it is called or asks."""

    def __init__(
        self,
        username: str = "rempart_demo_bot",
        *,
        webhook_secret: str | None = None,
        retry_seconds: float = 1,
        now: Now = system_now,
    ) -> None:
        """`webhook_secret` is handed to the service. `retry_seconds`: how long a refused update waits."""
        super().__init__(LocalServer(), now)
        self.account = Account.new(username)
        self.faults = Faults()
        self.updates = Updates(self.faults, now, first_id=10**8 + secrets.randbelow(10**8))
        self._webhook_secret = webhook_secret
        self._retry_seconds = retry_seconds

    @property
    def sent(self) -> list[Record]:
        """What the service has sent, oldest first."""
        return [record for record in self.account.log if record.by == "service"]

    @property
    def line(self) -> str:
        """The bot's name with its @."""
        return f"@{self.account.username}"

    @property
    def webhook(self) -> str | None:
        """Where updates go, if they do not wait to be asked for."""
        hook = self._calls and self._calls.hook
        return hook.url if hook else None

    def conversation(self, address: str, /) -> list[Bubble]:
        """What the chat at `address` shows, oldest first."""
        return [_bubble(record) for record in self.account.of(int(address))]

    async def start(self, public_url: str) -> Mapping[str, str]:  # noqa: ARG002 - the service tells it us itself
        """Serves; whoever has the token may set a webhook, or ask for updates."""
        push = self._calls = Push(self.updates, self._retry_seconds)
        methods = Methods(self.account, self.faults, self.updates, push, self._now)
        api = Api(self.account, self.faults, methods.all(), server=self._server)
        environment = {
            "TELEGRAM_BOT_TOKEN": self.account.token,
            "TELEGRAM_API_URL": await self._server.start(api.app()),
        }
        if self._webhook_secret is not None:
            environment["TELEGRAM_WEBHOOK_SECRET"] = self._webhook_secret
        return environment

    async def close(self) -> None:
        """Stops serving and calling."""
        self.updates.interrupt(CLOSING)
        await super().close()

    def meet(self, address: str, language: str | None = None) -> None:
        """Somebody who reads `language` has opened a chat with the bot, and written nothing yet."""
        self.account.languages[int(address)] = language

    async def text(self, address: str, text: str, /) -> Taken:
        """A person writes."""
        return await self._write(address, address, {"text": text, **bodies.entities(text)})

    async def press(self, address: str, command: str) -> Taken:
        """A person chooses a command from the menu."""
        return await self.text(address, f"/{command}")

    async def show(self, address: str, kind: str, caption: str | None = None) -> Taken:
        """A person sends a sticker, a photo, or whatever else `CONTENTS` has."""
        content: Body = {kind: CONTENTS[kind]}
        if kind == "animation":
            content["document"] = CONTENTS["document"]
        if caption is not None:
            content["caption"] = caption
        return await self._write(address, address, content)

    async def edit(self, address: str, text: str) -> Taken:
        """A person changes the last text that they wrote."""
        chat = int(address)
        written = next(one for one in reversed(self.account.of(chat)) if one.by == "person")
        written.text = text
        written.body = {**written.body, "text": text, "edit_date": int(self._now().timestamp())}
        return await self._deliver(self.updates.add(chat, "edited_message", written.body))

    async def block(self, address: str) -> Taken:
        """A person blocks the bot."""
        self.account.blocked.add(int(address))
        return await self._change(int(address), int(address), "member", "kicked")

    async def unblock(self, address: str) -> Taken:
        """A person takes that back."""
        self.account.blocked.discard(int(address))
        return await self._change(int(address), int(address), "kicked", "member")

    async def join(self, group: str, by: str) -> Taken:
        """Somebody puts the bot into a group."""
        self.account.groups.add(int(group))
        return await self._change(int(group), int(by), "left", "member")

    async def throw_out(self, group: str, by: str) -> Taken:
        """Somebody throws it out again."""
        self.account.groups.discard(int(group))
        self.account.gone.add(int(group))
        return await self._change(int(group), int(by), "member", "kicked")

    async def text_in(self, group: str, by: str, text: str) -> Taken:
        """Somebody writes in a group, so that the bot sees it."""
        return await self._write(group, by, {"text": text, **bodies.entities(text)})

    async def redeliver(self, id_: str, times: int = 1, *, at_once: bool = False) -> list[int | None]:
        """Posts an earlier update again: one after the other, or all at once."""
        push, update = self._calling, self.updates.ever[int(id_)]
        if at_once:
            return await asyncio.gather(*(push.again(update) for _ in range(times)))
        return [await push.again(update) for _ in range(times)]

    async def settled(self) -> None:
        """Returns once the webhook has taken everything."""
        await self._calling.settled()

    async def _write(self, chat: str, by: str, content: Body) -> Taken:
        account, at, whom = self.account, self._now(), int(chat)
        if whom > 0:
            account.languages.setdefault(whom, None)
        id_, seconds = account.next_message_id(), int(at.timestamp())
        body = bodies.message(id_, account.person(int(by)), account.chat(whom), seconds, content)
        update = self.updates.add(whom, "message", body)
        account.log.append(Record(whom, "person", _shown(content), at, id_, body, str(update.id)))
        return await self._deliver(update)

    async def _change(self, chat: int, by: int, old: str, new: str) -> Taken:
        account, seconds = self.account, int(self._now().timestamp())
        body = {
            "chat": account.chat(chat),
            "from": account.person(by),
            "date": seconds,
            "old_chat_member": bodies.member(account.user, old),
            "new_chat_member": bodies.member(account.user, new),
        }
        return await self._deliver(self.updates.add(chat, "my_chat_member", body))

    async def _deliver(self, update: Update) -> Taken:
        return await self._calling.hand_over(update), str(update.id)


def _shown(content: Body) -> str:
    """What a telephone shows: a text, a caption, or what else there is, in brackets."""
    shown = content.get("text", content.get("caption"))
    return f"[{next(iter(content))}]" if shown is None else str(shown)


def _bubble(record: Record) -> Bubble:
    at = round(record.at.timestamp() * SECOND)
    return Bubble(record.id, record.by, record.text, at, _STATUSES[record.by])
