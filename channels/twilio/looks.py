"""Looks through Twilio's log for what no webhook brought. Touches floor 0."""

import asyncio
import time
from collections.abc import Callable, Sequence

from bridge.model import DAY, MINUTE, Happening, Micros
from bridge.ports import Polled, Unreachable, Wiring
from channels.twilio.log import Log

_OVERLAP: Micros = 10 * MINUTE
"""The log may show a message this long after it came."""

_SETTLED: Micros = MINUTE
"""By then our own call has ended, whichever way: the outbox knows the provider's id, or asks for it."""

_CHARGED_BY: Micros = 2 * DAY
"""The provider knows by then what a message costs."""

_OFTEN = 5.0  # seconds between looks when there are no webhooks
_SELDOM = 60.0  # seconds between looks when webhooks should bring everything
_HOURLY = 3600.0  # seconds between looks for what replies of the last days cost
_LONGEST_REST = 20.0  # seconds that one poll may wait


class Looks:
    """When it was looked, and when it is time again."""

    def __init__(self, log: Callable[[], Log], wiring: Wiring) -> None:
        """`log` is asked for with each look."""
        self._log, self._wiring = log, wiring
        self.next_look = self.next_charges = 0.0  # on the monotonic clock

    async def poll(self, cursor: str | None) -> Polled:
        """Waits until it is time to look. Without a public URL this is how messages come in at all."""
        await asyncio.sleep(min(max(self.next_look - time.monotonic(), 0), _LONGEST_REST))
        if time.monotonic() < self.next_look:
            return Polled((), cursor or "")
        begin, log = self._wiring.clock(), self._log()
        self.next_look = time.monotonic() + (_OFTEN if self._wiring.public_url is None else _SELDOM)
        found = await log.since(_earliest(cursor, begin), begin - _SETTLED)
        return Polled((*found, *await self._late_charges(begin)), str(log.asked_at or begin))

    async def _late_charges(self, now: Micros) -> Sequence[Happening]:
        """What replies turned out to cost; the provider may take hours to say so."""
        if time.monotonic() < self.next_charges:
            return ()
        try:
            found = await self._log().charges(now - _CHARGED_BY, now - _SETTLED)
        except Unreachable:
            return ()  # asked again at the next look: what was found besides must not wait for it
        self.next_charges = time.monotonic() + _HOURLY
        return found


def _earliest(cursor: str | None, now: Micros) -> Micros:
    """From when on to look: since the look before, by Twilio's own clock, for it dates what it lists.

    Nobody has looked in the future: a clock was wrong then, or is now, and a day is looked through anew.
    """
    looked = int(cursor) if cursor else 0
    return looked - _OVERLAP if 0 < looked <= now + _OVERLAP else now - DAY
