"""The nouns: frozen and typed. Floor 0: touches nothing.

Time is integer microseconds since 1970 in UTC, money integer micro-euros, ids are ours.
"""

from enum import StrEnum
from typing import Literal, NewType

from msgspec.structs import astuple

from bridge.noun import Discreet, Noun, field, replace
from bridge.reasons import Reason

Micros = int
"""Microseconds: an instant since 1970-01-01T00:00:00Z, or a length of time."""

MicroEuros = int
"""Millionths of a euro."""

SECOND: Micros = 1_000_000
MINUTE: Micros = 60 * SECOND
HOUR: Micros = 60 * MINUTE
DAY: Micros = 24 * HOUR

EURO: MicroEuros = 1_000_000

CURRENCY = "EUR"
"""What the pot is kept in."""

EventId = NewType("EventId", str)
"""32 hexadecimal digits made from channel and provider id: a repeat has the same id."""

SenderId = NewType("SenderId", str)
"""32 hexadecimal digits: the keyed hash of channel and address. Tells nothing without the secret."""

ReplyId = NewType("ReplyId", str)
"""32 hexadecimal digits made from the event that is answered: one event, one reply at most."""


LONGEST_ADDRESS = 160
"""Characters of anybody's address on any channel: ids that stand for hidden numbers have up to 135."""


class Original(Discreet):
    """A provider's own request, as it came: what it signed, and the signature."""

    url: str
    """As the provider dialled it."""
    body: bytes
    signature: str
    algorithm: str
    """By the provider's name for it."""


class Signed(Noun, kw_only=True):
    """What a provider tells in a request that it signs: the same, whichever request tells it."""

    original: Original | None = None
    """That request: kept beside what it tells, for whoever must prove it."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and _told(self) == _told(other)

    def __hash__(self) -> int:
        return hash(_told(self))


def _told(what: Signed) -> tuple[object, ...]:
    return astuple(replace(what, original=None))


class Message(Signed):
    """A person wrote to one of our lines."""

    channel: str
    provider_id: str
    """The provider's own id, kept as it is: the guard against repeats."""
    line: str
    """The public number or bot that was written to."""
    address: str
    """Whom to answer: an E.164 number, a short code or name, or the id of a chat."""
    text: str
    at: Micros
    """When it was written, as the provider tells it; when it arrived, where it does not."""
    segments: int = 1
    """How many units the provider bills for receiving it; of a call, minutes: none where it was rejected."""
    language: str | None = None
    """What the provider says the sender reads (ISO 639-1), where it says so."""
    wish: "Wish | None" = None
    """Set when the provider itself has understood an opt-out or its end."""
    attachments: int = 0
    form: "Form" = "text"
    asks: "Ask | None" = None
    """Set when the message is a command of the channel's menu, and not something said to a person."""
    metered: bool = True
    """Answering costs money: the address is a telephone number, and its country needs a price."""
    media: tuple[tuple[str, str], ...] = ()
    """Each photo or file of it that can be had: its type as the provider tells it, and where the provider
    keeps it. Nothing fetches it by itself."""
    until: Micros | None = None
    """From when on its provider takes no answer to it any more, where there is such an instant."""


Form = Literal["text", "edit", "picture", "voice", "video", "sticker", "file", "other", "call"]
"""What a message is made of; an edit changes an earlier text; of a call nothing is known but who and when."""

HEARD = ("message", "call")
"""The journal's words for what people sent us: a call stands there under its own."""

Ask = Literal["help", "privacy", "group", "forget", "forget_yes"]
"""What a channel explains about itself; a group is told that it speaks with one person at a time. Whoever
asks to be forgotten is told what that means, and is once they have said yes."""


class Wish(StrEnum):
    """What a sender wants of us, beyond the text."""

    STOP = "stop"
    START = "start"


class Progress(StrEnum):
    """How far a reply has come. It only ever moves forward, in this order."""

    HELD = "held"
    SENDING = "sending"
    IN_DOUBT = "in_doubt"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def rank(self) -> int:
        """Progress is replaced by a higher rank only; equal ranks exclude each other."""
        return _RANK[self]


