"""How many may be connected, and who goes when there is no room: whoever has asked for nothing yet.

A connection *waits* from its beginning until a whole request has come, and again once that is answered. Those
that wait may be closed, the longest wait first; one that is being answered never is.
"""

import asyncio
from collections import Counter
from ipaddress import IPv6Address, ip_address
from typing import Protocol

import structlog

from bridge.web.patience import PatientProtocol

MOST = 8192
"""Connections in all, where the system gives as many descriptors: a raid opens thousands at once."""

SHARE_OF_ONE = 4
"""One peer may hold this part of them, unless it is near: a proxy in front is one peer for everybody."""

LARGEST_UNFINISHED = 32 * 1024 * 1024
"""Bytes of requests that have not come whole, of all connections together."""

TELL_EVERY = 60.0
"""Seconds between two log lines about a crowd."""

log = structlog.get_logger("rempart.web")


class Guest(Protocol):
    """A connection."""

    def leave(self) -> None:
        """Is closed at once."""


class Crowd:
    """Everybody who is connected. Touches no socket."""

    def __init__(self, most: int = MOST) -> None:
        """`most`: connections in all."""
        self._most = most
        self._share = max(1, most // SHARE_OF_ONE)
        self._peers: dict[Guest, str] = {}
        self._held: Counter[str] = Counter()
        self._waiting: dict[Guest, int] = {}  # in order since when; with the bytes that they sent
        self._unfinished = 0
        self._told_at = -TELL_EVERY

    def __len__(self) -> int:
        """How many are connected."""
        return len(self._peers)

    def enter(self, guest: Guest, peer: str, now: float) -> bool:
        """Lets somebody in, in place of another where it must be; false where there is no room.

        `now`: seconds on a clock that only goes forward.
        """
        if (peer and self._held[peer] >= self._share) or not self._room(now):
            self._tell("connections are turned away", now)
            return False
        self._peers[guest] = peer
        self._held[peer] += 1
        self.waits(guest)
        return True

    def left(self, guest: Guest) -> None:
        """A connection is closed; it may have been turned away."""
        peer = self._peers.pop(guest, None)
        if peer is None:
            return
        self.is_served(guest)
        self._held[peer] -= 1
        if not self._held[peer]:
            del self._held[peer]

    def waits(self, guest: Guest) -> None:
        """Nothing is asked for now."""
        if guest in self._peers:
            self.is_served(guest)
            self._waiting[guest] = 0

    def is_served(self, guest: Guest) -> None:
        """A whole request has come."""
        self._unfinished -= self._waiting.pop(guest, 0)

    def holds(self, guest: Guest, more: int) -> None:
        """So many more bytes of a request that is not whole yet."""
        if guest not in self._waiting:
            return
        self._waiting[guest] += more
        self._unfinished += more
        while self._unfinished > LARGEST_UNFINISHED:
            self._send_away(next(one for one, held in self._waiting.items() if held))

    def _room(self, now: float) -> bool:
        if len(self._peers) < self._most:
            return True
        if not self._waiting:
            return False
        self._tell("connections that ask for nothing are closed: there is no room", now)
        self._send_away(next(iter(self._waiting)))
        return True

    def _send_away(self, guest: Guest) -> None:
        self.left(guest)
        guest.leave()

    def _tell(self, what: str, now: float) -> None:
        if now - self._told_at >= TELL_EVERY:
            self._told_at = now
            log.warning(what, connections=len(self._peers))


class CountedProtocol(PatientProtocol):
    """A connection that is one of a crowd."""

    def __init__(self, *arguments: object, crowd: Crowd, **named: object) -> None:
        """As uvicorn's, with the `crowd` that it belongs to."""
        super().__init__(*arguments, **named)  # type: ignore[arg-type]  # handed on as they are
        self._crowd = crowd

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Someone connected, and may be turned away."""
        super().connection_made(transport)
        if not self._crowd.enter(self, peer_of(transport.get_extra_info("peername")), self.loop.time()):
            self.leave()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more will come."""
        self._crowd.left(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes came."""
        super().data_received(data)
        if self.is_arriving:
            self._crowd.holds(self, len(data))

    def on_message_complete(self) -> None:
        """A whole request is here; it may have been answered by its headers alone."""
        super().on_message_complete()
        if self.cycle.response_complete:
            self._crowd.waits(self)
        else:
            self._crowd.is_served(self)

    def on_response_complete(self) -> None:
        """It is answered."""
        super().on_response_complete()
        self._crowd.waits(self)

    def leave(self) -> None:
        """Is closed at once."""
        self.transport.abort()


def peer_of(address: object) -> str:
    """Who is at the other end, as far as they can be told apart; empty for those near us.

    On this machine or in a private network it is a proxy, which stands for everybody. Of an address of
    version 6 the first half counts: a customer has all of the second.
    """
    host = str(address[0]).partition("%")[0] if isinstance(address, tuple) and address else ""
    try:
        ip = ip_address(host)
    except ValueError:
        return ""  # a Unix socket
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip
    if not ip.is_global:
        return ""
    return ip.exploded[:19] if isinstance(ip, IPv6Address) else str(ip)
