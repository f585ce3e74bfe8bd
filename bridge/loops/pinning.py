"""Pinning: signs the log's head every hour and when a raid is over, and has others witness it.

A witness that fails is asked again later; the pin itself is kept whatever becomes of its witnesses.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import ClassVar, Protocol
from urllib.parse import urlsplit

import structlog

from bridge.errors import RempartError
from bridge.evidence.signing import Signer
from bridge.model import DAY, MINUTE, Micros
from bridge.ports import Clock
from bridge.store.books import pins
from bridge.store.books.pins import Pin
from bridge.store.engine.store import Store

REST = 60.0
"""Seconds between looks."""

_MEMORY: Micros = 2 * DAY
"""So long a witness is asked for what it missed."""

_PAUSE: Micros = 10 * MINUTE
"""How long a witness that failed is left alone."""

log = structlog.get_logger("rempart.evidence")


class Unwitnessed(RempartError):
    """A witness did not do what it was asked; the message is a short code."""


class Witness(Protocol):
    """Somebody outside who says when they saw a head."""

    @property
    def url(self) -> str:
        """Where: it may hold a secret, so it is never stored or logged."""

    async def see(self, pin: Pin) -> bytes | None:
        """A token that says so; none where it merely has it now. Raises `Unwitnessed`."""


def name_of(witness: Witness) -> str:
    """What a witness is called: its host, and a digest of the address, which tells two apart."""
    return f"{urlsplit(witness.url).hostname}#{sha256(witness.url.encode()).hexdigest()[:8]}"


@dataclass(slots=True)
class Pinning:
    """Takes turns with the log's own service key."""

    patience: ClassVar[float] = REST

    store: Store
    signer: Signer
    clock: Clock
    witnesses: Sequence[Witness] = ()
    _quiet_until: dict[str, Micros] = field(default_factory=dict)

    async def turn(self) -> float:
        """Pins the head where that is due, then asks each witness for what it has not seen yet."""
        now = self.clock()
        why = await self.store.read(lambda connection: pins.due(connection, now))
        if why is not None:
            made = await self.store.transact(lambda connection: pins.pin(connection, self.signer, why, now))
            if made is not None:
                log.info("the log is pinned", size=made.size, why=why)
        for witness in self.witnesses:
            await self._ask(witness, now)
        return REST

    async def _ask(self, witness: Witness, now: Micros) -> None:
        name = name_of(witness)
        if self._quiet_until.get(name, 0) > now:
            return
        waiting = await self.store.read(lambda found: pins.unstamped(found, name, now - _MEMORY))
        for pinned in waiting:
            try:
                token = await witness.see(pinned)
            except Unwitnessed as fault:
                log.warning(
                    "a witness of the log fails, and is asked again later", witness=name, code=str(fault)
                )
                self._quiet_until[name] = now + _PAUSE
                return
            await self._keep(pinned, name, token)

    async def _keep(self, pinned: Pin, name: str, token: bytes | None) -> None:
        now = self.clock()
        await self.store.transact(lambda connection: pins.stamp(connection, pinned, name, now, token))