_RANK = {
    Progress.HELD: 0,
    Progress.SENDING: 1,
    Progress.IN_DOUBT: 2,
    Progress.ACCEPTED: 3,
    Progress.SENT: 4,
    Progress.DELIVERED: 5,
    Progress.FAILED: 5,
    Progress.CANCELLED: 5,
    Progress.EXPIRED: 5,
}


IN_FLIGHT = (Progress.SENDING, Progress.IN_DOUBT)
"""A call to a provider is under way, or may have come to something."""

UNSETTLED = (Progress.HELD, *IN_FLIGHT)
"""What has not come to its end."""

SAID = tuple(p for p in Progress if p not in (Progress.FAILED, Progress.CANCELLED, Progress.EXPIRED))
"""What was sent, or still can be."""

LEFT = (Progress.ACCEPTED, Progress.SENT, Progress.DELIVERED)
"""What a provider has taken, and has not failed to deliver: what *answered* means wherever it is counted."""

WITHDRAWN = (Progress.CANCELLED, Progress.EXPIRED)
"""What was given up before it was handed over."""

COMMITTED = tuple(p for p in SAID if p is not Progress.HELD)
"""What was handed over and may still reach anybody. What is held has no claim on any money yet."""


class Receipt(Signed):
    """A provider tells how a reply fares. Receipts repeat, and overtake each other."""

    channel: str
    provider_id: str
    """Identifies this receipt: the provider's message id with the status."""
    message_id: str
    """The provider's id of the reply."""
    reply: ReplyId | None
    """Our own id, where the callback carried it."""
    address: str
    progress: Progress
    at: Micros
    error: str | None = None
    """A short code, never a provider's prose."""
    opted_out: bool = False
    """The provider refuses because this person told it STOP."""
    never_left: bool = False
    """The provider took it and never sent it, for no fault of the reply: it may be handed over again."""
    cost: MicroEuros | None = None
    """What the provider charges for the reply, once it says so, and where it says so in euros."""
    by_itself: bool = False
    """It is what the provider says by itself to a word such as HELP: it costs money, and answers nobody."""


class Contact(Noun):
    """A person blocked our line, or took that back."""

    channel: str
    provider_id: str
    address: str
    at: Micros
    open: bool


class Act(Noun):
    """Someone of the team did something, or tried to."""

    channel: str
    """Where: the room's channel, or `command` for the command line."""
    provider_id: str
    """The same for every repeat of one touch."""
    actor: str
    """The stable id of who did it; never a name that people choose."""
    verb: str
    target: str
    at: Micros
    length: Micros | None = None
    reason: str = ""
    groups: tuple[str, ...] = ()
    """The user groups that the actor belongs to, as the room knows them."""
    member: bool = False
    """Whether the actor belongs to the room's own channel, or is the operator at the machine."""
    says: str = ""
    """What somebody is told by it: the id of a reply in the rules, or words of the actor's behind a colon;
    empty where the rules say it, and for any act that tells nobody anything."""

    @property
    def address(self) -> str:
        """An act is sealed with the actor's key, like a message with its sender's."""
        return self.actor


HOUSE = "rempart"
"""The channel, and the address, of what the service did by itself and to nobody in particular."""


class Deed(Noun):
    """The service itself did something that no event before tells: it is recorded, and decides nothing."""

    channel: str
    provider_id: str
    """The same for every repeat of one deed."""
    address: str
    """Whom it concerns; `HOUSE` where nobody."""
    what: Literal["send", "posture", "erasure", "way"]
    at: Micros
    data: tuple[tuple[str, str | int | None], ...] = ()
    """What it was, by names that stay."""


Happening = Message | Receipt | Contact | Act | Deed
"""What a channel, or the service itself, hands to the journal."""


class Event(Noun):
    """What happened, as the fold meets it: journalled, with the sender's pseudonym."""

    id: EventId
    sender: SenderId
    received_at: Micros
    what: Happening


class Action(StrEnum):
    """What became of a message; `cancelled` means that a held reply was withdrawn unsent."""

    REPLIED = "replied"
    SILENT = "silent"
    CANCELLED = "cancelled"


class Verdict(StrEnum):
    """What a sender looks like."""

    ORDINARY = "ordinary"
    SUSPECT = "suspect"
    RAIDER = "raider"


