"""A message under consideration, with what can be worked out about it on demand."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from random import Random

from bridge.heart.state import State
from bridge.heart.timing import due_at
from bridge.model import Event, Message, MicroEuros, Micros, Sender
from bridge.reach import Reach, reach
from bridge.responses import Facts, Rule, choose
from bridge.text.language import language_of
from bridge.text.skeleton import skeleton


@dataclass(frozen=True)
class Case:
    """One message, its sender as remembered, and the instant of consideration."""

    state: State
    event: Event
    message: Message
    sender: Sender
    now: Micros

    def random(self, purpose: str) -> Random:
        """A generator of choices: the same for the same event, and nobody outside can foretell it."""
        digest = blake2b(f"{purpose}:{self.event.id}".encode(), key=self.state.seed, digest_size=16)
        return Random(digest.digest())  # noqa: S311 - keyed above; no secret is made from it

    @cached_property
    def due_at(self) -> Micros:
        """When a reply would leave."""
        return due_at(self.state.responses, self.now, self.random("hold"))

    @cached_property
    def reach(self) -> Reach:
        """Where the sender's number belongs; free handles reach everybody."""
        return reach(self.message.address) if self.message.metered else Reach(None)

    @cached_property
    def price(self) -> MicroEuros | None:
        """Micro-euros a segment; `None` when nobody knows, and then nothing is sent."""
        if not self.message.metered:
            return 0
        prices = self.state.responses.prices
        known = self.message.channel in prices
        return self.state.responses.price_out(self.message.channel, self.reach.country) if known else None

    @cached_property
    def language(self) -> str:
        """The language of `responses.yaml` that the sender most likely reads."""
        return language_of(
            self.message.text,
            hint=self.message.language,
            country=self.reach.country,
            languages=self.state.responses.languages,
        )

    @cached_property
    def skeleton(self) -> int | None:
        """What near-identical texts share; `None` for a text too short to count."""
        return skeleton(self.message.text, self.state.seed)

    @cached_property
    def choice(self) -> tuple[Rule | None, tuple[str, ...]]:
        """The rule that fires, if any, and why."""
        facts = Facts(
            channel=self.message.channel,
            language=self.language,
            text=self.message.text,
            first=self.sender.messages == 0,
            at=self.message.at,
        )
        return choose(self.state.responses, facts)
