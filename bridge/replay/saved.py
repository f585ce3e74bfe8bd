"""What the raids of a replay have spared the pot, by the meaning of `bridge.saved`. Pure; micro-euros."""

from collections import Counter
from collections.abc import Sequence

from bridge.model import MicroEuros, Micros
from bridge.replay.episodes import Episode
from bridge.replay.world import World
from bridge.saved import ByHour, hour_of, kept_back, spared


def saved(world: World, episodes: Sequence[Episode]) -> ByHour:
    """What was saved by these raids together, once the clock has run out, by the hour."""
    books, end = world.books, _end(world)
    once_per, withheld = books.responses.reply_once_per, Counter[Micros]()
    for one in episodes:
        people = ((books.sender(who), tuple(books.replies(who))) for who in sorted(one.members()))
        withheld.update(kept_back(people, one.raid, once_per, end))
    return spared(withheld, _paid(world), world.provider.purse(end), books.responses, end)


def _end(world: World) -> Micros:
    """When nothing that was ever held waits any more."""
    return max((row.reply.expires_at for row in world.books.outbox.values()), default=0)


def _paid(world: World) -> dict[Micros, MicroEuros]:
    paid = Counter[Micros]()
    for reply, left_at in world.provider.left_at.items():
        paid[hour_of(left_at)] += world.books.outbox[reply].reply.price
    return paid
