"""Introduction: tells a provider, in the background, where we are and what we offer, until it has heard."""

from dataclasses import dataclass

import structlog

from bridge.model import SECOND
from bridge.ports import Introducing, Unreachable

_PAUSE = 10.0  # seconds between attempts
_ONCE_HEARD = 6 * 3600.0  # seconds; a provider may forget

log = structlog.get_logger("rempart.introduction")


@dataclass(slots=True)
class Introduction:
    """Takes turns telling one channel's provider."""

    channel: Introducing
    failing: bool = False

    async def turn(self) -> float:
        """One attempt."""
        try:
            await self.channel.introduce()
        except Unreachable as unreachable:
            if not self.failing:
                log.warning(
                    "a provider cannot be told of us", channel=self.channel.name, code=str(unreachable)
                )
            self.failing = True
            return max(_PAUSE, (unreachable.retry_after or 0) / SECOND)
        self.failing = False
        return _ONCE_HEARD
