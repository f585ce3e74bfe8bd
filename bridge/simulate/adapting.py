"""Raiders who learn: what was caught is dropped, what was answered is used again with changes. Pure."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from bridge.model import HOUR, Micros
from bridge.noun import Noun
from bridge.simulate.raiding import Raiders
from bridge.simulate.sparring import Answered
from bridge.simulate.trace import Draft

PATIENCE: Micros = HOUR
"""A number that had no reply for so long was caught, they think; replies take 10 to 45 minutes."""

AGAIN = 0.8
"""The share of texts that use again what worked, where anything did."""


class _Tried(Noun):
    at: Micros
    number: str
    text: str
    after: str | None
    """The text that it is a change of."""


@dataclass(slots=True)
class Adapting:
    """An `Opponent` with a fresh number for each text, as many as there are instants."""

    raiders: Raiders
    instants: deque[Micros]
    tried: list[_Tried] = field(default_factory=list)
    """What they do not know the outcome of."""
    working: list[str] = field(default_factory=list)

    def next_at(self) -> Micros | None:
        """The next instant."""
        return self.instants[0] if self.instants else None

    def write(self, answered: Answered) -> Draft:
        """A change of something that worked, or something new."""
        at = self.instants.popleft()
        self.tried = list(self._open(at, answered))
        after = self._choose()
        text = self.raiders.insult() if after is None else self.raiders.changed(after)
        draft = Draft(at, self.raiders.numbers.mobile(), text, "raider")
        self.tried.append(_Tried(at, draft.sender, text, after))
        return draft

    def _open(self, at: Micros, answered: Answered) -> Iterable[_Tried]:
        """What is still to be seen; the rest is learned from."""
        for one in self.tried:
            if answered(one.number):
                self.working.append(one.text)
            elif at - one.at < PATIENCE:
                yield one
            elif one.after in self.working:
                self.working.remove(one.after)

    def _choose(self) -> str | None:
        rng = self.raiders.rng
        return rng.choice(self.working) if self.working and rng.random() < AGAIN else None
