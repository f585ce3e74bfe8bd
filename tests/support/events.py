"""Messages and receipts, with everything that a test does not care about filled in."""

from collections.abc import Sequence
from functools import cache
from itertools import count

from bridge.loops.folding import Folding
from bridge.loops.intake import Intake
from bridge.model import Happening, Message, Micros, Progress, Receipt, ReplyId
from bridge.moderation.directory import Directory
from bridge.privacy.secret import Keys, derive_keys
from bridge.responses import Responses, parse
from bridge.store.books.journal import Arrival, Journal
from bridge.store.books.keyring import Keyring
from bridge.store.books.targets import Targets
from bridge.store.engine.store import Store
from tests.support.clock import NOON, TestClock

NUMBER = "+33600000000"
"""The public number."""

MAN = "+33612345678"
SECRET = "a secret of more than thirty-two characters"

RULES = b"""
languages: [fr, en]
hold: {min: 10m, max: 45m}
replies:
  - id: first
    when: {first: true}
    say: {fr: ["Un mot.", "Deux mots.", "Trois mots."], en: ["One word."]}
  - id: again
    when: {repeat: true}
    say: {fr: ["Encore un mot."], en: ["Another word."]}
"""

_serial = count(1)


@cache
def rules(source: bytes = RULES) -> Responses:
    """Small rules for tests."""
    return parse(source, name="responses.yaml")


def keys() -> Keys:
    """The keys of the tests' secret."""
    return derive_keys(SECRET)


def message(text: str = "salut", *, address: str = MAN, at: Micros = NOON, id_: str | None = None) -> Message:
    """A text to the public number."""
    return Message("sms", id_ or f"SM{next(_serial):032x}", NUMBER, address, text, at, metered=True)


def receipt(
    message_id: str,
    progress: Progress,
    *,
    reply: ReplyId | None = None,
    at: Micros = NOON,
    opted_out: bool = False,
) -> Receipt:
    """A status callback."""
    error = "opted_out" if opted_out else None
    return Receipt("sms", f"{message_id}:{progress}", message_id, reply, MAN, progress, at, error, opted_out)


class Bridge:
    """Journal and fold on a store, driven by hand."""

    def __init__(
        self, store: Store, clock: TestClock, source: bytes = RULES, people: Directory | None = None
    ) -> None:
        self.store, self.clock = store, clock
        self.keyring = Keyring(keys().sealing)
        self.journal = Journal(keys().senders, self.keyring, people)
        self.intake = Intake(self._commit, clock)
        self.folding = Folding(
            store, self.journal, Targets(self.journal), keys().choices, rules(source), self.intake.lull
        )

    async def tell(self, *happenings: Happening) -> None:
        """Appends at once."""
        await self.hear([Arrival(what, self.clock()) for what in happenings])

    async def hear(self, arrivals: Sequence[Arrival]) -> None:
        """Likewise, each with an instant of its own."""
        await self._commit([*arrivals])

    async def fold(self) -> int:
        """Folds everything that waits; returns how many events."""
        total = 0
        while folded := await self.folding.batch():
            total += folded
        return total

    async def _commit(self, arrivals: object) -> None:
        assert isinstance(arrivals, list)
        found = await self.store.carry(lambda connection: self.journal.append(connection, arrivals))
        self.keyring.remember(found)