class Posture(StrEnum):
    """How guarded the service is. It rises and falls by itself; people set shield and paused."""

    CALM = "calm"
    WATCH = "watch"
    RAID = "raid"
    SHIELD = "shield"
    PAUSED = "paused"


"""While a raid is on, replies to suspects are paid from a starved lane of the pot."""


class Sender(Noun):
    """What the fold remembers of a sender."""

    id: SenderId
    handle: str
    """The two-word pseudonym under which people see the sender."""
    messages: int = 0
    first_at: Micros | None = None
    last_at: Micros | None = None
    stopped_at: Micros | None = None
    """Set while an opt-out is in force: until they ask for replies again."""
    blocked_at: Micros | None = None
    """Set while they block our line: until they unblock it, whatever else they wished."""
    muted_until: Micros | None = None
    """Set while, and after, somebody of the team muted the sender."""
    verdict: Verdict = Verdict.ORDINARY
    """What the sender last looked like."""
    reasons: tuple[Reason, ...] = ()
    raid: str | None = None
    """The raid that the sender was judged to take part in, open or over."""
    forget_at: Micros | None = None
    """Set since they have asked to be forgotten, until they are."""

    @property
    def gone(self) -> bool:
        """Whether they want to hear nothing from us, or cannot."""
        return self.stopped_at is not None or self.blocked_at is not None

    def is_muted(self, now: Micros) -> bool:
        """Whether a mute is in force."""
        return self.muted_until is not None and self.muted_until > now

    def may_be_answered(self, now: Micros) -> bool:
        """Whether neither they nor the team nor the detectors object."""
        return self.objection(now) is None

    def objection(self, now: Micros) -> str | None:
        """The error of a reply to them that is withdrawn for what is known of them, if anything is."""
        if self.stopped_at is not None:
            return BY_STOP
        if self.blocked_at is not None:
            return BY_BLOCK
        if self.is_muted(now):
            return BY_MUTE
        return KEPT_BACK if self.verdict is Verdict.RAIDER else None


class Mute(Noun):
    """Somebody of the team does not want a sender to be answered for a while."""

    sender: SenderId
    act: EventId
    by: str
    """The actor's stable id."""
    reason: str
    since: Micros
    until: Micros


class Pause(Noun):
    """Somebody of the team keeps a channel silent."""

    channel: str
    act: EventId
    by: str
    since: Micros
    until: Micros


class Pick(Noun):
    """Somebody of the team answers or drops a doubtful person: this is the reply, and the rank it had."""

    act: EventId
    reply: ReplyId
    rank: int
    at: Micros


DAY_CARD = "day"
"""The card of a page that is about no raid: whichever day's card stands."""


class Page(Noun):
    """Something that somebody is to be woken for. While it lasts, it is one page, across restarts too."""

    key: str
    """What is the matter, such as `raid:ID` or `channel:sms:in`."""
    since: Micros
    """When it was first seen."""
    card: str
    """On which card it stands: the id of a raid, or `DAY_CARD`."""
    told: Reason
    """What those are told who are called; worded like a card."""
    seen_at: Micros
    """When it was last seen to be so."""
    called_at: Micros | None = None
    """Since when people are called; empty while it may still pass by itself."""
    taken_by: str | None = None
    """Who is on it: the actor's stable id."""
    taken_at: Micros | None = None
    act: EventId | None = None
    """The act by which it was taken, or handed back."""


class Delay(Noun):
    """Somebody of the team holds a reply back."""

    act: EventId
    reply: ReplyId
    due_at: Micros
    """When it would leave if nobody held it back."""
    until: Micros
    at: Micros


Catching = Literal["mute", "hold"]
"""What a rule of the team's does to whoever writes its phrase."""


class PhraseRule(Noun):
    """Whoever writes a phrase from now on is muted, or waits, for as long as the rule lasts."""

    act: EventId
    phrase: str
    """As somebody wrote it. It stands in the journal, sealed, and nowhere else."""
    does: Catching
    by: str
    """The actor's stable id."""
    reason: str
    since: Micros
    until: Micros
    spared: frozenset[SenderId] = frozenset()
    """Whom it does not catch: the team said so."""

    @property
    def id(self) -> str:
        """As people see it: eight hexadecimal digits."""
        return self.act[:8]

    def holds(self, now: Micros) -> bool:
        """Whether it is in force."""
        return self.since <= now < self.until


