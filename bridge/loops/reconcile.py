"""Reconcile: asks the provider what became of replies in doubt, before anything is sent again.

A reply of which the provider shows no trace, at two looks and long enough after the call, was not taken:
it is held again. While the provider cannot be asked, or shows something that cannot be compared, it waits.

Where a provider can never be asked and a reply costs nothing, nobody should be left without an answer: it is
sent once more.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import ClassVar

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import SealBroken
from bridge.loops.dispatch import LONGEST_CALL, line_of, outgoing
from bridge.model import DAY, SECOND, Micros, Outgoing, Reply, ReplyId
from bridge.ports import Accepted, Clock, Finding, InDoubt, NotProcessed, Outcome, Refused, Sending
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

GIVEN_UP: Micros = DAY
"""After the call began, where nobody can be asked: whoever writes again is to be answered."""

log = structlog.get_logger("rempart.reconcile")


@dataclass(slots=True)
class _Search:
    """What is known of one call in doubt."""

    misdated: Micros | None = None
    """When it was seen that the call, as it is dated, was still to come."""
    looks: int = 0
    """Looks without a trace."""


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
    _searches: dict[tuple[ReplyId, int | None], _Search] = field(default_factory=dict)
    """By call: a reply that was sent again can be in doubt again."""

    async def turn(self) -> float:
        """Looks once for every reply in doubt. Raises `Unreachable`."""
        doubts = await self.store.read(lambda connection: sending.doubtful(connection, self.channel.name))
        self._searches = {_call(one): self._begun(one) for one in doubts}
        for doubt in doubts:
            await self._one(doubt)
        return REST

    def _begun(self, doubt: Doubtful) -> _Search:
        """Noted whether or not the provider can be asked: once the clock has come so far nothing tells it."""
        search, now = self._searches.get(_call(doubt), _Search()), self.clock()
        if search.misdated is None and doubt.attempted_at > now:
            search.misdated = now
        return search

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
        found = await self._find(doubt, asked, others)
        if isinstance(found, InDoubt):
            self._searches[_call(doubt)].looks = 0
            return found if found.code != doubt.error else None
        return found or self._no_trace(doubt)

    async def _find(
        self, doubt: Doubtful, asked: Outgoing, others: Collection[str]
    ) -> Accepted | InDoubt | None:
        """Since the call began; where that shows no trace, and there may be one from before, since then."""
        found = None
        for since in self._since(doubt):
            found = found or await self.channel.find(asked, since, others)
        return found

    def _since(self, doubt: Doubtful) -> tuple[Micros, ...]:
        """When the call began; nobody has called in the future: a clock was wrong then, or is now.

        Then when it may have begun by a right clock, or an earlier call that left the same reply in doubt: it
        may have been taken, and be shown only by now.
        """
        now, misdated = self.clock(), self._searches[_call(doubt)].misdated
        began = doubt.attempted_at if doubt.attempted_at <= now else now - DAY
        if misdated is None and doubt.doubts <= 1:
            return (began,)
        return began, min(began, misdated or began) - DAY

    async def _about(self, connection: AsyncConnection, reply: Reply) -> tuple[str, frozenset[str]]:
        address = await self.keyring.address(connection, reply.sender)
        return address, await sending.others(connection, reply)

    def _no_trace(self, doubt: Doubtful) -> NotProcessed | None:
        if self.clock() - doubt.attempted_at < LONG_ENOUGH:
            return None
        search = self._searches[_call(doubt)]
        search.looks += 1
        return NotProcessed("no_trace") if search.looks >= LOOKS else None


def _call(doubt: Doubtful) -> tuple[ReplyId, int | None]:
    return doubt.reply.id, doubt.attempts


@dataclass(slots=True)
class OnceMore:
    """Sends again, once, what was in doubt on a channel that cannot be asked; a second doubt stays for a day,
    and then nobody will ever know."""

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
            await self.store.transact(lambda c: sending.give_up(c, name, now - GIVEN_UP, now))
        return REST
