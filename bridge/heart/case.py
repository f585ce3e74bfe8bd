"""A message under consideration, with what can be worked out about it on demand."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from random import Random

from bridge import pot
from bridge.heart.books import Books
from bridge.heart.timing import due_at
from bridge.model import Event, Lane, Message, MicroEuros, Micros, Posture, Reply, Sender, Verdict
from bridge.prices import price_out
from bridge.raid.detector import Look
from bridge.raid.posture import GUARDED, is_open, posture
from bridge.raid.sighting import Sighting, sight
from bridge.reach import Reach, reach
from bridge.reasons import Reason
from bridge.responses import Facts, Rule, choose
from bridge.text.language import language_of


@dataclass(frozen=True)
class Case:
    """One message, its sender as remembered, and the instant of consideration."""

    books: Books
    event: Event
    message: Message
    sender: Sender
    now: Micros

    def random(self, purpose: str) -> Random:
        """A generator of choices: the same for the same event, and nobody outside can foretell it."""
        digest = blake2b(f"{purpose}:{self.event.id}".encode(), key=self.books.seed, digest_size=16)
        return Random(digest.digest())  # noqa: S311 - keyed above; no secret is made from it

    @cached_property
    def due_at(self) -> Micros:
        """When a reply would leave: to suspects late, since much may be learned meanwhile."""
        late = self.verdict is not Verdict.ORDINARY and self.posture is not Posture.CALM
        due = due_at(self.books.responses, self.now, self.random("hold"), late=late)
        behind = self.books.stance.until if self.posture is Posture.SHIELD and self.books.stance else None
        return due if behind is None or not late else due - self.now + behind

    @cached_property
    def reach(self) -> Reach:
        """Where the sender's number belongs; free channels reach everybody."""
        return reach(self.message.address) if self.message.metered else Reach(None)

    @cached_property
    def price(self) -> MicroEuros | None:
        """Micro-euros a segment; `None` when nobody knows, and then nothing is sent."""
        if not self.message.metered:
            return 0
        books, channel = self.books, self.message.channel
        if channel not in books.responses.prices:
            return None
        return price_out(books.responses, books.prices, channel, self.reach.country, self.now)

    @cached_property
    def language(self) -> str:
        """The language of `responses.yaml` that the sender most likely reads."""
        return language_of(
            self.message.text,
            hint=self.message.language,
            country=self.reach.country,
            languages=self.books.responses.languages,
        )

    @cached_property
    def sighting(self) -> Sighting | None:
        """What the detectors look at; nothing where a message does not count against anybody."""
        if self.sender.id in self.books.exempt or self.message.form == "edit" or self.message.asks:
            return None
        # What was fetched after an outage is seen when it was written, but time never runs backwards.
        at = max(min(self.message.at, self.now), self.books.detector.latest)
        first = self.sender.messages == 0
        lessons = self.books.detector.lessons
        return sight(self.event, self.message, at, self.books.seed, first=first, lessons=lessons)

    @cached_property
    def posture(self) -> Posture:
        """How guarded the service is as the message is met."""
        books = self.books
        return posture(books.stance, books.raid, self.now, rising=books.detector.register.rising)

    @cached_property
    def look(self) -> Look:
        """What the message looks like in the light of the newest ones."""
        if self.sighting is None:
            return Look()
        answered = any(said.due_at <= self.now for said in self.said)
        scarce = pot.scarce(self.books.purse(self.now), self.books.responses)
        return self.books.detector.look(self.sighting, self.posture, answered=answered, scarce=scarce)

    @property
    def guarded(self) -> bool:
        """Whether what the message looks like decides about the reply."""
        return self.posture in GUARDED or self.look.grave

    @property
    def caught(self) -> bool:
        """Whether the sender was judged to take part in the raid that is on."""
        raid = self.books.raid
        return raid is not None and self.sender.raid == raid.id and is_open(raid, self.now)

    @property
    def verdict(self) -> Verdict:
        """What the sender looks like: a raider stays one for as long as the raid lasts."""
        return Verdict.RAIDER if self.caught else self.look.verdict

    @property
    def lane(self) -> Lane:
        """While a raid is on, money is kept for new people who look ordinary."""
        kept = not self.guarded or (self.verdict is Verdict.ORDINARY and not self.said)
        return "ordinary" if kept else "suspect"

    @cached_property
    def said(self) -> tuple[Reply, ...]:
        """What was said to the sender, or is about to be: what stands in the outbox, and nothing else."""
        return tuple(row.reply for row in self.books.replies(self.sender.id) if row.said)

    @property
    def kept_back(self) -> bool:
        """Whether a reply to the sender is kept back because of a raid."""
        return any(row.kept_back for row in self.books.replies(self.sender.id))

    @cached_property
    def choice(self) -> tuple[Rule | None, tuple[Reason, ...]]:
        """The rule that fires, if any, and why."""
        facts = Facts(
            channel=self.message.channel,
            language=self.language,
            text=self.message.text,
            first=self.sender.messages == 0,
            at=self.message.at,
        )
        return choose(self.books.responses, facts)
