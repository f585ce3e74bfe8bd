"""Asks whoever sits there one thing, and writes the answer down at once: so one may stop at any question."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from bridge.environment import Environment
from bridge.ports import Question
from bridge.setup import answers
from bridge.setup.written import Written
from bridge.wording import Words


class Person(Protocol):
    """Whoever answers."""

    words: Words
    """What they read."""

    def asked(self, question: str, standing: str = "", *, secret: bool = False) -> str:
        """An answer; empty, what stood there. Raises `RempartError` when nobody answers any more."""

    def told(self, sentence: str) -> None:
        """Says something."""


class Notes:
    """The answers of one folder: those of earlier, in `.env`, stand."""

    def __init__(self, person: Person, folder: Path) -> None:
        """Nothing is written before somebody answers."""
        self.person, self.say = person, person.words.within("init")
        self.folder, self._written = folder, Written(folder / ".env")

    def environment(self) -> Environment:
        """What a service that is started here would read: what the system sets counts before `.env`."""
        return Environment(os.environ, self._written.values())

    def keep(self, variable: str, value: str) -> None:
        """Writes a value down; an empty one takes out what stood there. Raises `Misconfigured`.

        What stands in a file of its own stays there; another value takes its place, for two are refused.
        """
        before = self.environment()
        if before.path_of(variable) is not None:
            if value == before.get(variable):
                return
            self._written.keep(f"{variable}_FILE", "")
        self._written.keep(variable, value)

    def ask(self, question: Question) -> str:
        """The answer, which stands from now on."""
        standing = self.environment().get(question.variable, "")
        worded = self.worded(question.variable, question.about or f"{question.variable}:")
        said = self.person.asked(worded, standing, secret=question.secret)
        answer = "" if said == answers.NONE else said
        self.keep(question.variable, answer)
        return answer

    def take_out(self, questions: Iterable[Question]) -> None:
        """Half of a channel's credentials would keep the service from starting."""
        for question in questions:
            self.keep(question.variable, "")

    def tell(self, name: str, **values: object) -> None:
        """Says what stands under a name."""
        self.person.told(self.say(name, **values))

    def worded(self, name: str, otherwise: str, **values: object) -> str:
        """In our words; where we have none, since it is another package's, otherwise."""
        try:
            return self.say(name, **values)
        except KeyError:
            return otherwise
