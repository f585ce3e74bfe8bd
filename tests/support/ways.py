"""Three ways out, driven by hand: the channels over HTTP against their stand-ins, all on one turned clock."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge import pot
from bridge.loops.dispatch import Dispatch
from bridge.loops.reconcile import Reconcile
from bridge.loops.rerouting import Rerouting
from bridge.model import SECOND, Deed, Happening, Micros
from bridge.ports import Unreachable, Webhook, Wiring
from bridge.service.plugins import directory
from bridge.store.books import ledger
from bridge.store.books.journal import ENTRY, opened
from bridge.store.engine.store import Store
from bridge.store.engine.tables import events, outbox
from channels.gateway import Gateway
from channels.sms import Sms
from channels.standins.gateway import GatewayStandIn
from channels.standins.telnyx import TelnyxStandIn
from channels.standins.twilio import TwilioStandIn
from channels.telnyx import Telnyx
from tests.channels.services import fronting
from tests.support.clock import TestClock
from tests.support.events import NUMBER, Bridge

WAYS = b"""
languages: [fr]
hold: {min: 0s, max: 1s}
pot: {total: 100, per_hour: 100, per_day: 100, inbound_reserve: 0%}
prices:
  sms: {in: 0, out: {FR: 0.0763}}
  telnyx: {in: 0, out: {FR: 0.09}}
  gateway: {in: 0, out: {FR: 0}}
ways: [sms, telnyx, gateway]
replies:
  - id: first
    when: {first: true}
    say: {fr: ["Un mot."]}
"""


class Roads:
    """The house's end of three ways, and the providers' ends."""

    def __init__(self, store: Store, source: bytes = WAYS) -> None:
        self.clock = TestClock()
        self.bridge = Bridge(store, self.clock, source, directory({}))
        self.twilio = TwilioStandIn(NUMBER, callback_delay=0, now=self._now)
        self.telnyx = TelnyxStandIn(event_delay=0, now=self._now)
        self.phone = GatewayStandIn(event_delay=0, now=self._now)
        self._hooks: dict[str, Webhook] = {}
        self.restart()

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.clock() / SECOND, UTC)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Roads"]:
        """Everything is on meanwhile."""
        async with fronting(self._hooks, self.clock) as url:
            wiring = Wiring(self._append, self.clock, url)
            self.channels: dict[str, Any] = {
                "sms": Sms.connect(await self.twilio.start(url), wiring),
                "telnyx": Telnyx.connect(await self.telnyx.start(url), wiring),
                "gateway": Gateway.connect(await self.phone.start(url), wiring),
            }
            for channel in self.channels.values():
                await channel.open()
                self._hooks |= channel.webhooks()
            self.restart()
            try:
                yield self
            finally:
                for channel in self.channels.values():
                    await channel.close()
                for standin in (self.twilio, self.telnyx, self.phone):
                    await standin.close()

    channels: dict[str, Any] = {}  # noqa: RUF012 - filled when opened

    def restart(self) -> None:
        """A new process on the same database: it knows what is stored, and nothing else."""
        bridge, rules = self.bridge, lambda: self.bridge.folding.responses
        self.dispatches = {
            name: Dispatch(bridge.store, bridge.keyring, one, self.clock, rules, bridge.journal)
            for name, one in self.channels.items()
        }
        self.reconciles = [
            Reconcile(bridge.store, bridge.keyring, one, self.clock, bridge.journal)
            for one in self.channels.values()
        ]
        several = list(self.dispatches.values())
        self.rerouting = Rerouting(bridge.store, self.clock, rules, several, bridge.journal)

    async def _append(self, happenings: Sequence[Happening]) -> None:
        await self.bridge.tell(*happenings)

    async def step(self, length: Micros = 0) -> None:
        """Time passes; every loop takes a turn, and what providers tell of it is taken in."""
        self.clock.pass_(length)
        await self.bridge.fold()
        await self.rerouting.turn()
        await self.send()
        for reconcile in self.reconciles:
            try:
                await reconcile.turn()
            except Unreachable:
                continue
        await self.settled()
        await self.within_the_pot()

    async def send(self, *ways: str) -> None:
        """What is due leaves by these ways, as far as one claim goes."""
        for name in ways or self.dispatches:
            dispatch = self.dispatches[name]
            await dispatch.turn()
            for call in tuple(dispatch.calls):
                await call

    async def settled(self) -> None:
        """What providers have to tell, they have told."""
        for standin in (self.twilio, self.telnyx, self.phone):
            await standin.settled()
        await self.bridge.fold()

    async def within_the_pot(self) -> None:
        """Spent and reserved together are never more than there is."""
        rules = self.bridge.folding.responses
        purse = await self.bridge.store.read(lambda connection: ledger.load(connection, self.clock()))
        assert pot.gone(purse) <= pot.total_of(purse, rules)

    def received(self) -> Counter[str]:
        """How many texts reached each person, whichever way."""
        told = Counter(one.to for one in self.twilio.sent if one.status in ("sent", "delivered"))
        told.update(one.to for one in self.telnyx.sent if one.status in ("sent", "delivered"))
        told.update(one.to for one in self.phone.sent if one.state in ("Sent", "Delivered"))
        return told

    async def rows(self) -> list[Any]:
        """The outbox."""

        async def work(connection: AsyncConnection) -> list[Any]:
            return list((await connection.execute(select(outbox).order_by(outbox.c.id))).all())

        return await self.bridge.store.read(work)

    async def deeds(self, what: str) -> list[dict[str, Any]]:
        """What the journal holds that the service did, in order."""

        async def work(connection: AsyncConnection) -> list[dict[str, Any]]:
            rows = (await connection.execute(select(*ENTRY).order_by(events.c.seq))).all()
            found = (one.what for one in (await opened(connection, self.bridge.keyring, rows)).values())
            return [dict(one.data) for one in found if isinstance(one, Deed) and one.what == what]

        return await self.bridge.store.read(work)
