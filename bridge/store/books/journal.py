"""The journal: what happened, sealed, in order of arrival; and each event's place once folded."""

from collections.abc import Callable, Iterable, Sequence, Set
from functools import partial
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import Column, Insert, Integer, Row, Select, Update, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import SealBroken
from bridge.evidence.canonical import Entry, kind_of, read, write, write_original
from bridge.evidence.chain import GENESIS, Link
from bridge.heart.acts import concerns, may_name_somebody
from bridge.heart.acts.verb import About
from bridge.model import Act, Event, EventId, Happening, Micros, SenderId
from bridge.moderation.directory import Directory
from bridge.moderation.targets import ByAddress, pseudonym, read_target
from bridge.noun import Noun, replace
from bridge.privacy.pseudonym import event_id, sender_id
from bridge.privacy.sealing import seal, unseal
from bridge.store.books.keyring import Found, Keyring
from bridge.store.engine.dialect import among, insert_new
from bridge.store.engine.spelled import Spelled
from bridge.store.engine.tables import events

ENTRY: Sequence[Column[Any]] = [events.c[name] for name in Entry.__struct_fields__]
"""What a look must select whose rows are to be opened."""

_UNREADABLE = (SealBroken, ValueError, TypeError, LookupError, AttributeError)
"""Altered, sealed with an older key, or not what any release of ours has written."""

_NEWEST = events.alias("newest")
_HEAD = [
    select(_NEWEST.c[name])
    .where(_NEWEST.c.place.is_not(None))
    .order_by(_NEWEST.c.place.desc())
    .limit(1)
    .scalar_subquery()
    .label(f"head_{name}")
    for name in ("place", "digest")
]

log = structlog.get_logger("rempart.journal")


class Arrival(Noun):
    """A happening with the instant at which it reached us."""

    what: Happening
    received_at: Micros


class _Identified(Noun):
    id: EventId
    sender: SenderId
    address: str
    """Whom to answer, in the one form of the channel; the event itself keeps what the provider told."""
    arrival: Arrival


class Journal:
    """Appends arrivals, and hands out what is not folded yet; both inside the caller's transaction."""

    def __init__(self, senders_key: bytes, keyring: Keyring, directory: Directory | None = None) -> None:
        """`senders_key` makes the pseudonyms; `directory` knows that two addresses are one."""
        self._senders_key = senders_key
        people = directory or Directory()
        self._normal, self._known_on = people.normal, people.known_on
        self.keyring = keyring

    def sender(self, channel: str, address: str) -> SenderId:
        """The pseudonym of an address, whichever way it is written."""
        return sender_id(self._senders_key, self._known_on(channel), self._normal(channel, address))

    async def append(self, connection: AsyncConnection, arrivals: Iterable[Arrival]) -> Found:
        """Stores what is new; repeats change nothing. Returns the keys to remember after COMMIT."""
        meant, arrivals = self._meant(arrivals)
        identified = self._identify(arrivals)
        addresses = meant | {one.sender: one.address for one in identified}
        now = max((one.arrival.received_at for one in identified), default=0)
        returning = partial(self._returning, connection, identified, meant.keys())
        found = await self.keyring.ensure(connection, addresses, now, returning)
        rows = [_row(one, found.keys[one.sender]) for one in identified if one.sender in found.keys]
        await _new_events.put(connection, rows)
        return found

    async def unfolded(self, connection: AsyncConnection, limit: int) -> tuple[list[Entry], Link]:
        """The oldest entries without a place, in order of arrival; and the newest link of the chain."""
        rows = await _unfolded.rows(connection, most=limit)
        placed = bool(rows) and rows[0].head_place is not None
        head = Link(rows[0].head_place, rows[0].head_digest) if placed else GENESIS
        return [Entry(*row[: len(ENTRY)]) for row in rows], head

    async def place(self, connection: AsyncConnection, links: Sequence[tuple[EventId, Link]]) -> None:
        """Gives folded events their places."""
        rows = [{"event": event, "at": link.place, "link": link.digest} for event, link in links]
        await _placing.put(connection, rows)

    def _meant(self, arrivals: Iterable[Arrival]) -> tuple[dict[SenderId, str], list[Arrival]]:
        """Whom acts name by their address; and the arrivals, in which acts name them by their pseudonym.

        An act is sealed with the key of whoever did it. No number may outlive its owner's key there.
        """
        meant: dict[SenderId, str] = {}
        told = []
        for one in arrivals:
            act = one.what
            target = read_target(act.target) if isinstance(act, Act) and may_name_somebody(act) else None
            if not isinstance(act, Act) or not isinstance(target, ByAddress):
                told.append(one)
                continue
            sender = self.sender(target.channel, target.address)
            told.append(replace(one, what=replace(act, target=pseudonym(sender))))
            if concerns(act) is About.SENDER:
                meant[sender] = self._normal(target.channel, target.address)
        return meant, told

    async def _returning(
        self,
        connection: AsyncConnection,
        identified: Sequence[_Identified],
        named: Set[SenderId],
        erased: Set[SenderId],
    ) -> Set[SenderId]:
        """Which of the erased wrote something new, or are named by an act: a provider tells again what it
        told before, and that is no word of theirs."""
        theirs = {one.id: one.sender for one in identified if one.sender in erased}
        told = await connection.scalars(select(events.c.id).where(among(connection, events.c.id, theirs)))
        return (named & erased) | {theirs[one] for one in theirs.keys() - set(told)}

    def _identify(self, arrivals: Iterable[Arrival]) -> list[_Identified]:
        identified: dict[EventId, _Identified] = {}
        for arrival in arrivals:
            what = arrival.what
            id_ = event_id(what.channel, kind_of(what), what.provider_id)
            if id_ not in identified:
                address = self._normal(what.channel, what.address)
                sender = sender_id(self._senders_key, self._known_on(what.channel), address)
                identified[id_] = _Identified(id_, sender, address, arrival)
        return list(identified.values())


