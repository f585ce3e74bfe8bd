"""Raids with hindsight: whom they gathered, who was judged, when they began and ended. Pure."""

from collections.abc import Mapping, Sequence

from bridge.heart.books import Books, Cluster
from bridge.model import HOUR, Micros, Raid, SenderId, Stance
from bridge.noun import Noun
from bridge.raid.posture import QUIET
from bridge.reasons import Reason
from bridge.replay.world import World

BEFORE: Micros = 2 * HOUR
"""How long before a raid was seen its messages may have begun."""


class Episode(Noun):
    """One raid, from before it was seen to its end."""

    raid: Raid
    opened_after: int
    """Messages received when it opened, the one that opened it among them."""
    clusters: Sequence[tuple[str, Cluster]]
    """Each with the technique that its senders have in common."""
    judged: Mapping[SenderId, tuple[Reason, ...]]
    """The raiders, with what speaks against each."""

    @property
    def false_alarm(self) -> bool:
        """Whether the team called it off."""
        return self.raid.ended_at is not None

    @property
    def ends_at(self) -> Micros:
        """When it is over: it no longer grows, or the team called it off."""
        over = self.raid.grown_at + QUIET
        return over if self.raid.ended_at is None else min(over, self.raid.ended_at)

    def holds(self, at: Micros) -> bool:
        """Whether an instant belongs to it, in hindsight."""
        return self.raid.opened_at - BEFORE <= at <= self.ends_at

    def gathered(self) -> set[SenderId]:
        """Whom the raid gathered by what they have in common: those whom its card counts."""
        return set[SenderId]().union(*(cluster.members for _, cluster in self.clusters))

    def members(self) -> set[SenderId]:
        """Everyone who takes part."""
        return set(self.judged).union(*(cluster.members for _, cluster in self.clusters))


def episodes(world: World, since: Micros = 0) -> list[Episode]:
    """Every raid that was not over before an instant, oldest first."""
    every = (_episode(world, one) for one in world.books.raids.values())
    return [one for one in every if one.ends_at >= since]


def stances_since(world: World, since: Micros) -> list[Stance]:
    """The changes of posture since an instant, and the one that stood then, oldest first."""
    stances = world.books.stances
    before = [one for one in stances if one.since <= since]
    return [*before[-1:], *(one for one in stances if one.since > since)]


def _episode(world: World, raid: Raid) -> Episode:
    books = world.books
    clusters = [(kind, found) for (one, kind, _), found in books.clusters.items() if one == raid.id]
    return Episode(raid, world.opened_after[raid.id], clusters, books.judged.get(raid.id, {}))


def is_false_alarm(books: Books, raid: str | None) -> bool:
    """Whether the team called it off."""
    return raid is not None and raid in books.raids and books.raids[raid].ended_at is not None


def by_sender(world: World) -> dict[SenderId, Sequence[Episode]]:
    """The raids that each sender takes part in, those where they were judged first."""
    found: dict[SenderId, Sequence[Episode]] = {}
    for episode in episodes(world):
        alone = (episode,)  # hardly anybody takes part in two: one tuple does for all the others
        for sender in () if episode.false_alarm else episode.members():
            before = found.get(sender)
            found[sender] = alone if before is None else _judged_first(sender, (*before, episode))
    return found


def _judged_first(sender: SenderId, mine: Sequence[Episode]) -> Sequence[Episode]:
    return sorted(mine, key=lambda episode: sender not in episode.judged)
