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

_KNOWN_BY: Micros = 2 * DAY
"""The provider knows by then what became of a message, and what it costs."""

_OFTEN = 5.0  # seconds between looks when there are no webhooks
_SELDOM = 60.0  # seconds between looks when webhooks should bring everything
_HOURLY = 3600.0  # seconds between looks for what became of the replies of the last days, and what they cost
_LONGEST_REST = 20.0  # seconds that one poll may wait


class Looks:
    """When it was looked, and when it is time again."""

    def __init__(self, log: Callable[[], Log], wiring: Wiring) -> None:
        """`log` is asked for with each look."""
        self._log, self._wiring = log, wiring
        self.next_look = self.next_review = 0.0  # on the monotonic clock

    async def poll(self, cursor: str | None) -> Polled:
        """Waits until it is time to look. Without a public URL this is how messages come in at all."""
        await asyncio.sleep(min(max(self.next_look - time.monotonic(), 0), _LONGEST_REST))
        if time.monotonic() < self.next_look:
            return Polled((), cursor or "")
        begin, log = self._wiring.clock(), self._log()
        self.next_look = time.monotonic() + (_OFTEN if self._wiring.public_url is None else _SELDOM)
        found = await log.since(_earliest(cursor, begin), begin - _SETTLED)
        known = {one.provider_id for one in found}
        late = (one for one in await self._late_news(begin) if one.provider_id not in known)
        return Polled((*found, *late), str(log.asked_at or begin))

    async def _late_news(self, now: Micros) -> Sequence[Happening]:
        """How replies fared, and what they cost: a telephone may be off for a day, and no webhook come."""
        if time.monotonic() < self.next_review:
            return ()
        try:
            found = await self._log().fared(now - _KNOWN_BY, now - _SETTLED)
        except Unreachable:
            return ()  # asked again at the next look: what was found besides must not wait for it
        self.next_review = time.monotonic() + _HOURLY
        return found


def _earliest(cursor: str | None, now: Micros) -> Micros:
    """From when on to look: since the look before, by Twilio's own clock, for it dates what it lists.

    Nobody has looked in the future: a clock was wrong then, or is now, and a day is looked through anew.
    """
    looked = int(cursor) if cursor else 0
    return looked - _OVERLAP if 0 < looked <= now + _OVERLAP else now - DAY
