"""A message under consideration, with what can be worked out about it on demand: also its reply."""

from hashlib import blake2b
from random import Random

from bridge.days import lately
from bridge.heart.books import SECOND_THOUGHTS, Books, last_call
from bridge.heart.gist import Gist, gist_of
from bridge.heart.timing import awake_at, due_at
from bridge.model import (
    BY_HAND_FOR,
    DAY,
    DOUBTFUL,
    FIRST,
    LAST,
    MINUTE,
    NOTICE,
    RANK_STEP,
    Delay,
    Event,
    EventId,
    Message,
    MicroEuros,
    Micros,
    PhraseRule,
    Posture,
    Raid,
    Reply,
    ReplyId,
    Sender,
    Verdict,
)
from bridge.moderation.phrases import Text, read_phrase
from bridge.noun import Noun, replace
from bridge.prices import price_out
from bridge.raid.detector import Look
from bridge.raid.posture import GUARDED, REOPENED, is_open, posture
from bridge.raid.sighting import Finding, Sighting, sight
from bridge.reach import Reach, reach
from bridge.reasons import Reason
from bridge.remembered import once, remembered
from bridge.responses import Rule, Said, Wording, choose, fill, pick, said_in, values
from bridge.text.language import likeliest
from bridge.text.segments import measure

REPLIES_A_DAY = 3
"""No rule can make it more."""

LAST_CALL: Micros = MINUTE
"""How long before its provider takes no answer any more one is handed over at the latest."""

TOO_LATE = DAY
"""What is found later than this after it was written is not answered: it would puzzle more than it says."""

_size = remembered(1024)(measure)  # wordings are few, and measuring takes longer than all the rest


