"""The order of the questions; each answer is checked at once, and written down before the next is asked."""

import os
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from bridge.checkup import Examined, State
from bridge.doctor.examination import looked_at
from bridge.environment import Environment
from bridge.errors import Misconfigured
from bridge.ports import Asking, Channel, ChannelPlugin, Examining, Question, Settling
from bridge.responses import RulesRefused, read
from bridge.responses.lint import lint
from bridge.service.plugins import channel_plugins, idle
from bridge.settings import read_settings
from bridge.setup import answers
from bridge.setup.team_rules import made, own_file, write
from bridge.setup.written import Written
from bridge.wording import Words

_PUBLIC_URL = "REMPART_PUBLIC_URL"
_SECRET = "REMPART_SECRET"  # noqa: S105 - the variable's name, not its value
_RESPONSES = "REMPART_RESPONSES"

_SECRET_BYTES = 32


class Person(Protocol):
    """Whoever answers."""

    words: Words
    """What they read."""

    def asked(self, question: str, standing: str = "", *, secret: bool = False) -> str:
        """An answer; empty, what stood there. Raises `RempartError` when nobody answers any more."""

    def told(self, sentence: str) -> None:
        """Says something."""


class Interview:
    """One run of the wizard in one folder."""

    def __init__(self, person: Person, folder: Path) -> None:
        """What was answered earlier, in `.env`, stands."""
        self._person, self._say = person, person.words.within("init")
        self._folder, self._written = folder, Written(folder / ".env")

    async def run(self) -> None:
        """Asks everything. Raises `RempartError`."""
        self._person.told(self._say("welcome"))
        self._secret()
        self._ask_until(_PUBLIC_URL, self._is_sound)
        for plugin in channel_plugins().values():
            if isinstance(plugin, Asking):
                await self._channel(plugin, plugin)
        self._rules()

    def _secret(self) -> None:
        """Made once, and never again: with another one nothing that is stored can be read."""
        if not self._environment().get(_SECRET):
            self._written.keep(_SECRET, secrets.token_hex(_SECRET_BYTES))
            self._person.told(self._say("secret_made"))

    async def _channel(self, plugin: ChannelPlugin, asking: Asking) -> None:
        """Asks until the provider has nothing against it, or whoever answers goes on all the same."""
        public_url = self._environment().get(_PUBLIC_URL)
        self._person.told(self._say(f"{asking.name}_intro", link=asking.guide(public_url)))
        first, *more = asking.questions(public_url)
        while self._ask(first):
            for question in more:
                self._ask(question)
            if await self._is_taken(plugin) or not self._wants_again():
                return

    def _ask(self, question: Question) -> str:
        standing = self._environment().get(question.variable, "")
        said = self._person.asked(self._say(question.variable), standing, secret=question.secret)
        answer = "" if said == answers.NONE else said
        self._written.keep(question.variable, answer)
        return answer

    async def _is_taken(self, plugin: ChannelPlugin) -> bool:
        """Whether the provider takes it; whatever is to be known of it is said."""
        try:
            environment = self._environment()
            channel = plugin.connect(environment, idle(read_settings(environment).public_url))
        except Misconfigured as error:
            self._person.told(str(error))
            return False
        found = [] if channel is None else await _examined(channel)
        for one in found:
            if one.state is not State.FINE:
                self._person.told(self._person.words.examined(one.told))
        return all(one.state is not State.WRONG for one in found)

    def _wants_again(self) -> bool:
        return self._person.asked(self._say("again"), self._say("yes")).casefold() == self._say("yes")

    def _rules(self) -> None:
        """Makes the team's own file, once: what they wrote in it is theirs."""
        file = own_file(self._folder)
        if file.exists():
            self._person.told(self._say("rules_kept", file=str(file)))
            self._tell_of_nobody(file)
        else:
            self._write_rules(file)
        if file.parent != self._folder:
            self._written.keep(_RESPONSES, str(file))

    def _write_rules(self, file: Path) -> None:
        while True:
            given = {name: self._sound(name, check) for name, check in answers.OF_RULES.items()}
            total, last_for = given.pop("pot").split()
            given |= {"total": total, "last_for": last_for}
            try:
                text, rules = made({**given, "language": self._person.words.language})
            except RulesRefused as refused:
                self._person.told(str(refused))
                continue
            write(file, text)
            self._tell_of_nobody(file)
            worst = max((one.worst for one in lint(rules).wordings), default=0)
            paid = rules.pot.total // worst if worst else 0
            price = self._person.words.price(worst)
            self._person.told(self._say("rules_made", file=str(file), price=price, replies=paid))
            return

    def _tell_of_nobody(self, file: Path) -> None:
        """Before a number goes live somebody must answer for what is kept."""
        with suppress(Misconfigured):  # what is wrong with it is told by the examination
            if read(file).controller is None:
                self._person.told(self._say("controller_absent", file=str(file)))

    def _sound(self, name: str, check: answers.Check) -> str:
        """An answer that will do for the rules."""
        standing = answers.STANDING[name]
        while (answer := check(self._person.asked(self._say(name), standing))) is None:
            self._person.told(self._say(f"{name}_unsound"))
        return answer

    def _ask_until(self, variable: str, sound: Callable[[], str | None]) -> None:
        while True:
            self._ask(Question(variable))
            objection = sound()
            if objection is None:
                return
            self._person.told(objection)

    def _is_sound(self) -> str | None:
        try:
            read_settings(self._environment())
        except Misconfigured as error:
            return str(error)
        return None

    def _environment(self) -> Environment:
        """What a service that is started here would read: what the system sets counts before `.env`."""
        return Environment(os.environ, self._written.values())


async def _examined(channel: Channel) -> Sequence[Examined]:
    """Has the provider told where we are, as far as it can be, and looks at it."""
    settled: Iterable[Examined] = ()
    if isinstance(channel, Settling):
        settled = await looked_at(channel, channel.settle)
    if not isinstance(channel, Examining):
        return [*settled]
    return [*settled, *await looked_at(channel, channel.examine)]
