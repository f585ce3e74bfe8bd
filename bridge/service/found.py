"""What somebody has found, drawn up: for the window in the room, and for the machine."""

from collections.abc import Collection, Mapping, Sequence
from itertools import islice

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.card import Button, Discovery, Sample
from bridge.cards.finding import TEXTS, Counted, answering, drawn, muting, sample_buttons
from bridge.heart.acts import mute
from bridge.model import Message, Micros, SenderId
from bridge.moderation.targets import FoundName
from bridge.service.finding import Preview, shown
from bridge.store.books import senders as people
from bridge.store.books.journal import Journal, opened
from bridge.store.engine.dialect import among
from bridge.store.engine.store import Store
from bridge.store.engine.tables import acts, mutes
from bridge.store.looks import found as looks
from bridge.views import Chosen
from bridge.wording import Words


def counted(seen: Preview) -> Counted:
    """In numbers alone: no text, and nobody by name. Whoever was left out counts among those alone."""
    look, fared = seen.look, seen.fared
    wrote, wrote_long = (_without(seen.spared, one) for one in (look.wrote, look.wrote_long))
    return Counted(
        name=seen.name,
        phrase=look.phrase.written,
        since=look.since,
        messages=sum(wrote),
        people=len(seen.people),
        known=fared.known,
        muted=fared.muted,
        waiting=fared.waiting,
        waiting_cost=fared.waiting_cost,
        long_since=look.stretch.since,
        long_messages=sum(wrote_long),
        long_people=len(wrote_long),
        answered=seen.answered,
        paid=seen.paid,
        unreadable=look.unreadable,
        spared=len(seen.spared & look.first.keys()),
        shown=len(shown(look, seen.spared)),
    )


def _without(spared: Collection[SenderId], wrote: Mapping[SenderId, int]) -> list[int]:
    return [messages for one, messages in wrote.items() if one not in spared]


async def finding_of(store: Store, journal: Journal, seen: Preview, now: Micros, words: Words) -> Discovery:
    """As the room shows it, with the texts of the page that is asked for."""

    async def look(connection: AsyncConnection) -> tuple[list[Sample], list[Chosen]]:
        samples = await _samples(connection, journal, seen, now, words)
        return samples, await looks.undoable(connection, now)

    samples, done = await store.read(look)
    return drawn(counted(seen), samples, done, words)


async def _samples(
    connection: AsyncConnection, journal: Journal, seen: Preview, now: Micros, words: Words
) -> list[Sample]:
    texts = await texts_of(connection, journal, seen)
    who = {sender: sample.handle for sender, sample in texts}
    buttons = await mutings(connection, who, now, words, seen.name)
    return [Sample(one.handle, one.text, one.at, buttons=buttons[sender]) for sender, one in texts]


async def texts_of(
    connection: AsyncConnection, journal: Journal, seen: Preview
) -> Sequence[tuple[SenderId, Sample]]:
    """The texts of the page that is asked for, each of somebody else."""
    begin = (seen.name.page - 1) * TEXTS
    wanted = list(islice(shown(seen.look, seen.spared), begin, begin + TEXTS)) if seen.name.page else []
    rows = await looks.entries(connection, wanted)
    events = await opened(connection, journal.keyring, rows)
    return [
        (event.sender, Sample(row.handle, event.what.text, event.received_at))
        for row in rows
        if (event := events.get(row.id)) is not None and isinstance(event.what, Message)
    ]


async def mutings(
    connection: AsyncConnection,
    handles: Mapping[SenderId, str],
    now: Micros,
    words: Words,
    name: FoundName | None = None,
) -> dict[SenderId, tuple[Button, ...]]:
    """What can be done about some people, or undone; and left out, where a look has found them."""
    by, answered = (
        await _muted_alone(connection, handles, now),
        await looks.answered_by_hand(connection, handles),
    )
    drawn_for = {}
    for one in await people.find(connection, handles):
        told = {"act": by.get(one.id), "words": words, "is_muted": one.is_muted(now)}
        muted = sample_buttons(name, one.handle, **told) if name else muting(one.handle, **told)  # type: ignore[arg-type]
        silent = one.gone or one.is_muted(now)
        reply = () if silent else answering(one.handle, answered.get(one.id), words)
        drawn_for[one.id] = (*muted, *reply)
    return drawn_for


async def _muted_alone(
    connection: AsyncConnection, wanted: Collection[SenderId], now: Micros
) -> dict[SenderId, str]:
    """By which act each is muted, where it muted nobody else and none but it does."""
    standing = mutes.c.ended_by.is_(None), mutes.c.until > now
    query = (
        select(mutes.c.sender, mutes.c.act, acts.c.verb)
        .join(acts, acts.c.event == mutes.c.act)
        .where(among(connection, mutes.c.sender, wanted), *standing)
    )
    found: dict[SenderId, list[tuple[str, str]]] = {}
    for row in await connection.execute(query):
        found.setdefault(SenderId(row.sender), []).append((row.act, row.verb))
    alone = {who: several[0] for who, several in found.items() if len(several) == 1}
    return {who: act for who, (act, verb) in alone.items() if verb == mute.VERB.name}
