"""The one way through the house: intake, journal, fold, outbox, dispatch."""

import asyncio
from collections.abc import Mapping, Sequence

from bridge.loops.dispatch import Dispatch
from bridge.loops.folding import Folding
from bridge.loops.intake import Intake
from bridge.loops.rhythm import Loop
from bridge.ports import Channel, Clock, Sending
from bridge.privacy.secret import Keys
from bridge.responses import Responses
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from bridge.store.store import Store
from bridge.store.targets import Targets

LONGEST_GOODBYE = 3.5
"""Seconds that turns and calls under way are given at a clean stop; what remains is left in doubt."""


class Pipeline:
    """The loops in their order, each waking the next."""

    def __init__(self, store: Store, keys: Keys, clock: Clock, responses: Responses) -> None:
        """Wires the loops; none runs yet."""
        self._store = store
        self._clock = clock
        self._keyring = Keyring(keys.sealing)
        self._journal = Journal(keys.senders, self._keyring)
        self.intake = Intake(self._commit, clock)
        self.folding = Folding(
            store, self._journal, Targets(self._journal), clock, keys.choices, responses, self.intake.lull
        )
        self.dispatches: list[Dispatch] = []
        self._loops: list[Loop] = []
        self._running: list[asyncio.Task[None]] = []

    def start(self, channels: Mapping[str, Channel]) -> None:
        """Starts every loop, and one dispatch for each channel that sends."""
        senders: list[Sending] = [one for one in channels.values() if isinstance(one, Sending)]
        self.dispatches = [Dispatch(self._store, self._keyring, one, self._clock) for one in senders]
        sending = [Loop(f"dispatch {one.channel.name}", one.turn) for one in self.dispatches]
        folding = Loop("folding", self.folding.turn, followers=sending)
        intake = Loop("intake", self.intake.turn, followers=[folding])
        self.intake.wake = intake.wake
        self._loops = [intake, folding, *sending]
        self._running = [asyncio.create_task(loop.run()) for loop in self._loops]

    async def stop(self) -> None:
        """Lets turns and calls under way end, and begins no other."""
        for loop in self._loops:
            loop.stop()
        await _within(LONGEST_GOODBYE, self._running)
        await _within(LONGEST_GOODBYE, [call for dispatch in self.dispatches for call in dispatch.calls])

    async def _commit(self, arrivals: Sequence[Arrival]) -> None:
        keys = await self._store.transact(lambda connection: self._journal.append(connection, arrivals))
        self._keyring.remember(keys)


async def _within(seconds: float, tasks: Sequence[asyncio.Task[None]]) -> None:
    """Waits for tasks; those that take longer are cancelled."""
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
