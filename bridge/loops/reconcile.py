"""Reconcile: asks the provider what became of replies in doubt, before anything is sent again.

A reply of which the provider shows no trace, at two looks and long enough after the call, was not taken:
it is held again. While the provider cannot be asked, or shows something that cannot be compared, it waits.

Where a provider can never be asked and a reply costs nothing, nobody should be left without an answer: it is
sent once more.
"""

from dataclasses import dataclass, field
from typing import ClassVar

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import SealBroken
from bridge.loops.dispatch import LONGEST_CALL, line_of, outgoing
from bridge.model import DAY, SECOND, Micros, Reply, ReplyId
from bridge.ports import Clock, Finding, InDoubt, NotProcessed, Outcome, Refused, Sending
from bridge.store.books import sending, sent
from bridge.store.books.journal import Journal
from bridge.store.books.keyring import Keyring
from bridge.store.books.sending import Doubtful
from bridge.store.engine.store import Store

LOOKS = 2
"""Looks without a trace, one `REST` apart, before a reply counts as not taken."""

LONG_ENOUGH: Micros = 90 * SECOND
"""After the call began: a provider may take a request that we gave up, and its log may lag."""

REST = 10.0
"""Seconds between looks, and before a provider out of reach is asked again."""

log = structlog.get_logger("rempart.reconcile")


@dataclass(slots=True)
class Reconcile:
    """Settles the doubts of one channel."""

    patience: ClassVar[float] = REST

    store: Store
    keyring: Keyring
    channel: Finding
    clock: Clock
    journal: Journal | None = None
    """Where it is written down what came of a doubt."""
    _looks: dict[ReplyId, int] = field(default_factory=dict)

    async def turn(self) -> float:
        """Looks once for every reply in doubt. Raises `Unreachable`."""
        doubts = await self.store.read(lambda connection: sending.doubtful(connection, self.channel.name))
        self._looks = {one.reply.id: self._looks.get(one.reply.id, 0) for one in doubts}
        for doubt in doubts:
            await self._one(doubt)
        return REST

    async def _one(self, doubt: Doubtful) -> None:
        outcome = await self._ask(doubt)
        if outcome is None:
            return
        now = self.clock()
        reply, call = doubt.reply, doubt.attempts

        async def work(connection: AsyncConnection) -> None:
            await sending.settle(connection, reply.id, outcome, now, now, call=call)
            line = line_of(reply, self.channel)
            await sent.record(
                connection, self.journal, reply, outcome, now, call=call or 0, line=line, asked=True
            )

        try:
            await self.store.transact(work)
        except IntegrityError:
            # What was found is another reply of ours with the same words: no trace of this one yet.
            log.warning("a doubt found another reply", reply_id=doubt.reply.id)
        else:
            self._tell(doubt, outcome)

    def _tell(self, doubt: Doubtful, outcome: Outcome) -> None:
        about = log.bind(reply_id=doubt.reply.id)
        if isinstance(outcome, InDoubt):
            about.warning("the provider's log cannot settle a doubt", code=outcome.code)
        else:
            about.info("a doubt is settled", outcome=type(outcome).__name__)

    async def _ask(self, doubt: Doubtful) -> Outcome | None:
        reply = doubt.reply
        try:
            address, others = await self.store.read(lambda connection: self._about(connection, reply))
        except SealBroken:
            return Refused("erased")
        asked = outgoing(reply, address, self.channel, doubt.attempts or 1)
        found = await self.channel.find(asked, self._since(doubt), others)
        if isinstance(found, InDoubt):
            self._looks[reply.id] = 0
            return found if found.code != doubt.error else None
        return found or self._no_trace(doubt)

    def _since(self, doubt: Doubtful) -> Micros:
        """When the call began; nobody has called in the future: a clock was wrong then, or is now."""
        now = self.clock()
        return doubt.attempted_at if doubt.attempted_at <= now else now - DAY

    async def _about(self, connection: AsyncConnection, reply: Reply) -> tuple[str, frozenset[str]]:
        address = await self.keyring.address(connection, reply.sender)
        return address, await sending.others(connection, reply)

    def _no_trace(self, doubt: Doubtful) -> NotProcessed | None:
        if self.clock() - doubt.attempted_at < LONG_ENOUGH:
            return None
        self._looks[doubt.reply.id] += 1
        return NotProcessed("no_trace") if self._looks[doubt.reply.id] >= LOOKS else None


@dataclass(slots=True)
class OnceMore:
    """Sends again, once, what was in doubt on a channel that cannot be asked; a second doubt stays."""

    patience: ClassVar[float] = REST

    store: Store
    channel: Sending
    clock: Clock

    async def turn(self) -> float:
        """Looks once, for calls that must have ended by now."""
        name, now = self.channel.name, self.clock()
        if await self.store.read(lambda connection: sending.doubtful(connection, name)):
            ended = now - LONGEST_CALL
            again = await self.store.transact(lambda c: sending.once_more(c, name, ended, now))
            for reply in again:
                log.info("a reply in doubt is sent once more", reply_id=reply)
        return REST
