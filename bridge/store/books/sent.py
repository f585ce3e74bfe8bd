"""What was handed over to a provider, and what it came to: entries of the log, sealed as a message is."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import SealBroken
from bridge.model import Contact, Deed, Micros, Reply
from bridge.ports import Accepted, Outcome, Refused
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
    blocked = _blocked(reply, outcome, address, deed.provider_id, now)
    await journal.append(connection, [Arrival(deed, now), *(Arrival(one, now) for one in blocked)])


def _blocked(reply: Reply, outcome: Outcome, address: str, name: str, now: Micros) -> tuple[Contact, ...]:
    """That somebody lets us write no more, where a refusal tells it: nothing is tried again until they do.

    Not where it costs nothing: there events tell of it, and of its end, which no refusal does.
    """
    if not (isinstance(outcome, Refused) and outcome.opted_out and reply.price):
        return ()
    return (Contact(reply.channel, name, address, now, open=False),)
