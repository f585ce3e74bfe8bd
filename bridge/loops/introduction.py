"""Introduction: tells a provider, in the background, where we are and what we offer, until it has heard."""

from dataclasses import dataclass
from typing import ClassVar

from bridge.ports import Introducing

_ONCE_HEARD = 6 * 3600.0  # seconds; a provider may forget


@dataclass(slots=True)
class Introduction:
    """Takes turns telling one channel's provider."""

    patience: ClassVar[float] = 10.0

    channel: Introducing

    async def turn(self) -> float:
        """One attempt. Raises `Unreachable`."""
        await self.channel.introduce()
        return _ONCE_HEARD
