"""What the raids of a replay have spared the pot, by the meaning of `bridge.saved`. Pure; micro-euros."""

from collections import Counter
from collections.abc import Iterable, Sequence

from bridge.model import Micros
from bridge.replay.episodes import Episode
from bridge.replay.world import World
from bridge.saved import ByHour, kept_back, spared


def saved(world: World, episodes: Sequence[Episode]) -> ByHour:
    """What was saved by these raids together, once the clock has run out, by the hour."""
    return together(world, [withheld(world, one) for one in episodes])


def withheld(world: World, episode: Episode) -> ByHour:
    """What was kept back because of one raid, once the clock has run out, by the hour in which it was due."""
    people = (world.person(who) for who in sorted(episode.members()))
    return kept_back(people, episode.raid, world.books.responses.reply_once_per, world.provider.ends_at)


def together(world: World, withheld: Iterable[ByHour]) -> ByHour:
    """What was saved by the raids for which all this was kept back."""
    summed = Counter[Micros]()
    for one in withheld:
        summed.update(one)
    end = world.provider.ends_at
    return spared(summed, world.provider.paid, world.provider.purse(end), world.books.responses, end)
