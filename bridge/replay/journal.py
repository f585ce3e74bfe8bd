"""The service's own journal, read for a replay: looks, changes nothing, and works while the service runs."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import Misconfigured, SealBroken
from bridge.model import SAID, Event, EventId, MicroEuros, Micros, Progress, Sender, SenderId, Verdict
from bridge.noun import Noun
from bridge.prices import Tariff
from bridge.privacy.secret import Keys
from bridge.settings import Settings
from bridge.store.books import tariff
from bridge.store.books.journal import ENTRY, opened
from bridge.store.books.keyring import Keyring
from bridge.store.engine.connecting import database_file
from bridge.store.engine.store import Store
from bridge.store.engine.tables import decisions, events, outbox, senders

_PAGE = 500

T = TypeVar("T")


class Decided(Noun):
    """What the service made of a message."""

    raider: bool
    """The sender was judged one, then or in hindsight."""
    answered: bool
    """A reply was handed over, whatever its provider made of it, or is still held."""
    rule: str | None
    cost: MicroEuros
    """What the reply cost, or may cost."""


class Recorded(Noun):
    """One event of the journal, in the order in which it was folded."""

    id: EventId
    at: Micros
    """When it was decided; when it arrived, where that is not known."""
    event: Event | None
    """None where it cannot be opened: the person was erased."""
    decided: Decided | None
    """Only of messages that were decided."""


class Known(Noun):
    """What must be known before the first event is folded."""

    senders: Sequence[Sender]
    """Who bears which handle."""
    provider_ids: frozenset[str]
    """The providers' ids of our own replies."""
    prices: Tariff
    """What providers charge, by their own word."""


class JournalReader:
    """Reads on one connection, which sees one consistent state."""

    def __init__(self, connection: AsyncConnection, keys: Keys) -> None:
        """`keys`: the secret's; without the right ones nothing opens."""
        self._connection = connection
        self._keyring = Keyring(keys.sealing)

    async def known(self) -> Known:
        """The handles, the replies and the prices."""
        bearers = select(senders.c.id, senders.c.handle).where(senders.c.handle.is_not(None))
        rows = await self._connection.execute(bearers)
        ours = outbox.c.message_id, outbox.c.unsent
        named = [select(name).where(name.is_not(None), outbox.c.name != "") for name in ours]
        ids = await self._connection.scalars(union_all(*named))
        strangers = [Sender(SenderId(row.id), row.handle) for row in rows]
        prices = await tariff.load(self._connection)
        return Known(strangers, frozenset(str(one) for one in ids), prices)

    async def events(self, until: Micros | None) -> AsyncIterator[Recorded]:
        """Every event that arrived before `until`, in the order of folding; first those that have a place."""
        for placed in (True, False):
            last = -1
            while page := await self._page(last, until, placed=placed):
                found = await self._opened(page)
                for row in page:
                    yield _recorded(row, found.get(row.id))
                last = page[-1].place if placed else page[-1].seq

    async def _page(self, last: int, until: Micros | None, *, placed: bool) -> Sequence[Row[Any]]:
        order = events.c.place if placed else events.c.seq
        here: list[ColumnElement[bool]] = [
            order > last,
            events.c.place.is_not(None) if placed else events.c.place.is_(None),
        ]
        if until is not None:
            here.append(events.c.received_at < until)
        query = select(*_COLUMNS).select_from(_JOINED).where(*here).order_by(order).limit(_PAGE)
        return (await self._connection.execute(query)).all()

    async def _opened(self, page: Sequence[Row[Any]]) -> dict[EventId, Event]:
        try:
            return await opened(self._connection, self._keyring, page)
        except SealBroken:
            raise Misconfigured(
                "REMPART_SECRET is not the secret this database was made with: set the one that made it."
            ) from None


_JOINED = (
    events.join(senders, senders.c.id == events.c.sender)
    .outerjoin(decisions, decisions.c.event == events.c.id)
    .outerjoin(outbox, outbox.c.event == events.c.id)
)
_COLUMNS = (
    *ENTRY,
    events.c.seq,
    events.c.place,
    *(decisions.c[name] for name in ("verdict", "decided_at")),
    senders.c.verdict.label("last_verdict"),
    *(outbox.c[name] for name in ("progress", "name", "price")),
)


async def read_journal(settings: Settings, work: Callable[[JournalReader, Keys], Awaitable[T]]) -> T:
    """Runs `work` on the journal of `settings`. Raises `RempartError`."""
    keys = settings.keys()
    store = Store(settings.database_url)
    database = database_file(store.url)
    if database and not database.exists():
        raise Misconfigured(
            f"There is no database at {database}: name the service's in REMPART_DATABASE_URL."
        )
    try:
        return await store.read(lambda connection: work(JournalReader(connection, keys), keys))
    finally:
        await store.close()


_ANSWERED = (*SAID, Progress.FAILED)
"""What no rule has kept from leaving: a replay's provider would have taken it."""


def _recorded(row: Row[Any], event: Event | None) -> Recorded:
    at = row.received_at if row.decided_at is None else row.decided_at
    return Recorded(EventId(row.id), at, event, _decided(row))


def _decided(row: Row[Any]) -> Decided | None:
    if row.verdict is None:
        return None
    raider = Verdict.RAIDER in (row.verdict, row.last_verdict)
    if row.progress is None or Progress(row.progress) not in _ANSWERED:
        return Decided(raider, answered=False, rule=None, cost=0)
    return Decided(raider, answered=True, rule=row.name, cost=row.price)
