"""The order of the questions; each answer is checked at once, and written down before the next is asked."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from bridge.errors import Misconfigured
from bridge.ports import Question
from bridge.responses import Responses, RulesRefused, read
from bridge.responses.lint import lint
from bridge.service.numbers import uncounted
from bridge.service.plugins import room_ids
from bridge.settings import read_settings
from bridge.setup import answers
from bridge.setup.channels import PUBLIC_URL, Channels
from bridge.setup.notes import Notes, Person
from bridge.setup.team_rules import USUAL, made, own_file, write

__all__ = ["Interview", "Person"]

_SECRET = "REMPART_SECRET"  # noqa: S105 - the variable's name, not its value
_RESPONSES = "REMPART_RESPONSES"

_SECRET_BYTES = 32


class Interview:
    """One run of the wizard in one folder."""

    def __init__(self, person: Person, folder: Path) -> None:
        """What was answered earlier, in `.env`, stands."""
        self._notes = Notes(person, folder)
        self._channels = Channels(self._notes)

    async def run(self) -> None:
        """Asks everything. Raises `RempartError`."""
        self._notes.tell("welcome")
        self._secret()
        self._ask_until(PUBLIC_URL, self._is_sound)
        await self._channels.run()
        self._rules()

    def _secret(self) -> None:
        """Made once, and never again: with another one nothing that is stored can be read."""
        if not self._notes.environment().get(_SECRET):
            self._notes.keep(_SECRET, secrets.token_hex(_SECRET_BYTES))
            self._notes.tell("secret_made")

    def _rules(self) -> None:
        """Makes the team's own file, once: what they wrote in it is theirs."""
        named = self._notes.environment().get(_RESPONSES, "").strip()
        file = own_file(self._notes.folder, named)
        if file.exists():
            self._notes.tell("rules_kept", file=str(file))
        else:
            self._write_rules(file)
        with suppress(Misconfigured):  # what is wrong with it is told by the examination
            self._tell_of_what_is_missing(file, read(file))
        if file != self._notes.folder / (named or USUAL):
            self._notes.keep(_RESPONSES, str(file))

    def _write_rules(self, file: Path) -> None:
        person = self._notes.person
        while True:
            admins: answers.Check = partial(answers.people, ids=room_ids().values())
            checks = {**answers.OF_RULES, "admins": admins}
            given = {name: self._sound(name, check) for name, check in checks.items()}
            total, last_for = given.pop("pot").split()
            given |= {"total": total, "last_for": last_for}
            try:
                text, rules = made({**given, "language": person.words.language})
            except RulesRefused as refused:
                person.told(str(refused))
                continue
            write(file, text)
            worst = max((one.worst for one in lint(rules).wordings), default=0)
            paid = rules.pot.for_replies // worst if worst else 0
            price = person.words.price(worst)
            self._notes.tell("rules_made", file=str(file), price=price, replies=paid)
            return

    def _tell_of_what_is_missing(self, file: Path, rules: Responses) -> None:
        """Before a number goes live somebody must answer for what is kept; and what a channel charges only
        the team knows."""
        if rules.controller is None:
            self._notes.tell("controller_absent", file=str(file))
        for name in uncounted(self._channels.standing(), rules):
            self._notes.tell("uncounted", channel=name, file=str(file))

    def _sound(self, name: str, check: answers.Check) -> str:
        """An answer that will do for the rules."""
        if name == "admins":
            self._channels.tell_of_ids()
        standing = self._notes.say("pot_usual") if name == "pot" else ""
        while (answer := check(self._notes.person.asked(self._notes.say(name), standing))) is None:
            self._notes.tell(f"{name}_unsound")
        return answer

    def _ask_until(self, variable: str, sound: Callable[[], str | None]) -> None:
        while True:
            self._notes.ask(Question(variable))
            objection = sound()
            if objection is None:
                return
            self._notes.person.told(objection)

    def _is_sound(self) -> str | None:
        try:
            read_settings(self._notes.environment())
        except Misconfigured as error:
            return self._notes.person.words.misconfigured(error)
        return None
