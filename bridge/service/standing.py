"""How things stand, as plain data: of a line that runs, of one that does not, and of none yet."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.days import day_of, midnight
from bridge.errors import StoreUnavailable
from bridge.model import Micros
from bridge.noun import Noun, replace
from bridge.ports import Clock
from bridge.prices import Tariff, in_force
from bridge.responses import Responses
from bridge.service.backups import newest_backup
from bridge.service.control import Told
from bridge.service.shelf import shelved
from bridge.status import Signs, Status, clock_told, describe
from bridge.store.books import erasing, signs, tariff, turns
from bridge.store.books.rehearsing import rehearsed
from bridge.store.engine.store import Store
from bridge.store.looks import raids
from bridge.store.looks.overview import Overview, overview
from bridge.store.moving import mark
from bridge.store.moving.mark import Stage
from bridge.views import Trouble, Uncopied

_NOTHING: Told = {}


async def _nothing_in_mind() -> None:
    return None


_Seen = tuple[bool | None, bool, Overview, Tariff, Signs]
"""Whether a service runs and whether it decides, what the journal holds, prices, and what else is known."""


class Standing(Noun):
    """That of one line."""

    store: Store
    clock: Clock
    responses: Callable[[], Responses]
    """The rules in force."""
    channel_states: Callable[[], Mapping[str, str]]
    runs: Callable[[AsyncConnection], Awaitable[bool | None]]
    """Whether a service runs; `None` where nobody can know."""
    folds: Callable[[AsyncConnection], Awaitable[bool]]
    """Whether a process decides now: of several, one does."""
    refused: Callable[[], str | None] = lambda: None
    """Why the newest edit of the rules is not in force."""
    troubles: Callable[[], Sequence[Trouble]] = tuple
    """What the service knows of halves of channels that do not work."""
    watched: Callable[[], Mapping[str, str]] = dict
    """What would notice if the service died, and how that goes."""
    freshen: Callable[[], Awaitable[None]] = _nothing_in_mind
    """Writes down what is only in mind yet, and proves that something can be stored. It raises
    `StoreUnavailable`."""
    uncopied: Callable[[], Uncopied | None] = lambda: None
    """Why the copies that the service is to make by itself do not come about."""
    jumped: Callable[[], Micros | None] = lambda: None
    """By how much the system's clock differs from the one that is believed, while it is not."""
    down: Callable[[], str | None] = lambda: None
    """Why this line does not run, while others of the service do."""
    lives: bool = True
    """A service runs, of which it is a line, where it does not run itself."""
    public_url: str | None = None
    """The URL that providers are to dial."""
    empty: bool = False
    """There is no database yet: nothing has ever happened here, and looking must not make one."""

    async def status(self, _asked: Told = _NOTHING) -> Status:
        """How things stand."""
        now, rules = self.clock(), self.responses()

        async def look(connection: AsyncConnection) -> _Seen:
            seen, told = await overview(connection, now), await tariff.load(connection)
            overdue = await erasing.overdue(connection, rules.retention, now)
            seen = replace(seen, erased=await erasing.erased(connection), overdue=overdue)
            newest, older = await raids.newest(connection, rules, now)
            seen = replace(seen, raids=newest, older_raids=older)
            today = midnight(day_of(now, rules.zone), rules.zone)
            seen = replace(seen, rehearsed=await rehearsed(connection, today))
            known = await self._signs(connection)
            return await self.runs(connection), await self.folds(connection), seen, told, known

        down = self.down()
        refused = None if down is not None else await self._refused_to_store()
        runs, folds, seen, told, known = await self._seen(look, down)
        known = replace(known, not_stored=refused)
        prices, states = in_force(rules, told, now), self.channel_states()
        troubles = self.troubles() or known.troubles
        if refused is not None:  # whoever writes is sent away, and nothing leaves that cannot be written down
            states = {name: "failing" if state == "on" else state for name, state in states.items()}
        if down is not None:
            states, troubles = dict.fromkeys(states, "failing"), ()
        if runs is False:  # nothing comes in, and nothing gets out
            states, troubles = dict.fromkeys(states, "off"), ()
        return describe(
            seen,
            states,
            rules.pot.total,
            prices,
            running=runs,
            deciding=folds,
            rules_refused=self.refused(),
            troubles=troubles,
            ways=rules.ways,
            signs=known,
            mode=rules.mode,
            zone=str(rules.zone),
            rehearsed=seen.rehearsed,
            clock=clock_told(
                now, known.newest_decision, self.jumped(), known.vouched if runs and folds else None
            ),
            down=down,
        )

    async def _refused_to_store(self) -> str | None:
        """Why the service cannot store; what there is to tell is told all the same."""
        try:
            await self.freshen()
        except StoreUnavailable as refused:
            return str(refused)
        return None

    async def _seen(self, look: Callable[[AsyncConnection], Awaitable[_Seen]], down: str | None) -> _Seen:
        """What the database tells; nothing where there is none yet, and of a line whose own will not do."""
        if down is not None:
            return self.lives, False, Overview(), {}, Signs("there")
        if self.empty:
            absent = Signs("absent", shelved=shelved(self.store.url, self.responses().backup, None))
            return False, False, Overview(), {}, absent
        return await self.store.read(look)

    async def _signs(self, connection: AsyncConnection) -> Signs:
        moved = await mark.read(connection)
        gone = moved is not None and moved.stage is Stage.GONE
        decision = await signs.newest_decision(connection)
        return Signs(
            database="moved" if gone else "there",
            moved_to=moved.to or None if moved is not None and gone else None,
            last=await signs.last_sign(connection),
            troubles=await signs.troubles(connection, self.clock()),
            turns=await turns.newest(connection),
            newest_message=await signs.newest_message(connection),
            newest_decision=decision and decision[1],
            vouched=await signs.vouched(connection),
            newest_backup=await newest_backup(connection, self.store.url),
            shelved=shelved(self.store.url, self.responses().backup, self.uncopied()),
            refused=await signs.refused(connection, self.clock()),
            watched=self.watched(),
            public_url=self.public_url,
        )
