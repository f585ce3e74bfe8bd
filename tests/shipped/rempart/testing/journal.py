"""A journal in memory, for tests that talk to a channel without the service around it."""

import asyncio
from collections.abc import Sequence

from bridge.errors import StoreUnavailable
from bridge.model import Happening, Micros
from bridge.ports import Wiring

NOW: Micros = 1_700_000_000_000_000
PUBLIC_URL = "https://bridge.example.org"


class Journal:
    """Remembers what was appended; can be slow or full."""

    def __init__(self) -> None:
        self.happenings: list[Happening] = []
        self.full = False
        self.committing = asyncio.Event()
        self.committing.set()

    async def append(self, happenings: Sequence[Happening]) -> None:
        """Returns once `committing` is set."""
        await self.committing.wait()
        if self.full:
            raise StoreUnavailable("The disk is full.")
        self.happenings.extend(happenings)

    def wiring(self, public_url: str | None = PUBLIC_URL) -> Wiring:
        """What the service would hand to a channel."""
        return Wiring(append=self.append, clock=lambda: NOW, public_url=public_url)
