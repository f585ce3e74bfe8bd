"""What was handed over to a provider, and what it came to: an entry of the log, sealed as a message is."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import SealBroken
from bridge.model import Deed, Micros, Reply
from bridge.ports import Accepted, Outcome
from bridge.store.books.journal import Arrival, Journal


async def record(
    connection: AsyncConnection,
    journal: Journal | None,
    reply: Reply,
    outcome: Outcome,
    now: Micros,
    *,
    call: int,
    line: str,
    asked: bool = False,
) -> None:
    """`call`: which one it was. `line`: from which it left, or was to. `asked`: the provider's log told it.

    Of somebody erased nothing is told.
    """
    if journal is None:
        return
    try:
        address = await journal.keyring.address(connection, reply.sender)
    except SealBroken:
        return
    how = f"{'asked' if asked else 'call'}:{type(outcome).__name__}"
    told = (
        ("reply", reply.id),
        ("answers", reply.event),
        ("way", reply.leaves_by),
        ("line", line),
        ("text", reply.text),
        ("segments", reply.segments),
        ("price", reply.price),
        ("call", call),
        ("outcome", type(outcome).__name__),
        ("message_id", outcome.message_id if isinstance(outcome, Accepted) else None),
        ("code", getattr(outcome, "code", None)),
        ("asked", int(asked)),
    )
    deed = Deed(reply.channel, f"{reply.id}:{call}:{how}", address, "send", now, told)
    await journal.append(connection, [Arrival(deed, now)])
