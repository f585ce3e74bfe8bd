"""Somebody of the team who sees, five minutes after a raid began, which word they all write, and acts.

By the verbs that everybody has, and nothing else: find, *Mute these*, *Make it a rule*; whom the rule holds
back is looked at again now and then, and muted once seen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bridge.heart.acts import mute_found, rule_hold
from bridge.model import DAY, MINUTE, Act, Event, EventId, Message, Micros, SenderId
from bridge.moderation.phrases import Text, read_phrase
from bridge.moderation.targets import Ruling, written_people
from bridge.privacy.pseudonym import event_id
from bridge.replay.rows import Told
from bridge.replay.world import World

SEES_IT: Micros = 5 * MINUTE
"""After the raid's first message."""

LOOKS_AGAIN: Micros = 30 * MINUTE


@dataclass(slots=True)
class Operator:
    """One person, and the word."""

    token: str
    begin: Micros
    """When the raid's first message came."""
    _next: Micros = 0
    _acted: int = 0
    seen: set[SenderId] = field(default_factory=set)
    """Whose texts have been found: whoever is muted is one of them."""

    def __call__(
        self, world: World, told: Sequence[Told], now: Micros
    ) -> Iterator[tuple[Event, tuple[SenderId, ...]]]:
        """What is done now."""
        if now < max(self._next, self.begin + SEES_IT):
            return
        first, self._next = not self._next, now + LOOKS_AGAIN
        found = self._find(told, now)
        self.seen |= found
        fresh = tuple(sorted(one for one in found if not world.books.sender(one).is_muted(now)))
        if fresh:
            yield self._act(mute_found.VERB.name, written_people(fresh), now), fresh
        if first:
            yield self._act(rule_hold.VERB.name, str(Ruling(self.token)), now), ()

    def _find(self, told: Sequence[Told], now: Micros) -> set[SenderId]:
        """Who wrote it in the last 24 hours."""
        phrase = read_phrase(self.token)
        recent = (one.event for one in told if one.at >= now - DAY)
        return {
            one.sender
            for one in recent
            if isinstance(one.what, Message) and phrase.is_in(Text(one.what.text))
        }

    def _act(self, verb: str, target: str, now: Micros) -> Event:
        self._acted += 1
        act = Act("command", f"operator:{self._acted}", "operator", verb, target, now, member=True)
        return Event(EventId(event_id("command", "act", act.provider_id)), SenderId("0" * 32), now, act)
