"""Dispatch: a reply that is due is claimed, marked *sending*, handed to the provider once, settled.

One loop a channel, so that a provider that hangs delays nobody else's replies.
What a crash or a broken call leaves open is *in doubt*, and is never sent again unasked.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.days import rests
from bridge.errors import SealBroken, StoreUnavailable
from bridge.loops.restraint import BETWEEN_TRIES, RATE_LIMITED, Restraint
from bridge.loops.rhythm import is_cancelled
from bridge.model import CALLS_AT_ONCE, HOUR, MINUTE, SECOND, MicroEuros, Micros, Outgoing, Reply, ReplyId
from bridge.ports import Accepted, Clock, InDoubt, NotProcessed, Outcome, OwnLine, Refused, Sending
from bridge.prices import price_out
from bridge.reach import reach
from bridge.responses import Responses
from bridge.store.books import sending, sent, tariff, turns
from bridge.store.books.journal import Journal
from bridge.store.books.keyring import Keyring
from bridge.store.books.rehearsing import rehearse
from bridge.store.books.sending import Claimed
from bridge.store.engine.store import Store
from bridge.store.looks import team
from bridge.ways import served

LONGEST_CALL: Micros = 30 * SECOND
"""Every outside call is given up after this long."""

LONGEST_REST = 1.0
"""Seconds between looks at the outbox: another process may have queued something."""

_VAIN = CALLS_AT_ONCE
"""So many calls in a row come to nothing before it counts as the provider's, or the account's, state."""

_OF_ONE = frozenset({RATE_LIMITED, "store", "late"})
"""What says nothing of the other replies: perhaps a chat alone must rest, or our own database or this process
is to blame."""

_ABANDONED: Micros = 2 * LONGEST_CALL
_PATIENCE = (5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR)
_STORE_PAUSE = 1.0  # seconds between attempts to write down an outcome

log = structlog.get_logger("rempart.dispatch")


@dataclass(slots=True)
class Dispatch:
    """Sends what is due on one channel, and what leaves by it because another one fails."""

    store: Store
    keyring: Keyring
    channel: Sending
    clock: Clock
    rules: Callable[[], Responses]
    """Those in force: they say what an hour and a day may cost."""
    journal: Journal | None = None
    """Where it is written down what was handed over."""
    outcomes: dict[str, int] = field(default_factory=dict)
    """How often each kind of outcome came; for metrics."""
    _fault: str | None = None
    """The code of the newest call, if it came to nothing for a reason that is not the recipient's."""
    _doubted: ReplyId | None = None
    """Whose call that was, where nobody knows what it came to."""
    _came_back: str | None = None
    """The code of what the provider took after all that went well, and never sent."""
    _good_at: Micros | None = None
    """When the provider last took a reply; `None` until the outbox is asked, which knows earlier lives."""
    _in_vain: int = 0
    """Calls in a row that came to nothing, or perhaps to nothing, for no reason of one recipient's."""
    _next_try: Micros = 0
    _restraint: Restraint = field(default_factory=Restraint)
    calls: set[asyncio.Task[None]] = field(default_factory=set)
    """Calls under way."""

    @property
    def fault(self) -> str | None:
        """Why nothing gets through, in a short code: by the newest call, or by the newest receipt."""
        return self._came_back or self._fault

    @property
    def failing(self) -> bool:
        """Whether nothing gets through, for a reason that is not a recipient's."""
        return self.fault is not None

    async def turn(self) -> float:
        """Starts the calls that are due; returns the seconds until there may be more."""
        free = self._free()
        due_at = await self.store.read(self._look)
        wait = LONGEST_REST if due_at is None else (due_at - self.clock()) / SECOND
        if wait > 0:
            return min(max(wait, 0.05), LONGEST_REST)
        if not free:
            return 0.05 if self.calls else LONGEST_REST
        claimed = await self._claim(free)
        for one in claimed:
            self._start(one)
        return 0.0 if claimed else LONGEST_REST

    def _free(self) -> int:
        """How many calls may begin. While all come to nothing, one at a time, and seldom: the others wait."""
        now = self.clock()
        if self._in_vain < _VAIN:
            return max(0, self._restraint.bears(now) - len(self.calls))
        return int(not self.calls and not rests(self._next_try, now, BETWEEN_TRIES))

    def trust(self) -> None:
        """What it came to so far is forgotten: its provider is well again."""
        self._fault, self._came_back, self._good_at = None, None, self.clock()
        self._doubted = None
        self._in_vain, self._next_try = 0, 0
        self._restraint = Restraint()

    async def _look(self, connection: AsyncConnection) -> Micros | None:
        ways = self.rules().ways
        theirs = ways if self.channel.name in ways else ()
        if self._doubted is not None and await sending.has_left(connection, self._doubted):
            self._fault, self._doubted, self._in_vain = None, None, 0
        if self._good_at is None:
            self._good_at = await sending.last_taken(connection, self.channel.name)
        self._came_back = await sending.came_back(connection, self.channel.name, self._good_at, theirs)
        channels = await self._served(connection)
        return await sending.next_due(connection, channels) if channels else None

    async def _served(self, connection: AsyncConnection) -> tuple[str, ...]:
        """Whose replies leave by this channel now."""
        ways = self.rules().ways
        current = await turns.current(connection) if self.channel.name in ways else {}
        return served(self.channel.name, ways, current)

    def _start(self, claimed: Claimed) -> None:
        call = asyncio.create_task(self._one(claimed))
        self.calls.add(call)
        call.add_done_callback(self.calls.discard)

    async def _claim(self, limit: int) -> list[Claimed]:
        async def work(connection: AsyncConnection) -> list[Claimed]:
            now = self.clock()
            await sending.expire(connection, now)
            pauses = await team.load_pauses(connection, now)
            channels = [one for one in await self._served(connection) if one not in pauses]
            if self.channel.name in pauses or not channels:
                return []
            await sending.let_rest(connection, channels, now, self.rules())
            await rehearse(connection, channels, now, self.rules())
            return await sending.claim(
                connection, self.channel.name, now, limit, self.rules(), served=channels, cost=self._cost
            )

        try:
            return await self.store.transact(work)
        except IntegrityError:
            return []  # another process has claimed a reply to the same recipient: it goes first

    async def _cost(self, connection: AsyncConnection, reply: Reply) -> MicroEuros | None:
        """What a reply of another channel may cost by this one."""
        name, rules, now = self.channel.name, self.rules(), self.clock()
        if name not in rules.prices:
            return None
        try:
            address = await self.keyring.address(connection, reply.sender)
        except SealBroken:
            return reply.price  # whoever it was for is forgotten: it will not be handed over
        one = price_out(rules, await tariff.load(connection), name, reach(address).country, now)
        return None if one is None else one * reply.segments

    async def _one(self, claimed: Claimed) -> None:
        outcome = await self._outcome(claimed)
        self._note(claimed, outcome)
        try:
            await self._settle(claimed, outcome)
        except Exception:  # such as an id that the provider has given to another reply already
            log.exception("an outcome cannot be written down", reply_id=claimed.reply.id)
            await self._settle(claimed, InDoubt("unwritable"))

    async def _outcome(self, claimed: Claimed) -> Outcome:
        try:
            return await self._send(claimed)
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            log.exception("a channel was cancelled while it sent", reply_id=claimed.reply.id)
        except Exception:
            log.exception("sending failed in a way that nobody foresaw", reply_id=claimed.reply.id)
        return InDoubt("unforeseen")

    async def _send(self, claimed: Claimed) -> Outcome:
        reply = claimed.reply
        try:
            address = await self.store.read(lambda connection: self.keyring.address(connection, reply.sender))
        except SealBroken:
            return Refused("erased")
        except StoreUnavailable:
            return NotProcessed("store")
        if self.clock() - claimed.at > LONGEST_CALL:
            return NotProcessed("late")  # this process stood still: another one may have taken care of it
        try:
            async with asyncio.timeout(LONGEST_CALL / SECOND):
                return await self.channel.send(outgoing(reply, address, self.channel, claimed.attempts))
        except TimeoutError:
            return InDoubt("timeout")

    def _note(self, claimed: Claimed, outcome: Outcome) -> None:
        kind = type(outcome).__name__
        self.outcomes[kind] = self.outcomes.get(kind, 0) + 1
        code = getattr(outcome, "code", None)
        self._fault = None if isinstance(outcome, Accepted | Refused) else code
        self._doubted = claimed.reply.id if isinstance(outcome, InDoubt) else None
        self._restraint.note(outcome, self.clock())
        if isinstance(outcome, Accepted | Refused):
            self._in_vain = 0
        elif code not in _OF_ONE:
            self._in_vain += 1
            self._next_try = self.clock() + BETWEEN_TRIES
        if isinstance(outcome, Accepted):
            self._good_at, self._came_back = self.clock(), None
        log.info("reply handed over", reply_id=claimed.reply.id, outcome=kind, code=code)

    async def _settle(self, claimed: Claimed, outcome: Outcome) -> None:
        """Writes the outcome down, however long the store takes: until then nothing else may happen."""
        now = self.clock()
        again_at = now + _patience(claimed.attempts, outcome)

        async def work(connection: AsyncConnection) -> None:
            reply, call = claimed.reply, claimed.attempts
            await sending.settle(connection, reply.id, outcome, now, again_at, call=call)
            line = line_of(reply, self.channel)
            await sent.record(connection, self.journal, reply, outcome, now, call=call, line=line)

        while True:
            try:
                await self.store.transact(work)
            except StoreUnavailable as error:
                log.warning("an outcome waits to be written down", reply_id=claimed.reply.id, why=str(error))
                await asyncio.sleep(_STORE_PAUSE)
            else:
                return


def line_of(reply: Reply, channel: object) -> str:
    """The line that was written to; the channel's own one where nobody wrote, or where it stands in for
    another one."""
    own = channel.line if isinstance(channel, OwnLine) else ""
    return own if reply.way else reply.line or own


def outgoing(reply: Reply, address: str, channel: object, call: int) -> Outgoing:
    """A reply as a channel is given it, and asked about it."""
    return Outgoing(reply.id, address, line_of(reply, channel), reply.text, call)


async def recover(store: Store, clock: Clock, *, alone: bool) -> int:
    """Puts calls in doubt that nobody is making any more; returns how many.

    `alone`: no other process dispatches, so every call that is still open was cut off.
    """
    now = clock()
    before = now if alone else now - _ABANDONED
    return await store.transact(lambda connection: sending.doubt(connection, before, now))


def _patience(attempts: int, outcome: Outcome) -> Micros:
    """How long to wait before trying again, when the provider did not process the call.

    It may ask for an hour at most: no header shall use up the day that a reply may wait.
    """
    own = _PATIENCE[min(attempts, len(_PATIENCE)) - 1]
    told = outcome.retry_after if isinstance(outcome, NotProcessed) else None
    return max(own, min(told or 0, HOUR))
