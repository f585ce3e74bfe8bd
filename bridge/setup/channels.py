"""Sets the channels up: those that everybody is asked about, then those that somebody names."""

from collections.abc import Iterable, Iterator, Sequence

import structlog

from bridge.checkup import Examined, State, wrong
from bridge.doctor.examination import looked_at
from bridge.environment import Environment
from bridge.errors import Misconfigured, RempartError
from bridge.ports import Asking, Channel, ChannelPlugin, Configured, Examining, Question, Settling
from bridge.service.plugins import idle
from bridge.settings import read_settings
from bridge.setup import offering
from bridge.setup.notes import Notes

PUBLIC_URL = "REMPART_PUBLIC_URL"

log = structlog.get_logger("rempart.setup")


class Channels:
    """What is asked about channels."""

    def __init__(self, notes: Notes) -> None:
        """Nothing is asked yet."""
        self._notes = notes

    async def run(self) -> None:
        """Asks about each. Raises `RempartError`."""
        for plugin in offering.usual().values():
            await self._set_up(plugin)
        for plugin in self._others():
            await self._set_up(plugin)

    def standing(self) -> list[str]:
        """The names of those that have credentials."""
        known = offering.usual() | offering.offered()
        return [name for name, plugin in known.items() if self._stands(plugin)]

    def tell_of_ids(self) -> None:
        """Where a room that was set up shows the ids of its people, as far as it says so."""
        for name in self.standing():
            if told := self._notes.worded(f"{name}_ids", ""):
                self._notes.person.told(told)

    def _others(self) -> Iterator[ChannelPlugin]:
        """Those that are offered and named; what was named earlier, and no more, is taken out."""
        offers, notes = offering.offered(), self._notes
        if not offers:
            return
        shown = [notes.worded(f"offer_{name}", name) for name in offers]
        notes.tell("others_intro", offers=notes.person.words.several(shown))
        before = [name for name, plugin in offers.items() if self._stands(plugin)]
        chosen = self._named(offers, before)
        for name in before:
            if name not in chosen:
                self._take_out(offers[name], self._questions(offers[name]))
        yield from (offers[name] for name in chosen)

    def _named(self, offers: dict[str, ChannelPlugin], before: Sequence[str]) -> list[str]:
        notes, nothing = self._notes, self._notes.say("nothing")
        while True:
            answer = notes.person.asked(notes.say("others"), " ".join(before) or nothing)
            chosen = offering.named(answer, offers, nothing)
            if chosen is not None:
                return chosen
            notes.tell("others_unsound", names=", ".join(offers))

    def _stands(self, plugin: ChannelPlugin) -> bool:
        """Whether it was set up earlier: its first question tells."""
        first = next(iter(self._questions(plugin)), None)
        return first is not None and bool(self._notes.environment().get(first.variable))

    def _questions(self, plugin: ChannelPlugin) -> Sequence[Question]:
        """None for one that fails by itself: that is told where it is set up."""
        try:
            return plugin.questions(self._public_url()) if isinstance(plugin, Asking) else ()
        except Exception:
            log.exception("a channel cannot say what to ask", channel=plugin.name)
            return ()

    def _public_url(self) -> str | None:
        """As a service has it, whatever was typed: without a slash at its end, and none where it is blank."""
        return read_settings(self._notes.environment()).public_url

    async def _set_up(self, plugin: ChannelPlugin) -> None:
        """One whose package fails by itself is told of, and the others are asked about all the same."""
        try:
            if isinstance(plugin, Asking):
                await self._channel(plugin, plugin)
        except RempartError:
            raise
        except Exception as error:
            log.exception("a channel cannot be set up", channel=plugin.name)
            self._tell(wrong(plugin.name, "adapter_broken", kind=type(error).__name__))

    async def _channel(self, plugin: ChannelPlugin, asking: Asking) -> None:
        """Asks until the provider has nothing against it, or whoever answers goes on all the same."""
        notes, link = self._notes, asking.guide(self._public_url())
        otherwise = notes.say("any_intro", channel=asking.name, link=link)
        notes.person.told(notes.worded(f"{asking.name}_intro", otherwise, link=link))
        first, *more = asking.questions(self._public_url())
        while notes.ask(first):
            before = notes.environment()
            for question in more:
                notes.ask(question)
            self._replace(asking, before)
            if await self._is_taken(plugin) or not self._wants_again():
                return
        self._take_out(plugin, more)

    def _replace(self, asking: Asking, before: Environment) -> None:
        """Takes out what was asked while there was no address, once what is asked with one is given: where
        the first counts before the second, the provider would call an address at which nobody is."""
        now, without = self._notes.environment(), asking.questions(None)
        here = asking.questions(self._public_url())
        given = [one.variable for one in here if one not in without]
        if any(now.get(name) and now.get(name) != before.get(name) for name in given):
            self._notes.take_out(one for one in without if one not in here)

    def _take_out(self, plugin: ChannelPlugin, questions: Iterable[Question]) -> None:
        """With what was asked when other things were so, as without an address."""
        self._notes.take_out(questions)
        for name in self._left_over(plugin):
            self._notes.keep(name, "")

    def _left_over(self, plugin: ChannelPlugin) -> Sequence[str]:
        """What would keep the service from starting now: the channel itself says what is only half of it."""
        environment = self._notes.environment()
        if not isinstance(plugin, Configured) or not any(map(environment.get, plugin.variables)):
            return ()
        try:
            plugin.connect(environment, idle(read_settings(environment).public_url))
        except Misconfigured as half:
            left = half.values.get("present")
            return left if isinstance(left, tuple) else ()
        return ()

    async def _is_taken(self, plugin: ChannelPlugin) -> bool:
        """Whether the provider takes it; whatever is to be known of it is said."""
        try:
            environment = self._notes.environment()
            channel = plugin.connect(environment, idle(read_settings(environment).public_url))
        except Misconfigured as error:
            self._notes.person.told(self._notes.person.words.misconfigured(error))
            return False
        found = [] if channel is None else await _examined(channel)
        for one in found:
            if one.state is not State.FINE:
                self._tell(one)
        return all(one.state is not State.WRONG for one in found)

    def _tell(self, one: Examined) -> None:
        self._notes.person.told(f"{one.part}: {self._notes.person.words.examined(one.told)}")

    def _wants_again(self) -> bool:
        yes = self._notes.say("yes")
        answer = self._notes.person.asked(self._notes.say("again"), yes).casefold()
        return bool(answer) and yes.startswith(answer)


async def _examined(channel: Channel) -> Sequence[Examined]:
    """Has the provider told where we are, as far as it can be, and looks at it."""
    settled: Iterable[Examined] = ()
    if isinstance(channel, Settling):
        settled = await looked_at(channel, channel.settle)
    if not isinstance(channel, Examining):
        return [*settled]
    return [*dict.fromkeys([*settled, *await looked_at(channel, channel.examine)])]
