"""Has the host decide what somebody asked for in Slack, and tells them privately what came of it.

Everything here happens after Slack was acknowledged: the host may take as long as it needs.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from bridge.errors import RempartError, StoreUnavailable
from bridge.grammar import Asked, Misunderstood, Wanted, parse, usage
from bridge.heart.acts import VERBS
from bridge.heart.acts.verb import METERED
from bridge.model import Act
from bridge.ports import Clock, Host
from bridge.wording import Words
from channels.slack.answers import Answers
from channels.slack.commands import mutes_lines, pot_lines, status_lines
from channels.slack.home import Homes
from channels.slack.members import Members
from channels.slack.modal import SamplesWindow
from channels.slack.payloads import HOME, Command, Opened, Place, Touch
from channels.slack.recent import Recent
from channels.slack.tasks import Tasks

CHANNEL = "slack"

_REMEMBERED = 2048

log = structlog.get_logger("rempart.slack")


class Desk:
    """Serves each touch, command and visit once, however often Slack delivers it."""

    patience_seconds: float = 8
    """After so long, somebody is told that the answer is still to come."""

    def __init__(
        self,
        *,
        host: Host,
        clock: Clock,
        members: Members,
        answers: Answers,
        homes: Homes,
        samples: SamplesWindow,
        tasks: Tasks,
        words: Callable[[], Words],
    ) -> None:
        """Nothing is under way yet."""
        self._host = host
        self._clock = clock
        self._members = members
        self._answers = answers
        self._homes = homes
        self._samples = samples
        self._tasks = tasks
        self._words = words
        self._served = Recent(_REMEMBERED)

    async def touched(self, touch: Touch) -> None:
        """A button: it opens texts, or it is an act."""
        if not self._served.add(touch.key):
            return
        wish = Act(CHANNEL, touch.key, touch.actor, touch.verb, touch.target, self._clock())
        verb = VERBS.get(touch.verb)
        if verb is not None and verb.shows:
            await self._show_samples(touch, wish)
        else:
            await self._act(wish, touch.place)

    async def commanded(self, command: Command) -> None:
        """A slash command: it is an act, or it asks something."""
        if not self._served.add(command.key):
            return
        wanted = parse(command.text, self._words().language, self._host.region)
        if isinstance(wanted, Wanted):
            await self._act(_wish(command, wanted, self._clock()), command.place)
        else:
            await self._answers.tell(command.actor, command.place, await self._told(command, wanted))

    async def opened(self, visit: Opened) -> None:
        """The home page."""
        if self._served.add(visit.key):
            await self._homes.show(visit.actor)

    async def _act(self, wish: Act, place: Place) -> None:
        deciding = self._tasks.begin(self._decide(wish, place))
        await asyncio.wait({deciding}, timeout=self.patience_seconds)
        if not deciding.done():
            await self._tell(wish.actor, place, self._words()("slow"))
        await self._tell(wish.actor, place, await deciding)

    async def _decide(self, wish: Act, place: Place) -> str:
        try:
            return await self._host.act(await self._vouched(wish, place))
        except StoreUnavailable:
            return self._words()("unavailable")
        except RempartError as refusal:
            return str(refusal)
        except Exception:
            log.exception("an act could not be decided", verb=wish.verb)
            return self._words()("fault")

    async def _vouched(self, wish: Act, place: Place) -> Act:
        """The wish with what Slack says of its actor."""
        standing = await self._members.standing(wish.actor, place)
        return replace(wish, member=standing.member, groups=standing.groups)

    async def _tell(self, actor: str, place: Place, sentence: str) -> None:
        """On the home page where they are there; else beside the card, and the home page keeps up."""
        if place == HOME:
            await self._homes.show(actor, told=sentence)
            return
        await self._answers.tell(actor, place, [sentence])
        if self._homes.has_reader(actor):
            await self._homes.show(actor)

    async def _show_samples(self, touch: Touch, wish: Act) -> None:
        window_id = await self._samples.open(touch.trigger)
        if window_id is None:
            await self._tell(touch.actor, touch.place, self._words()("samples_fault"))
        else:
            await self._samples.fill(window_id, await self._vouched(wish, touch.place))

    async def _told(self, command: Command, asked: Asked | Misunderstood) -> Sequence[str]:
        words = self._words()
        if isinstance(asked, Misunderstood):
            return [asked.sentence]
        if asked.question == "help":
            return usage(words.language)
        try:
            if asked.question == "why":
                return [await self._why(command, asked.target)]
            home = await self._host.home()
        except StoreUnavailable:
            return [words("not_now")]
        if asked.question != "mutes":
            return pot_lines(home, words) if asked.question == "pot" else status_lines(home, words)
        return [words("members_only")] if await self._is_stranger(command) else mutes_lines(home, words)

    async def _why(self, command: Command, target: str) -> str:
        if await self._is_stranger(command):
            return self._words()("members_only_why")
        try:
            return await self._host.why(target)
        except StoreUnavailable:
            raise
        except RempartError as unknown:
            return str(unknown)

    async def _is_stranger(self, command: Command) -> bool:
        return await self._members.belongs(command.actor) is False


def _wish(command: Command, wanted: Wanted, at: int) -> Act:
    return Act(
        CHANNEL,
        command.key,
        command.actor,
        wanted.verb,
        wanted.target or METERED,
        at,
        length=wanted.length,
        reason=wanted.reason,
    )
