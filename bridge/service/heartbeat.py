"""The heartbeat: whoever watches from outside (Uptime Kuma, Healthchecks) is called while all is well.

Failures are harmless: the watcher misses us, which is what it is there for; `status` says so too.
"""

from dataclasses import dataclass

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

from bridge.days import lately
from bridge.model import SECOND, Micros
from bridge.ports import Clock

EVERY: Micros = 60 * SECOND
"""How often it is called, give or take a few seconds."""

_EARLY: Micros = 5 * SECOND
_LATELY: Micros = 3 * EVERY
"""What the watcher heard longer ago says nothing of now: who is not well does not call."""
_PATIENCE = 10  # seconds
_WELL = range(200, 300)

log = structlog.get_logger("rempart.heartbeat")


@dataclass(slots=True)
class Heartbeat:
    """Calls one URL, which may hold a secret and is never repeated anywhere."""

    url: str | None
    clock: Clock
    fault: str | None = None
    """Why the newest call came to nothing, in a short code."""
    heard_at: Micros | None = None
    """When a call was answered well last."""
    _called_at: Micros | None = None

    async def __call__(self) -> None:
        """Calls once a minute, however often it is asked; raises nothing."""
        now = self.clock()
        early = self._called_at is not None and 0 <= now - self._called_at < EVERY - _EARLY
        if self.url is None or early:
            return
        self._called_at = now
        fault = await _call(self.url)
        if fault is not None and self.fault is None:
            log.warning("the heartbeat's URL does not answer well", code=fault)
        self.fault = fault
        if fault is None:
            self.heard_at = now

    @property
    def told(self) -> str:
        """How it goes, in a word or a short code."""
        if self.url is None:
            return "off"
        heard = self.heard_at is not None and lately(self.heard_at, self.clock(), _LATELY)
        return self.fault or ("on" if heard else "not_called")


async def _call(url: str) -> str | None:
    """Why it came to nothing; `None` where it was answered well. A redirect is not followed."""
    session = ClientSession(
        connector=TCPConnector(force_close=True),
        cookie_jar=DummyCookieJar(),
        timeout=ClientTimeout(total=_PATIENCE),
    )
    try:
        async with session, session.get(url, allow_redirects=False) as answer:
            return None if answer.status in _WELL else f"http_{answer.status}"
    except TimeoutError:
        return "timeout"
    except (ClientError, OSError, ValueError):
        return "unreachable"
