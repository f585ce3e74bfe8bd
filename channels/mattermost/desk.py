"""Has the host decide what somebody asked for in Mattermost, and tells them alone what came of it.

An answer goes back with the press or the command itself, which nobody else sees. What takes longer is told
later: of a command at the URL that it came with, of a press in a direct message. Texts of strangers go back
with the press or not at all: a direct message would keep them.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from bridge.grammar import Asked, Misunderstood, Wanted
from bridge.heart.acts import VERBS, find
from bridge.model import MINUTE, Act, Micros
from bridge.ports import Clock, Host
from bridge.wording import Words
from channels.mattermost.dialogs import Submission
from channels.mattermost.members import Members
from channels.mattermost.payloads import Command, Seal, Touch
from channels.mattermost.reading import Pressed, Reading, Told
from channels.mattermost.shown import said
from channels.rooms.hearing import Hearing
from channels.rooms.tasks import Tasks

CHANNEL = "mattermost"

_MOST_ASKED = 256
SURE: Micros = MINUTE
"""How long somebody who was asked has to press again."""


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
        self._clock, self._words, self._tasks = clock, words, tasks
        self._message, self._answer, self._ask = message, answer, ask
        self._hearing = Hearing(CHANNEL, host, clock, words, members)
        self._reading = Reading(host, members, self._hearing, words, Pressed(actions_url, seal))
        self._asked: OrderedDict[tuple[str, str, str], Micros] = OrderedDict()

    async def touched(self, touch: Touch) -> Told:
        """A button: it shows texts, or it is an act."""
        words = self._words()
        if not self._hearing.is_new(touch):
            return Told("")
        if touch.asked and not self._is_sure(touch):
            return Told(said([*touch.asked.split("\n"), words("press_again", label=_label(touch.asked))]))
        wish = self._hearing.wish(touch, touch.verb, touch.target)
        verb = VERBS.get(touch.verb)
        if touch.verb == find.VERB.name and not touch.target:
            return await self._asked_for(touch)
        if verb is not None and verb.shows:
            return await self._in_time(self._reading.texts(wish), self.reading_seconds, _unheard)
        later = partial(self._message, touch.actor)
        return await self._in_time(self._decided(wish), self.patience_seconds, later)

    async def commanded(self, command: Command) -> Told:
        """A slash command: it is an act, or it asks something."""
        if not self._hearing.is_new(command):
            return Told("")
        later = partial(self._answer, command.response_url)
        return await self._in_time(self._of_command(command), self.patience_seconds, later)

    async def _of_command(self, command: Command) -> Told:
        if not command.text.strip():
            return await self._reading.home(command.actor)
        wanted = self._hearing.understood(command)
        if isinstance(wanted, Wanted):
            return await self._decided(self._hearing.typed(command, wanted))
        return await self._told(command, wanted)

    async def submitted(self, one: Submission) -> str:
        """The window in which somebody wrote what to look for: what came of it goes to them alone, and what
        is refused stands in the window."""
        if not self._hearing.is_new(one):
            return ""
        wish = self._hearing.wish(one, find.VERB.name, one.wanted.target, one.wanted.length)
        looking = self._tasks.begin(self._reading.texts(wish))
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
        return Told(said([await self._hearing.decided(wish)]))

    async def _told(self, command: Command, asked: Asked | Misunderstood) -> Told:
        if isinstance(asked, Asked) and asked.question == find.VERB.name:
            return await self._looked_for(command, asked)
        return Told(said(await self._hearing.answered(command, asked)))

    async def _looked_for(self, command: Command, asked: Asked) -> Told:
        if not asked.target:
            return await self._asked_for(command)
        return await self._reading.texts(
            self._hearing.wish(command, find.VERB.name, asked.target, asked.length)
        )


def _label(asked: str) -> str:
    return asked.partition("\n")[0]


async def _unheard(_told: Told) -> None:
    """Whoever no longer waits is shown no texts: pressing again shows them."""


async def _then(working: asyncio.Task[Told], later: Callable[[Told], Awaitable[None]]) -> None:
    await later(await working)
