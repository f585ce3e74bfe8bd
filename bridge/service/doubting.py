"""The doubtful people who wait, drawn up for somebody of the team: in the room and at the machine."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.card import Bundle, Sample
from bridge.cards.doubtful import bundle, undone
from bridge.model import Event, EventId, Message, MicroEuros, Micros
from bridge.moderation.targets import GroupName
from bridge.noun import Noun
from bridge.raid.alike import Group
from bridge.store.books import doubted
from bridge.store.books import senders as people
from bridge.store.books.journal import Journal
from bridge.store.looks.waiting import chosen
from bridge.wording import ENGLISH, Words


class Crowd(Noun):
    """A group of doubtful people as it was at an instant."""

    name: str
    """What an act calls it."""
    people: int
    cost: MicroEuros
    sample: Sample
    alike: bool
    """Whether they have something in common; the last group has nothing."""


async def crowds(
    connection: AsyncConnection, journal: Journal, now: Micros, words: Words = ENGLISH
) -> list[Crowd]:
    """The groups, the largest first; what is no text, such as a call, is told in `words`."""
    groups, found, rows = await doubted.groups(connection, journal, now)
    prices = {EventId(row.id): row.price for row in rows}
    return [await _crowd(connection, one, found, prices, now, words=words) for one in groups]


async def bundles(
    connection: AsyncConnection, journal: Journal, words: Words, now: Micros
) -> Sequence[Bundle]:
    """The same as a list with buttons; first what can be undone."""
    drawn = [
        bundle(one.name, one.people, one.cost, one.sample, words, alike=one.alike)
        for one in await crowds(connection, journal, now, words)
    ]
    return [*undone(await chosen(connection), words), *drawn]


async def _crowd(
    connection: AsyncConnection,
    group: Group[EventId],
    found: Mapping[EventId, Event],
    prices: Mapping[EventId, MicroEuros],
    now: Micros,
    *,
    words: Words,
) -> Crowd:
    events = [found[one] for one in group.members]
    senders, newest = {one.sender for one in events}, max(events, key=lambda one: one.received_at)
    (sender,) = await people.load(connection, [newest.sender])
    text = words.heard(newest.what) if isinstance(newest.what, Message) else ""
    sample = Sample(sender.handle, text, newest.received_at)
    cost = sum(prices[one] for one in group.members)
    return Crowd(str(GroupName(group.key, now)), len(senders), cost, sample, group.alike)
