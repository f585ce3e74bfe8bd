"""Introduction: tells a provider, in the background, where we are and what we offer, until it has heard.

It goes on asking whether that still holds: another program that uses the same token can undo it at any time.
A channel that notices by itself is asked at once. One process introduces; the others stand by.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from bridge.ports import Changing, Introducing, StandingBy

EVERY = 60.0
"""Seconds between looks, once the provider has heard."""


@dataclass(slots=True)
class Introduction:
    """Takes turns telling one channel's provider."""

    patience: ClassVar[float] = 10.0

    channel: Introducing

    async def turn(self) -> float:
        """One attempt. Raises `Unreachable`."""
        await self.channel.introduce()
        return EVERY


@dataclass(slots=True)
class Watch:
    """Ends the rest between looks whenever one channel notices something by itself."""

    channel: Changing
    look: Callable[[], None]

    async def turn(self) -> float:
        """One change."""
        await self.channel.changed()
        self.look()
        return 0.0


@dataclass(slots=True)
class Standby:
    """Takes turns at what one channel needs where another process introduces it."""

    patience: ClassVar[float] = 10.0

    channel: StandingBy

    async def turn(self) -> float:
        """One attempt. Raises `Unreachable`."""
        await self.channel.stand_by()
        return EVERY
