"""Introduction: tells a provider, in the background, where we are and what we offer, until it has heard.

It goes on asking whether that still holds: another program that uses the same token can undo it at any time.
"""

from dataclasses import dataclass
from typing import ClassVar

from bridge.ports import Introducing

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