async def opened(
    connection: AsyncConnection, keyring: Keyring, entries: Iterable[Entry | Row[Any]]
) -> dict[EventId, Event]:
    """The events behind entries, or behind rows that have `ENTRY`; those that cannot be opened are left out.

    Raises `SealBroken` when the secret is not the one that this database was made with.
    """
    waiting = list(entries)
    keys = await keyring.keys(connection, list(dict.fromkeys(entry.sender for entry in waiting)))
    found = (_opened(entry, keys[entry.sender]) for entry in waiting if entry.sender in keys)  # else erased
    return {event.id: event for event in found if event is not None}


def _opened(entry: Entry | Row[Any], key: bytes) -> Event | None:
    try:
        return open_entry(entry, key)
    except _UNREADABLE:
        log.error("event cannot be opened", event_id=entry.id)  # noqa: TRY400 - no prose, no text
        return None


def open_entry(entry: Entry | Row[Any], key: bytes) -> Event:
    """The event behind an entry. Raises `SealBroken` when its bytes were altered."""
    what = read(entry.kind, unseal(key, entry.sealed, entry.id))
    return Event(EventId(entry.id), SenderId(entry.sender), entry.received_at, what)


def readable(entry: Entry | Row[Any], key: Callable[[], bytes]) -> Event | None:
    """The event behind an entry, or `None`: whatever is wrong with one is no matter to the others."""
    try:
        return open_entry(entry, key())
    except _UNREADABLE:
        return None


@Spelled
def _new_events(connection: AsyncConnection) -> Insert:
    return insert_new(connection, events, "id")


@Spelled
def _unfolded(_connection: AsyncConnection) -> Select[Any]:
    """The oldest without a place, each with where the chain ends."""
    waiting = select(*ENTRY, *_HEAD).where(events.c.place.is_(None)).order_by(events.c.seq)
    return waiting.limit(bindparam("most", type_=Integer))


@Spelled
def _placing(_connection: AsyncConnection) -> Update:
    this = events.c.id == bindparam("event")
    return update(events).where(this).values(place=bindparam("at"), digest=bindparam("link"))


def _row(one: _Identified, key: bytes) -> dict[str, object]:
    what = one.arrival.what
    original = getattr(what, "original", None)
    copy = write_original(original) if original else b""
    return {
        "id": one.id,
        "channel": what.channel,
        "kind": kind_of(what),
        "sender": one.sender,
        "received_at": one.arrival.received_at,
        "sealed": seal(key, write(what, sha256(copy).hexdigest() if copy else ""), one.id),
        "original": seal(key, copy, original_of(one.id)) if copy else None,
    }


def original_of(event: str) -> str:
    """What the provider's own request is sealed for, so that nothing else can stand in its place."""
    return f"{event}:original"