class Done(Noun):
    """What became of an act, and what its actor is told."""

    act: EventId
    actor: str
    verb: str
    about: str
    """A handle, a raid, a channel: never a number."""
    outcome: Literal["done", "refused", "nothing"]
    told: Reason
    at: Micros


class Raid(Noun):
    """Many people, or machines, against the service: it grows while its clusters do."""

    id: str
    opened_at: Micros
    grown_at: Micros
    signs: tuple[tuple["ClusterKind", Reason], ...] = ()
    """How it was seen: each technique, with what told it first."""
    grave: bool = False
    """Whether it is more than one sender's flood: only then are others looked at more closely."""
    ended_at: Micros | None = None
    """Set when the team called it a false alarm; otherwise it is over once it no longer grows."""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """How it was seen."""
        return tuple(reason for _, reason in self.signs)


ClusterKind = Literal["flood", "copies", "register", "blocks"]
"""The technique that a cluster of senders has in common."""


class Stance(Noun):
    """A change of posture, with its reason."""

    posture: Posture
    since: Micros
    reason: Reason
    until: Micros | None = None
    """When it ends by itself, where somebody set it for a while."""
    act: EventId | None = None
    """The act that set it; empty when the detector did."""


class Reply(Noun):
    """One reply to one event: one outbox row, one reservation, one provider call."""

    id: ReplyId
    event: EventId
    sender: SenderId
    channel: str
    line: str
    name: str
    """The id of the reply in the rules file."""
    language: str
    text: str
    segments: int
    price: MicroEuros
    """The worst case: segments times the price of the destination."""
    due_at: Micros
    expires_at: Micros
    rank: int = 0
    """Whose turn for money comes when: the lowest rank first. While a raid is on it is how suspicious its
    sender looks, in steps of `RANK_STEP`; from `DOUBTFUL` on hardly anybody has a turn."""
    wording: str = ""
    """A short digest of the wording as it stands in the file: of several, none is said twice to anybody."""
    dry: bool = False
    """It was decided in a dry run, and never leaves."""
    way: str = ""
    """The channel that it leaves by, or left, where that is another one than its own."""

    @property
    def leaves_by(self) -> str:
        """The channel that it leaves by, or left."""
        return self.way or self.channel


DOUBTFUL = 1000
"""The rank from which on somebody rather looks like one of a raid."""

CALLS_AT_ONCE = 8
"""Calls to one provider under way at the same time, at most."""

LAST = 2 * DOUBTFUL
"""The rank of whoever was answered before: while a raid is on, others come first."""

RANK_STEP = 50
"""Who differs by less looks alike: among them, the newest goes first."""

FIRST = -1
"""The rank of what does not wait for its turn: what somebody answers by hand, and a call to the team."""

NOTICE = "notice"
"""The wording of what a channel says about itself: whoever asked for it was not answered by it."""

SUMMONS = "summons"
"""The wording of what the service tells somebody of the team outside the room: no reply to anything."""

KEPT_BACK = "raid"
"""The error of a reply that was withdrawn because of a raid: a false alarm holds it again."""

DROPPED = "dropped"
"""The error of a reply to somebody doubtful whom the team does not want to answer."""

BY_HAND = "by_hand"
"""The error of a reply that was withdrawn because somebody of the team answered instead."""

TAKEN_BACK = "taken_back"
"""The error of such an answer that was taken back before it left."""

BY_HAND_FOR: Micros = DAY
"""How long an answer by hand may wait for money."""

ERASED = "erased"
"""The wording of a reply to somebody who was forgotten since; and the error of one that they did not get."""

NEVER_KNOWN = "never_known"
"""The error of a reply in doubt of which nobody can ever learn what became of it."""

NO_TEXTS_ANSWERED = (NOTICE, SUMMONS)
"""The wordings of what answers no text: what a channel tells about itself, and who is called out."""

NO_ANSWERS = (*NO_TEXTS_ANSWERED, ERASED)
"""The wordings of what answers nobody whom we remember."""

BY_MUTE = "muted"
"""The error of a reply that was withdrawn because its recipient was muted."""

BY_STOP = "stopped"
"""The error of a reply that was withdrawn because its recipient asked us to stop."""

