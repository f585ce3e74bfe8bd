"""A channel that does as it is told, and the outbox that dispatch takes its replies from."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.loops.dispatch import Dispatch
from bridge.model import HOUR, Message, Outgoing
from bridge.ports import Accepted, Outcome
from bridge.store.engine.tables import outbox
from tests.support.events import Bridge, message

Answer = Callable[[Outgoing], Awaitable[Outcome]]


class Scripted:
    """A channel that answers each call as its script says, and the last answer for ever."""

    def __init__(self, *script: Outcome | BaseException | Answer, name: str = "sms") -> None:
        self.name = name
        self.sent: list[Outgoing] = []
        self._script = list(script)

    async def send(self, reply: Outgoing) -> Outcome:
        self.sent.append(reply)
        told = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if isinstance(told, BaseException):
            raise told
        return await told(reply) if callable(told) else told


async def accept(reply: Outgoing) -> Outcome:
    """The provider takes it, under an id of its own."""
    return Accepted(f"SM{reply.id}")


async def hang(_reply: Outgoing) -> Outcome:
    """The provider never answers."""
    await asyncio.Event().wait()
    raise AssertionError


def dispatching(bridge: Bridge, channel: Scripted) -> Dispatch:
    return Dispatch(bridge.store, bridge.keyring, channel, bridge.clock, lambda: bridge.folding.responses)


async def held(bridge: Bridge, *messages: Message) -> None:
    """Replies to these messages, all of them due."""
    await bridge.tell(*(messages or (message(),)))
    await bridge.fold()
    bridge.clock.pass_(HOUR)


async def replies(bridge: Bridge) -> list[Any]:
    """The rows of the outbox, in the order in which they are due."""

    async def work(connection: AsyncConnection) -> list[Any]:
        return list((await connection.execute(select(outbox).order_by(outbox.c.due_at))).all())

    return await bridge.store.read(work)


async def one_round(one: Dispatch) -> float:
    """A turn, and the calls that it started to their end."""
    rest = await one.turn()
    await asyncio.gather(*one.calls)
    return rest
