"""Opens the windows that somebody looks into, and fills them with what the host lets them see."""

from collections.abc import Awaitable, Callable

from bridge.grammar import Asked
from bridge.heart.acts import doubtful, find
from bridge.model import Act
from bridge.noun import replace
from bridge.wording import Words
from channels.rooms.hearing import Hearing
from channels.slack.modal import SamplesWindow
from channels.slack.payloads import read_look
from channels.slack.touches import Command, Place, Submission, Touch

Tell = Callable[[str, Place, str], Awaitable[None]]
"""Tells somebody a sentence, where they are."""


class Looking:
    """One window for one person at a time."""

    def __init__(
        self, samples: SamplesWindow, hearing: Hearing, words: Callable[[], Words], tell: Tell
    ) -> None:
        """Nothing is open yet. `tell` says that no window could be opened."""
        self._samples, self._hearing, self._words, self._tell = samples, hearing, words, tell

    async def ask(self, by: Touch | Command) -> None:
        """One to write in."""
        await self._opened(by, await self._samples.ask(by.trigger))

    async def show(self, touch: Touch, wish: Act) -> None:
        """What a touch wants to see."""
        window = touch.place.window or await self._samples.open(touch.trigger)
        if await self._opened(touch, window):
            await self._samples.fill(window or "", self._hearing.vouched(wish))

    async def look_for(self, command: Command, wanted: Asked) -> None:
        """What a command looks for; one to write in, where nothing was written."""
        if not wanted.target:
            await self.ask(command)
            return
        window = await self._samples.open(command.trigger)
        if await self._opened(command, window):
            wish = self._hearing.wish(command, find.VERB.name, wanted.target, wanted.length)
            await self._samples.fill(window or "", self._hearing.vouched(wish))

    async def fill(self, one: Submission, wanted: Asked) -> None:
        """What was written: the window waits already."""
        wish = self._hearing.wish(one, find.VERB.name, wanted.target, wanted.length)
        await self._samples.fill(one.window, self._hearing.vouched(wish))

    async def act(self, touch: Touch, wish: Act) -> None:
        """What came of it stands in the window, above what is there to be done now."""
        told = await self._hearing.decided(wish)
        verb, target = read_look(touch.place.look) or (doubtful.VERB.name, "")
        look = replace(wish, verb=verb, target=target, provider_id=f"{touch.key}:look")
        await self._samples.fill(touch.place.window, self._hearing.vouched(look), told)

    async def _opened(self, by: Touch | Command, window: str | None) -> bool:
        """Whether there is one; else they are told that there is none."""
        if window is None:
            await self._tell(by.actor, by.place, self._words()("samples_fault"))
        return window is not None