class Case(Noun, dict=True):
    """One message, its sender as remembered, and the instant of consideration."""

    books: Books
    event: Event
    message: Message
    sender: Sender
    now: Micros

    def random(self, purpose: str) -> Random:
        """A generator of choices: the same for the same event, and nobody outside can foretell it.

        There is one for all purposes: it is good until the next is asked for.
        """
        digest = blake2b(f"{purpose}:{self.event.id}".encode(), key=self.books.seed, digest_size=16)
        self.books.lots.seed(digest.digest())  # a new generator would be seeded twice
        return self.books.lots

    @once
    def due_at(self) -> Micros:
        """When a reply would leave: to suspects late, since much may be learned meanwhile."""
        late = self.verdict is not Verdict.ORDINARY and self.posture is not Posture.CALM
        due = due_at(self.books.responses, self.now, self.random("hold"), late=late)
        behind = self.books.stance.until if self.posture is Posture.SHIELD and self.books.stance else None
        return due if behind is None or not late else due - self.now + behind

    @once
    def gist(self) -> Gist:
        """What its text says, whoever wrote it."""
        return self.books.gists.get(self.text) or gist_of(self.text, self.books.seed)

    @once
    def reach(self) -> Reach:
        """Where the sender's number belongs; free channels reach everybody."""
        return reach(self.message.address) if self.message.metered else Reach(None)

    @once
    def price(self) -> MicroEuros | None:
        """Micro-euros a segment; `None` when nobody knows, and then nothing is sent."""
        if not self.message.metered:
            return 0
        books, channel = self.books, self.message.channel
        if channel not in books.responses.prices:
            return None
        return price_out(books.responses, books.prices, channel, self.reach.country, self.now)

    @once
    def language(self) -> str:
        """The language of `responses.yaml` that the sender most likely reads; a command is English to all."""
        return likeliest(
            () if self.message.asks else self.gist.written_in,
            hint=self.message.language,
            country=self.reach.country,
            languages=self.books.responses.languages,
        )

    @property
    def channel(self) -> str:
        """The channel that the message came in on."""
        return self.message.channel

    @property
    def text(self) -> str:
        """What it says."""
        return self.message.text

    @property
    def is_call(self) -> bool:
        """Whether somebody rang, and said nothing."""
        return self.message.form == "call"

    @property
    def first(self) -> bool:
        """Whether the sender never wrote before."""
        return self.sender.messages == 0

    @property
    def counts(self) -> bool:
        """Whether what comes next is no first message any more.

        Who asks what this is has said nothing yet; nor has who rang, where that gets no reply.
        """
        unheard = self.is_call and not self.books.responses.reply_to_calls
        return self.message.asks is None and not unheard

    @property
    def at(self) -> Micros:
        """When it was written."""
        return self.message.at

    @once
    def sighting(self) -> Sighting | None:
        """What the detectors look at; nothing where a message does not count against anybody."""
        if self.sender.id in self.books.exempt or self.message.form == "edit" or self.message.asks:
            return None
        # What was fetched after an outage is seen when it was written, but behind what was seen before.
        at = min(max(self.message.at, self.books.detector.latest), self.now)
        lessons = self.books.detector.lessons
        seed, traits = self.books.seed, self.gist.traits
        return sight(self.event, self.message, at, seed, first=self.first, lessons=lessons, traits=traits)

    @once
    def posture(self) -> Posture:
        """How guarded the service is as the message is met."""
        books = self.books
        return posture(books.stance, books.raid, self.now, rising=books.detector.register.rising)

    @once
    def look(self) -> Look:
        """What the message looks like in the light of the newest ones."""
        if self.sighting is None:
            return Look()
        answered = any(said.due_at <= self.now for said in self.said)
        pays = self.books.responses.pot.raiders_per_person
        return self.books.detector.look(self.sighting, self.posture, answered=answered, pays=pays)

    @property
    def guarded(self) -> bool:
        """Whether what the message looks like decides about the reply."""
        return self.posture in GUARDED or self.look.grave

    @once
    def telling(self) -> tuple[Finding, ...]:
        """What the team should hear of: all that is found in a raid; else only what somebody floods with."""
        if self.guarded:
            return self.look.findings
        return tuple(finding for finding in self.look.findings if finding.kind == "flood")

    @once
    def grown(self) -> Raid | None:
        """The raid with what this message adds; a new one where none is there to grow."""
        if not self.telling:
            return self.books.raid
        raid = self._current()
        known = {kind for kind, _ in raid.signs}
        signs = {one.kind: one.reason for one in self.telling if one.kind not in known}
        # What a raid left behind, such as one more of an old paste, does not keep it going.
        lasting = any(one.grave or one.kind == "flood" for one in self.telling if one.kind != "register")
        grown = lasting or self.books.detector.register.rising
        return replace(
            raid,
            signs=(*raid.signs, *signs.items()),
            grave=raid.grave or self.look.grave,
            grown_at=self.now if grown or self.look.grave else raid.grown_at,
        )

    def _current(self) -> Raid:
        newest = self.books.raid
        if newest is not None and newest.ended_at is None and lately(newest.grown_at, self.now, REOPENED):
            return newest
        return Raid(self.event.id[:8], self.now, self.now)

    @property
    def raid(self) -> Raid | None:
        """The raid that the message belongs to."""
        mine = any(self.event.sender in finding.members for finding in self.telling)
        return self.grown if mine else None

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
    def rank(self) -> int:
        """When it is this person's turn for money: on a calm day everybody ranks alike."""
        if not (self.guarded or self.books.detector.register.rising):
            return 0
        if self.said:
            return LAST
        suspicion = self.sighting.suspicion if self.sighting else 0
        rank = min(suspicion, DOUBTFUL - 1) // RANK_STEP * RANK_STEP
        return rank if self.verdict is Verdict.ORDINARY else DOUBTFUL + rank

    @once
    def caught_by(self) -> PhraseRule | None:
        """The rule of the team's that catches the message: of several, one that mutes, then the oldest.

        Whoever was spared, or cannot be muted, is never caught; nor is an edit, which nobody would see.
        """
        if not self.books.phrase_rules:
            return None
        if self.sender.id in self.books.exempt or self.message.form == "edit" or self.message.asks:
            return None
        rules = [one for one in self.books.phrase_rules.values() if one.holds(self.now)]
        text = Text(self.text)
        catching = (one for one in rules if self.sender.id not in one.spared and _holds(one, text))
        return min(catching, key=lambda one: one.does != "mute", default=None)

    def held_back(self, reply: Reply) -> Delay | None:
        """That a reply waits because of a rule; where it leaves later anyway, it does not."""
        rule = self.caught_by
        if rule is None or rule.does != "hold":
            return None
        until = min(rule.until, last_call(reply))
        late = until > reply.due_at
        return Delay(rule.act, reply.id, reply.due_at, until, self.now) if late else None

    @once
    def said(self) -> tuple[Reply, ...]:
        """What was said to the sender, or is about to be: what stands in the outbox, and nothing else.

        A dry run goes by what it would have said; whoever got nothing in one is new to what is sent.
        """
        rows, dry = self.books.replies(self.sender.id), self.books.responses.is_dry
        return tuple(row.reply for row in rows if (row.as_if_said if dry else row.said))

    @property
    def kept_back(self) -> bool:
        """Whether a reply to the sender is kept back because of a raid."""
        return any(row.kept_back for row in self.books.replies(self.sender.id))

    @once
    def choice(self) -> tuple[Rule | None, tuple[Reason, ...]]:
        """The rule that fires, if any, and why."""
        return choose(self.books.responses, self)

    @once
    def wording(self) -> Wording | None:
        """How the rule that fires says it; `None` when every wording has been said to this sender."""
        rule, _ = self.choice
        if rule is None:
            return None
        already = {said.wording for said in self.said}
        default = self.books.responses.languages[0]
        return pick(rule, self.language, default, already, self.random("wording"))

    @once
    def reply(self) -> Reply:
        """The reply to a message that the rules answer. Raises `LookupError` where they do not."""
        (rule, _), wording = self.choice, self.wording
        if rule is None or wording is None:
            raise LookupError("the rules do not answer this message")
        text = self._filled(wording, self.due_at)
        expires_at = self.message.at + self.books.responses.answer_within
        until, said = self._in_time(expires_at), wording.digest
        return self._reply(rule.id, wording.language, text, self.due_at, until, wording=said, rank=self.rank)

    def _in_time(self, expires_at: Micros) -> Micros:
        """While its provider still takes an answer, with some time to hand it over."""
        until = self.message.until
        return expires_at if until is None else min(expires_at, until - LAST_CALL)

    def is_shut(self, due_at: Micros | None = None) -> bool:
        """Whether the reply, or another that is due then, is due when its provider takes none any more."""
        until = self.message.until
        if until is None:  # of most; and when the reply is due takes long to draw
            return False
        return (self.due_at if due_at is None else due_at) >= until - LAST_CALL

    def by_hand(self, act: EventId, name: str, wording: Wording) -> Reply:
        """What somebody of the team answers: before others, as soon as it can no longer be taken back."""
        rules = self.books.responses
        due = awake_at(rules, self.now + SECOND_THOUGHTS)
        known = name in {rule.id for rule in rules.replies}  # what people write is no template
        text = self._filled(wording, due) if known else wording.text
        expires_at = max(self._in_time(self.now + BY_HAND_FOR), due + 1)
        reply = self._reply(name, wording.language, text, due, expires_at, wording=wording.digest, rank=FIRST)
        return replace(reply, id=_reply_of(act), event=act)

    def notice(self, about: Said, until: Micros | None = None) -> Reply:
        """What a channel says about itself, at once: whoever asks is waiting for it."""
        language, text = said_in(self.books.responses, about, self.language, until)
        return self._reply(about, language, text, self.now, self.now + TOO_LATE)

    def _reply(
        self,
        name: str,
        language: str,
        text: str,
        due_at: Micros,
        expires_at: Micros,
        *,
        wording: str = NOTICE,
        rank: int = 0,
    ) -> Reply:
        """A notice, which is free of charge, where no wording is named."""
        segments = self.books.responses.units(self.channel, _size(text).segments)
        price = 0 if wording == NOTICE else self.price or 0
        return Reply(
            id=self._reply_id,
            event=self.event.id,
            sender=self.sender.id,
            channel=self.message.channel,
            line=self.message.line,
            name=name,
            language=language,
            text=text,
            segments=segments,
            price=segments * price,
            due_at=due_at,
            expires_at=expires_at,
            rank=rank,
            wording=wording,
            dry=self.books.responses.is_dry,
        )

    @property
    def _reply_id(self) -> ReplyId:
        return _reply_of(self.event.id)

    def _filled(self, wording: Wording, at: Micros) -> str:
        if "$" not in wording.text:
            return wording.text
        zone = self.books.responses.zone
        return fill(wording, values(self.message.line, at, zone, wording.language))


def _reply_of(event: EventId) -> ReplyId:
    """Made from the event: answering it twice would be the same reply."""
    return ReplyId(blake2b(f"reply:{event}".encode(), digest_size=16).hexdigest())


def _holds(rule: PhraseRule, text: Text) -> bool:
    return read_phrase(rule.phrase).is_in(text)


def price_to(books: Books, channel: str, address: str, now: Micros) -> MicroEuros | None:
    """What a segment costs; nothing on a channel that charges nothing, `None` where nobody knows."""
    country = reach(address).country if channel in books.responses.prices else None
    return price_out(books.responses, books.prices, channel, country, now)
