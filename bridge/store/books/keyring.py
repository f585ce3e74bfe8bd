"""The senders' own keys: made at first sight, stored wrapped, remembered for a while.

A key that was destroyed must be remembered nowhere. Every process counts the erasures that it knows of: where
the database has counted more, it remembers nothing any more, and looks again. On SQLite keys are looked for
in the thread of its connection too (`Store.carry`), while others are remembered.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Set
from threading import Lock
from typing import Any

from sqlalchemy import Insert, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import SealBroken
from bridge.model import Micros, SenderId
from bridge.noun import Noun
from bridge.privacy.sealing import new_key, seal, unseal, unwrap, wrap, wrapping_id
from bridge.store.engine.dialect import among, among_given, given, insert_or_fill, skip_locked, writes_alone
from bridge.store.engine.spelled import Spelled
from bridge.store.engine.tables import facts, senders

ERASURES = "erasures"
"""The fact that counts whom a database has forgotten."""

_COUNTED = select(facts.c.value).where(facts.c.name == ERASURES)

REMEMBERED = 100_000
"""Keys kept in memory: about 20 MB."""


Returning = Callable[[Set[SenderId]], Awaitable[Set[SenderId]]]
"""Tells of senders who were erased which are to be met anew."""


async def _all_return(erased: Set[SenderId]) -> Set[SenderId]:
    return erased


class Found(Noun):
    """Keys, and how many erasures there were as they were found."""

    keys: Mapping[SenderId, bytes]
    erasures: str | None


class Keyring:
    """Finds or makes the keys of senders, inside the caller's transaction."""

    def __init__(self, service_key: bytes) -> None:
        """`service_key` wraps and unwraps the senders' keys."""
        self._service_key, self._wrapped_by = service_key, wrapping_id(service_key)
        self._known: OrderedDict[SenderId, bytes] = OrderedDict()
        self._erasures: str | None = None
        self._changing = Lock()

    async def ensure(
        self,
        connection: AsyncConnection,
        addresses: Mapping[SenderId, str],
        now: Micros,
        returning: Returning = _all_return,
    ) -> Found:
        """The key of each sender; who has none yet gets a row with a key and the sealed address.

        So does a sender who was erased and comes back: nothing older opens with the new key. `returning`
        tells which of the erased do; the others get none. Until the transaction ends nobody is erased: what
        is sealed in it can be opened.
        """
        erasures = await _nobody_erased.scalar(connection)
        self._heed(erasures)
        found, missing = self._recall(addresses)
        if missing:
            known, erased = await self._load(connection, missing)
            gone = erased - await returning(erased) if erased else erased
            fresh = {one: addresses[one] for one in missing if one not in known and one not in gone}
            found |= known
            if fresh:
                found |= await self._make(connection, fresh, now)
        return Found(found, erasures)

    async def keys(self, connection: AsyncConnection, wanted: list[SenderId]) -> dict[SenderId, bytes]:
        """The keys that exist; an erased sender has none."""
        self._heed(await _erasures.scalar(connection))
        found, missing = self._recall(dict.fromkeys(wanted, ""))
        return found | ((await self._load(connection, missing))[0] if missing else {})

    async def address(self, connection: AsyncConnection, sender: SenderId) -> str:
        """Where a sender can be answered. Raises `SealBroken` for one that was erased."""
        keys = await self.keys(connection, [sender])
        sealed = await connection.scalar(select(senders.c.address).where(senders.c.id == sender))
        if sealed is None or sender not in keys:
            raise SealBroken("The sender's address was erased.")
        return unseal(keys[sender], sealed, sender).decode("utf-8", "surrogatepass")

    async def addresses(self, connection: AsyncConnection, wanted: list[SenderId]) -> dict[SenderId, str]:
        """Where senders write from, of those who are not erased and of whom it is known."""
        keys = await self.keys(connection, wanted)
        query = select(senders.c.id, senders.c.address).where(among(connection, senders.c.id, keys))
        return {
            row.id: unseal(keys[row.id], row.address, row.id).decode("utf-8", "surrogatepass")
            for row in await connection.execute(query)
            if row.address is not None
        }

    def unwrapped(self, sender: SenderId, wrapped: bytes) -> bytes:
        """A key as its row holds it, by itself: for who reads many rows, in whatever thread.

        Raises `SealBroken`.
        """
        return unwrap(self._service_key, wrapped, sender)

    def remember(self, found: Found) -> None:
        """Keeps keys for the next time. Call it once their rows are committed, not before."""
        with self._changing:
            if found.erasures != self._erasures:
                return  # somebody was erased meanwhile
            for sender, key in found.keys.items():
                self._known[sender] = key
                self._known.move_to_end(sender)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)

    def _heed(self, erasures: str | None) -> None:
        """Forgets every key where more people were erased than this process knew of."""
        with self._changing:
            if erasures != self._erasures:
                self._known.clear()
                self._erasures = erasures

    def _recall(self, wanted: Mapping[SenderId, str]) -> tuple[dict[SenderId, bytes], list[SenderId]]:
        """Asked once for each: they may be forgotten meanwhile."""
        recalled = {sender: self._known.get(sender) for sender in wanted}
        found = {sender: key for sender, key in recalled.items() if key is not None}
        return found, [sender for sender in wanted if sender not in found]

    async def _load(
        self, connection: AsyncConnection, wanted: list[SenderId]
    ) -> tuple[dict[SenderId, bytes], set[SenderId]]:
        """The keys of those who have one; and who was erased."""
        rows = await _wrapped.rows(connection, wanted=given(connection.dialect.name, wanted))
        known = {SenderId(row.id): unwrap(self._service_key, row.key, row.id) for row in rows if row.key}
        return known, {SenderId(row.id) for row in rows if not row.key}

    async def _make(
        self, connection: AsyncConnection, fresh: Mapping[SenderId, str], now: Micros
    ) -> dict[SenderId, bytes]:
        """New keys; where another process may have been faster, those that count."""
        # Sorted, so that two processes that meet the same strangers never wait for each other in a circle.
        made = {sender: new_key() for sender in sorted(fresh)}
        rows = [self._row(sender, key, fresh[sender]) | {"met_at": now} for sender, key in made.items()]
        await _new_senders.put(connection, rows)
        return made if writes_alone(connection) else (await self._load(connection, list(fresh)))[0]

    def _row(self, sender: SenderId, key: bytes, address: str) -> dict[str, object]:
        sealed = seal(key, address.encode("utf-8", "surrogatepass"), sender)
        wrapped = {"key": wrap(self._service_key, key, sender), "wrapped_by": self._wrapped_by}
        return {"id": sender, "address": sealed, **wrapped}


@Spelled
def _erasures(_connection: AsyncConnection) -> Select[Any]:
    return _COUNTED


@Spelled
def _nobody_erased(connection: AsyncConnection) -> Select[Any]:
    """The same; and nobody else may forget anybody until the transaction ends: on SQLite nobody can."""
    return _COUNTED.with_for_update(read=True) if skip_locked(connection) else _COUNTED


@Spelled
def _wrapped(connection: AsyncConnection) -> Select[Any]:
    known = among_given(connection.dialect.name, senders.c.id, "wanted")
    return select(senders.c.id, senders.c.key).where(known)


@Spelled
def _new_senders(connection: AsyncConnection) -> Insert:
    return insert_or_fill(connection, senders, "id", ("key", "address", "met_at", "wrapped_by"))
