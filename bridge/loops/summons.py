"""Summons: telephones and accounts of the team, where nobody in the room is on it.

Each is an act of the service's own in the journal, under an id made from what it is about: a restart, or
another process that takes over, calls nobody twice.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

import structlog

from bridge.heart.acts import call_out
from bridge.heart.acts.verb import ITSELF
from bridge.model import DAY, Act, Micros, Page
from bridge.ports import Append, Clock
from bridge.store.books import pages
from bridge.store.engine.store import Store
from bridge.store.looks import team
from bridge.waking import resorts

EVERY = 10.0
"""Seconds between looks."""

ACTOR = "rempart"

log = structlog.get_logger("rempart.waking")


@dataclass(slots=True)
class Summons:
    """Reaches people outside the room, as a last resort."""

    store: Store
    clock: Clock
    append: Append
    wake: Callable[[], Sequence[str]]
    """Who is on the list."""
    worded: Callable[[Page], str]
    """What they are told."""
    rooms: Collection[str] = ()
    """The channels that the team is in: where the only one is cut off, nobody there can be called."""
    _done: set[str] = field(default_factory=set)
    """The ids of acts that were handed to the journal: it knows them all, and need not be asked each time."""

    async def turn(self) -> float:
        """One look. Raises `StoreUnavailable`."""
        now = self.clock()
        standing = await self.store.read(lambda connection: pages.standing(connection, now))
        acts = [one for page in standing for one in self._acts(page) if one.provider_id not in self._done]
        if acts:
            await self._call(acts, now - DAY)
        return EVERY

    async def _call(self, acts: Sequence[Act], since: Micros) -> None:
        """As many as the day still allows. What was appended a turn ago is decided by now, and counts."""
        verb = call_out.VERB.name
        called = await self.store.read(lambda found: team.count_acts(found, ACTOR, verb, since))
        allowed = max(0, call_out.A_DAY - called)
        if acts[:allowed]:
            await self.append(acts[:allowed])
        if acts[allowed:]:
            log.warning("nobody else is called out within a day", left_out=len(acts[allowed:]))
        self._done.update(one.provider_id for one in acts)

    def _acts(self, page: Page) -> Iterator[Act]:
        now = self.clock()
        for who in resorts(page, self.wake(), now, self.rooms):
            target = f"sms:{who}" if who.startswith("+") else who
            once = f"{page.key}:{page.since}:{target}"
            yield Act(ITSELF, once, ACTOR, call_out.VERB.name, target, now, None, self.worded(page))
