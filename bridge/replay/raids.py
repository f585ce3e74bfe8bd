"""Raids as a replay remembers them: whom they gathered, who was judged, when they began and ended. Pure."""

from dataclasses import dataclass, field, replace

from bridge.heart.effects import Gather, Judge
from bridge.model import HOUR, Micros, Raid, SenderId
from bridge.raid.posture import QUIET

BEFORE: Micros = 2 * HOUR
"""How long before a raid was seen its messages may have begun."""


@dataclass(slots=True)
class Cluster:
    """Senders of a raid who have a technique in common."""

    kind: str
    messages: int = 0
    members: set[SenderId] = field(default_factory=set)


@dataclass(slots=True)
class Episode:
    """One raid, from before it was seen to its end."""

    raid: Raid
    opened_after: int
    """Messages received when it opened, the one that opened it among them."""
    clusters: dict[tuple[str, str], Cluster] = field(default_factory=dict)
    judged: dict[SenderId, tuple[str, ...]] = field(default_factory=dict)
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

    def members(self) -> set[SenderId]:
        """Everyone who takes part."""
        return set(self.judged).union(*(cluster.members for cluster in self.clusters.values()))


@dataclass(slots=True)
class Raids:
    """Every raid so far, by id, oldest first."""

    episodes: dict[str, Episode] = field(default_factory=dict)

    def gather(self, effect: Gather, received: int) -> None:
        """Opens a raid, or lets it grow."""
        raid = effect.raid
        episode = self.episodes.setdefault(raid.id, Episode(raid, received))
        episode.raid = raid
        cluster = episode.clusters.setdefault((effect.kind, effect.key), Cluster(effect.kind))
        cluster.messages += effect.messages
        cluster.members.update(effect.members)

    def judge(self, effect: Judge) -> None:
        """Writes down who was seen to be a raider, and why."""
        episode = self.episodes.get(effect.raid)
        if episode is not None:
            episode.judged |= dict.fromkeys(effect.senders, effect.reasons)

    def end(self, raid: str, at: Micros) -> None:
        """The team calls a raid a false alarm."""
        if raid in self.episodes:
            one = self.episodes[raid]
            one.raid = replace(one.raid, ended_at=at)

    def reopen(self, raid: str, at: Micros) -> tuple[SenderId, ...]:
        """The team takes that back; returns who had been judged."""
        if raid not in self.episodes:
            return ()
        one = self.episodes[raid]
        one.raid = replace(one.raid, ended_at=None, grown_at=at)
        return tuple(sorted(one.judged))

    def is_false_alarm(self, raid: str | None) -> bool:
        """Whether the team called it off."""
        return raid is not None and raid in self.episodes and self.episodes[raid].false_alarm

    def members(self, raid: str) -> tuple[SenderId, ...]:
        """Everyone who takes part in a raid, in a fixed order."""
        episode = self.episodes.get(raid)
        return tuple(sorted(episode.members())) if episode else ()

    def by_sender(self) -> dict[SenderId, list[Episode]]:
        """The raids that each sender takes part in, those where they were judged first."""
        found: dict[SenderId, list[Episode]] = {}
        for episode in self.episodes.values():
            for sender in () if episode.false_alarm else episode.members():
                found.setdefault(sender, []).append(episode)
        for sender, episodes in found.items():
            episodes.sort(key=lambda episode: sender not in episode.judged)
        return found