BY_BLOCK = "blocked"
"""The error of a reply that was withdrawn because its recipient blocked us."""

ELSEWHERE = "answered_elsewhere"
"""The error of a reply that was withdrawn because the provider tells of another one that we do not know."""

REHEARSED = "dry"
"""The error of a reply whose turn came in a dry run: it would have left."""


class OutboxRow(Noun):
    """A reply with how far it has come: a row of the outbox."""

    reply: Reply
    progress: Progress = Progress.HELD
    message_id: str | None = None
    """The provider's id, once it has taken the reply."""
    error: str | None = None
    """A short code."""
    settled_at: Micros | None = None
    cost: MicroEuros | None = None
    """What the provider charged, once it said so."""
    unsent: str | None = None
    """The provider's id of an attempt that it took and never sent."""
    doubts: int = 0
    """After how many calls nobody knew whether the provider had taken it."""

    @property
    def said(self) -> bool:
        """Whether it was sent, or still can be: nothing else was said to anybody whom we remember."""
        if self.reply.wording in NO_ANSWERS or self.reply.dry:
            return False
        return self.progress in SAID or self.message_id is not None

    @property
    def by_hand(self) -> bool:
        """Whether somebody of the team answers by it."""
        return self.reply.rank == FIRST and self.reply.wording != SUMMONS

    @property
    def as_if_said(self) -> bool:
        """Whether a dry run takes it for said: it has, or would have, left."""
        if self.reply.wording in NO_ANSWERS or not self.reply.dry:
            return self.said
        return self.progress in SAID or self.error == REHEARSED

    @property
    def waits(self) -> bool:
        """Whether it is held, and may still leave."""
        return self.progress is Progress.HELD

    @property
    def all_came_back(self) -> bool:
        """Whether it waits, and no call can have made anything that leaves: what is told is of one before."""
        return self.waits and self.unsent is not None and not self.doubts

    @property
    def kept_back(self) -> bool:
        """Whether it waits for the team to call a raid a false alarm."""
        return self.progress is Progress.CANCELLED and self.error == KEPT_BACK

    @property
    def paid(self) -> bool:
        """Whether it costs something, or may: it was handed over, and was not refused. What its provider took
        may be billed, also when it fails later."""
        was_taken = self.message_id is not None or self.cost is not None
        return self.progress in COMMITTED or (self.progress is Progress.FAILED and was_taken)

    @property
    def booked(self) -> MicroEuros:
        """What it counts for: what its provider charged, else the worst case."""
        return self.reply.price if self.cost is None else self.cost


class Decision(Noun):
    """What was decided about a message, and why."""

    event: EventId
    sender: SenderId
    verdict: Verdict
    action: Action
    rule: str | None
    reply: ReplyId | None
    cost: MicroEuros
    """What receiving the message costs."""
    decided_at: Micros
    reasons: tuple[Reason, ...] = ()
    suspicion: int | None = None
    """How abusive the register looks, per mille; empty where nobody looked."""
    raid: str | None = None
    """The raid that the message belongs to."""
    posture: Posture | None = None
    """How guarded the service was as the message was met; empty where nobody looked, like the next."""
    first: bool | None = None
    """Whether it was its sender's first message; a call never is one to the detectors."""
    form: Form | None = None
    """What it was made of, where that was no text."""


class Turn(Noun):
    """From an instant on, the replies of a channel leave by another way than until then."""

    channel: str
    way: str
    left: str
    """By which they left until then."""
    at: Micros
    code: str
    """Why nothing got out there; empty where it is a way back, to one that is well again."""
    since: Micros
    """Since when nothing got out there; of a way back, since when it has been well again."""


class Outgoing(Noun):
    """What a channel needs in order to send a reply once."""

    id: ReplyId
    address: str
    line: str
    text: str
    call: int = 1
    """Which call it is, counted from 1: what never left may be handed over again."""


class Call(Noun):
    """An HTTP request that a provider made to us, read to its end."""

    method: str
    path: str
    query: str
    headers: dict[str, str] = field(default_factory=dict)
    """Names in lower case; of a repeated header, the last."""
    body: bytes = b""
    arrived_at: Micros = 0


class Answer(Noun):
    """What a provider is told."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
