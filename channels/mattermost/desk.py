"""Has the host decide what somebody asked for in Mattermost, and tells them alone what came of it.

An answer goes back with the press or the command itself, which nobody else sees. What takes longer is told
later: of a command at the URL that it came with, of a press in a direct message. Texts of strangers go back
with the press or not at all: a direct message would keep them.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog

from bridge.errors import RempartError, StoreUnavailable
from bridge.grammar import Asked, Misunderstood, Wanted, parse
from bridge.heart.acts import VERBS, doubtful, find, texts_found
from bridge.model import MINUTE, Act, Micros
from bridge.ports import Clock, Host, Unreachable
from bridge.wording import Words
from channels.mattermost.dialogs import Submission
from channels.mattermost.drawing import (
    bundles_text,
    discovery_attachments,
    discovery_text,
    said,
    samples_text,
)
from channels.mattermost.home import home_attachments, home_text
from channels.mattermost.members import Members
from channels.mattermost.payloads import Command, Seal, Touch
from channels.rooms.questions import Questions
from channels.rooms.recent import Recent
from channels.rooms.standing import for_strangers, vouched
from channels.rooms.tasks import Tasks
from channels.rooms.typed import act_of

CHANNEL = "mattermost"

_REMEMBERED = 2048
_MOST_ASKED = 256
SURE: Micros = MINUTE
"""How long somebody who was asked has to press again."""

log = structlog.get_logger("rempart.mattermost")


@dataclass(frozen=True, slots=True)
class Told:
    """What one person is told, and the buttons under it."""

    text: str
    attachments: Sequence[dict[str, Any]] = field(default=())


class Desk:
    """Serves each press and command once."""

    patience_seconds: float = 2.5
    """After so long, somebody is told that the answer is still to come."""
    reading_seconds: float = 20
    """So long somebody waits for texts: the server gives up after thirty."""

    def __init__(
        self,
        *,
        host: Host,
        clock: Clock,
        members: Members,
        seal: Seal,
        actions_url: str,
        words: Callable[[], Words],
        tasks: Tasks,
        message: Callable[[str, Told], Awaitable[None]],
        answer: Callable[[str, Told], Awaitable[None]],
        ask: Callable[[str, str], Awaitable[bool]],
    ) -> None:
        """`message` tells somebody in a direct message; `answer`, at the URL that came with a command; `ask`
        opens the window in which they write what to look for, by a trigger, and says whether it stands."""
        self._host, self._clock, self._members = host, clock, members
        self._seal, self._url, self._words, self._tasks = seal, actions_url, words, tasks
        self._message, self._answer, self._ask = message, answer, ask
        self._served = Recent(_REMEMBERED)
        self._questions = Questions(
            CHANNEL, host, clock, words, belongs=members.belongs, vouched=self._vouched
        )
        self._asked: OrderedDict[tuple[str, str, str], Micros] = OrderedDict()

    async def touched(self, touch: Touch) -> Told:
        """A button: it shows texts, or it is an act."""
        words = self._words()
        if not self._served.add(touch.key):
            return Told("")
        if touch.asked and not self._is_sure(touch):
            return Told(said([*touch.asked.split("\n"), words("press_again", label=_label(touch.asked))]))
        wish = Act(CHANNEL, touch.key, touch.actor, touch.verb, touch.target, self._clock())
        verb = VERBS.get(touch.verb)
        if touch.verb == find.VERB.name and not touch.target:
            return await self._asked_for(touch)
        if verb is not None and verb.shows:
            return await self._in_time(self._shown(wish), self.reading_seconds, _unheard)
        later = partial(self._message, touch.actor)
        return await self._in_time(self._decided(wish), self.patience_seconds, later)

    async def commanded(self, command: Command) -> Told:
        """A slash command: it is an act, or it asks something."""
        if not self._served.add(command.key):
            return Told("")
        words, now = self._words(), self._clock()
        if not command.text.strip():
            later = partial(self._answer, command.response_url)
            return await self._in_time(self._home(command.actor), self.patience_seconds, later)
        wanted = parse(command.text, words.language, self._host.region, now, self._host.zone)
        if isinstance(wanted, Wanted):
            work = self._decided(act_of(CHANNEL, command, wanted, now))
        else:
            work = self._told(command, wanted)
        return await self._in_time(work, self.patience_seconds, partial(self._answer, command.response_url))

    async def submitted(self, one: Submission) -> str:
        """The window in which somebody wrote what to look for: what came of it goes to them alone, and what
        is refused stands in the window."""
        if not self._served.add(one.key):
            return ""
        verb, at = find.VERB.name, self._clock()
        wish = Act(CHANNEL, one.key, one.actor, verb, one.wanted.target, at, one.wanted.length)
        looking = self._tasks.begin(self._shown(wish))
        await asyncio.wait({looking}, timeout=self.patience_seconds)
        if looking.done() and not looking.result().attachments:
            return looking.result().text
        self._tasks.begin(_then(looking, partial(self._message, one.actor)))
        return ""

    async def _asked_for(self, by: Touch | Command) -> Told:
        """A window to write in; where none can be opened, what to type."""
        if by.trigger and await self._ask(by.trigger, by.actor):
            return Told("")
        return Told(said([self._words()("find_typed")]))

    async def _home(self, actor: str) -> Told:
        """How things stand, with what can be done; who is muted, and why, is the channel's business."""
        words = self._words()
        try:
            home, belongs = await self._host.home(), await self._members.belongs(actor)
        except StoreUnavailable:
            return Told(said([words("not_now")]))
        except Unreachable as silence:
            return Told(said([words("unsure", code=str(silence))]))
        shown = home if belongs else for_strangers(home, words)
        link = self._host.status_link() if belongs else None
        drawn = home_attachments(shown, words, self._url, self._seal.context)
        return Told(home_text(shown, words, link), drawn)

    def _is_sure(self, touch: Touch) -> bool:
        """Whether somebody was asked within the minute: a button cannot ask, so they press it twice."""
        named = touch.actor, touch.verb, touch.target
        asked_at, now = self._asked.pop(named, None), self._clock()
        if asked_at is not None and 0 <= now - asked_at < SURE:
            return True
        self._asked[named] = now
        if len(self._asked) > _MOST_ASKED:
            self._asked.popitem(last=False)
        return False

    async def _in_time(
        self, work: Coroutine[Any, Any, Told], seconds: float, later: Callable[[Told], Awaitable[None]]
    ) -> Told:
        """What came of it; else that it is still to come, and then it is told `later`."""
        working = self._tasks.begin(work)
        await asyncio.wait({working}, timeout=seconds)
        if working.done():
            return working.result()
        self._tasks.begin(_then(working, later))
        return Told(said([self._words()("slow")]))

    async def _decided(self, wish: Act) -> Told:
        try:
            return Told(said([await self._host.act(await self._vouched(wish))]))
        except StoreUnavailable:
            return Told(said([self._words()("unavailable")]))
        except RempartError as refusal:
            return Told(said([str(refusal)]))
        except Exception:
            log.exception("an act could not be decided", verb=wish.verb)
            return Told(said([self._words()("fault")]))

    async def _shown(self, wish: Act) -> Told:
        """Texts, for the one who asked."""
        words = self._words()
        try:
            act = await self._vouched(wish)
            if act.verb == doubtful.VERB.name:
                return Told(bundles_text(await self._host.doubtful(act), words))
            if act.verb in (find.VERB.name, texts_found.VERB.name):
                return await self._found(act)
            return Told(samples_text(await self._host.samples(act), words))
        except StoreUnavailable:
            return Told(said([words("not_now")]))
        except RempartError as refusal:
            return Told(said([str(refusal)]))
        except Exception:
            log.exception("texts could not be shown", verb=wish.verb)
            return Told(said([words("fault")]))

    async def _found(self, act: Act) -> Told:
        words, seen = self._words(), await self._host.find(act)
        return Told(discovery_text(seen, words), discovery_attachments(seen, self._url, self._seal.context))

    async def _vouched(self, wish: Act) -> Act:
        """Raises `RempartError` where the server did not say what would decide."""
        return vouched(self._host, wish, await self._members.standing(wish.actor), self._words())

    async def _told(self, command: Command, asked: Asked | Misunderstood) -> Told:
        if isinstance(asked, Asked) and asked.question == find.VERB.name:
            return await self._looked_for(command, asked)
        return Told(said(await self._questions.told(command, asked)))

    async def _looked_for(self, command: Command, asked: Asked) -> Told:
        if not asked.target:
            return await self._asked_for(command)
        verb, at = find.VERB.name, self._clock()
        return await self._shown(
            Act(CHANNEL, command.key, command.actor, verb, asked.target, at, asked.length)
        )


def _label(asked: str) -> str:
    return asked.partition("\n")[0]


async def _unheard(_told: Told) -> None:
    """Whoever no longer waits is shown no texts: pressing again shows them."""


async def _then(working: asyncio.Task[Told], later: Callable[[Told], Awaitable[None]]) -> None:
    await later(await working)
