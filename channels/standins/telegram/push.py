"""Posts updates to the service's webhook as Telegram does: a chat's in order, each until it is taken."""

import asyncio
import json

from bridge.noun import Noun
from channels.standins.calls import Caller
from channels.standins.telegram.updates import Update, Updates

_PATIENCE_SECONDS = 60
_FIRST_ANSWER_SECONDS = 5
_HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Hook(Noun):
    """Where updates go, as `setWebhook` left it."""

    url: str
    secret: str | None = None
    max_connections: int = 40


class Push(Caller):
    """Delivers what waits, as long as a webhook is set."""

    def __init__(self, updates: Updates, retry_seconds: float) -> None:
        """Needs a running loop. `retry_seconds` is how long a refused update waits."""
        super().__init__(_PATIENCE_SECONDS)
        self.hook: Hook | None = None
        self.last_error: str | None = None
        self._updates = updates
        self._retry_seconds = retry_seconds
        self._couriers: dict[int, asyncio.Task[None]] = {}
        self._first_answers: dict[int, asyncio.Future[int | None]] = {}

    async def hand_over(self, update: Update) -> int | None:
        """The status of its first delivery; `None` when nobody answers, or others of its chat still wait."""
        if self.hook is None or update not in self._updates.pending(update.chat):
            return None
        first = self._first_answers[update.id] = asyncio.get_running_loop().create_future()
        self.start()
        done, _ = await asyncio.wait({first}, timeout=_FIRST_ANSWER_SECONDS)
        self._first_answers.pop(update.id, None)
        return first.result() if done else None

    async def again(self, update: Update) -> int | None:
        """Posts an update that may have been taken long ago."""
        return None if self.hook is None else await self._post(self.hook, update)

    def start(self) -> None:
        """Sees that somebody delivers what waits for each chat."""
        for chat in {update.chat for update in self._updates.pending()} - self._couriers.keys():
            self._couriers[chat] = asyncio.create_task(self._serve(chat))

    async def settled(self) -> None:
        """Returns once everything that waits was taken."""
        while self._couriers:
            await asyncio.wait(self._couriers.values())

    async def close(self) -> None:
        """Stops delivering."""
        couriers = list(self._couriers.values())
        for courier in couriers:
            courier.cancel()
        await asyncio.gather(*couriers, return_exceptions=True)
        await super().close()

    async def _serve(self, chat: int) -> None:
        try:
            await self._empty(chat)
        finally:
            del self._couriers[chat]

    async def _empty(self, chat: int) -> None:
        while (waiting := self._updates.pending(chat)) and self.hook is not None:
            status = await self._post(self.hook, waiting[0])
            self._tell(waiting[0], status)
            if status is not None and 200 <= status < 300:  # noqa: PLR2004 - what HTTP calls success
                self._updates.drop(waiting[0].id)
            else:
                self.last_error = f"Wrong response from the webhook: {status}"
                await asyncio.sleep(self._retry_seconds)

    async def _post(self, hook: Hook, update: Update) -> int | None:
        secret = {} if hook.secret is None else {_HEADER: hook.secret}
        body = json.dumps(update.json).encode()
        return await self.deliver(hook.url, body, {"Content-Type": "application/json", **secret})

    def _tell(self, update: Update, status: int | None) -> None:
        first = self._first_answers.get(update.id)
        if first is not None and not first.done():
            first.set_result(status)
