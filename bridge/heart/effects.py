"""What a step wants done. `Books.apply` says what each of them does, and nothing else does."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from bridge.model import (
    ClusterKind,
    Decision,
    Delay,
    Done,
    EventId,
    MicroEuros,
    Micros,
    Mute,
    OutboxRow,
    Page,
    Pause,
    PhraseRule,
    Progress,
    Raid,
    Reply,
    ReplyId,
    Sender,
    SenderId,
    Stance,
)
from bridge.noun import Noun
from bridge.reasons import Reason

if TYPE_CHECKING:  # the command line reads the verbs, and does without
    from bridge.raid.campaign import Heard
    from bridge.raid.detector import Look
    from bridge.raid.sighting import Sighting
    from bridge.raid.suspicion.lessons import Lesson
    from bridge.threats import Sign


class Decide(Noun):
    """Write down what was decided about a message."""

    decision: Decision


class Hold(Noun):
    """Queue a reply until it is due."""

    reply: Reply


class Withhold(Noun):
    """Write a reply down that is not sent, because of a raid or a rule: taking that back can release it."""

    reply: Reply
    error: str
    """The short code that stands on it, as with `Cancel`."""


class Adopt(Noun):
    """Write down a reply that only the provider remembers: an older copy of the database was restored."""

    row: OutboxRow


class Cancel(Noun):
    """Withdraw every reply to this sender that is still held."""

    sender: SenderId
    error: str
    """The short code that stands on them from then on."""
    kept_back: bool = False
    """Also what is kept back because of a raid: a false alarm does not release it any more."""


class Remember(Noun):
    """Replace what is remembered of a sender."""

    sender: Sender


class Advance(Noun):
    """A provider says how far a reply has come; progress only moves forward."""

    reply: ReplyId | None
    message_id: str
    progress: Progress
    error: str | None
    cost: MicroEuros | None = None
    """What the provider charges for it, where it says so."""
    again_at: Micros | None = None
    """Set where it was taken and never sent: it is held again until then."""
    objection: str | None = None
    """The error that it is withdrawn with instead, where meanwhile it is not to leave any more."""


class BeginMute(Noun):
    """List a mute."""

    mute: Mute


class EndMute(Noun):
    """Close every open mute of a sender; what these withdrew and is still timely is held again."""

    sender: SenderId
    act: EventId
    at: Micros


class Postpone(Noun):
    """What is held for these senders waits at least until an instant, for as long as it is timely."""

    senders: tuple[SenderId, ...]
    act: EventId
    until: Micros
    at: Micros


class Postponed(Noun):
    """Note that a reply waits because of an act, and since when it would not."""

    delay: Delay


class TakeBack(Noun):
    """Undo what one act did to these senders, and nothing else: its mutes, and what it held back."""

    senders: tuple[SenderId, ...]
    undone: str
    """The act that is taken back."""
    act: EventId
    at: Micros


class MakeRule(Noun):
    """Catch whoever writes a phrase from now on."""

    rule: PhraseRule


class EndRule(Noun):
    """Catch nobody by it any more. Whom it caught is left as they are."""

    rule: EventId
    act: EventId


class BeginPause(Noun):
    """Keep a channel silent; held replies stay held."""

    pause: Pause


class EndPause(Noun):
    """Let a channel answer again."""

    channel: str
    act: EventId


class SetPot(Noun):
    """Set what may be spent in all."""

    total: MicroEuros


class OpenDay(Noun):
    """Let no limit of hour or day keep anybody waiting from `since` until `until`, which may be now."""

    since: Micros
    until: Micros


class CorrectPot(Noun):
    """Book what the provider's invoice says beyond what was counted; below zero where it says less."""

    amount: MicroEuros


class Warn(Noun):
    """Note which steps of `warn_at` the pot has passed."""

    steps: tuple[Fraction, ...]


class Tell(Noun):
    """Write down what became of an act, and what its actor is told."""

    done: Done


class Flag(Noun):
    """Note that a message threatens somebody's life: the team is told, and nothing else follows."""

    event: EventId
    sender: SenderId
    sign: Sign
    at: Micros


class See(Noun):
    """Let the detector take in a message. Nothing of it is stored."""

    sighting: Sighting
    look: Look
    calm: bool
    """Whether it comes on a calm day, and so tells what is usual."""


class Gather(Noun):
    """Count messages into a cluster of a raid, and their senders among its members."""

    raid: Raid
    kind: ClusterKind
    key: str
    members: tuple[SenderId, ...]
    messages: int


class Judge(Noun):
    """Senders are seen to be raiders, in hindsight too: what is still held for them is withdrawn."""

    senders: tuple[SenderId, ...]
    raid: str
    reasons: tuple[Reason, ...]
    at: Micros


class Pose(Noun):
    """Change the posture."""

    stance: Stance


class Excuse(Noun):
    """Senders of a raid are ordinary, and what was withdrawn and is still timely is held again."""

    senders: tuple[SenderId, ...]
    raid: str
    at: Micros


class Accuse(Noun):
    """They are raiders after all: the opposite of `Excuse`."""

    senders: tuple[SenderId, ...]
    raid: str
    at: Micros


class Choose(Noun):
    """Doubtful people who wait are answered as ordinary people are, or dropped: not answered at all."""

    senders: tuple[SenderId, ...]
    act: EventId
    answered: bool
    at: Micros


class Unchoose(Noun):
    """What has not left of what an act chose waits again as it did."""

    senders: tuple[SenderId, ...]
    chosen: str
    """The act that is taken back."""
    act: EventId
    at: Micros


class EndRaid(Noun):
    """It was a false alarm. Its senders are excused by themselves."""

    raid: str
    at: Micros


class ReopenRaid(Noun):
    """It was none. Its senders are accused by themselves."""

    raid: str
    at: Micros


class Learn(Noun):
    """Correct the register model by a lesson of the team's."""

    lesson: Lesson
    act: EventId
    texts: tuple[EventId, ...]
    """The messages that are taught: what they say is read from the journal again whenever it is needed."""
    reason: str


class Unlearn(Noun):
    """Take a lesson back."""

    lesson: str
    act: EventId


class Heed(Noun):
    """Know a raid that was seen elsewhere by its pastes and its senders."""

    heard: Heard
    act: EventId


class Unheed(Noun):
    """Know nothing of it any more."""

    campaign: str
    act: EventId


class Turn(Noun):
    """Write down that somebody is on a page, or is no more."""

    page: Page


Effect = (
    Decide
    | Hold
    | Withhold
    | Adopt
    | Cancel
    | Remember
    | Advance
    | BeginMute
    | EndMute
    | Postpone
    | Postponed
    | TakeBack
    | MakeRule
    | EndRule
    | BeginPause
    | EndPause
    | SetPot
    | OpenDay
    | CorrectPot
    | Tell
    | Warn
    | Flag
    | See
    | Gather
    | Judge
    | Pose
    | Excuse
    | Accuse
    | Choose
    | Unchoose
    | EndRaid
    | ReopenRaid
    | Learn
    | Unlearn
    | Heed
    | Unheed
    | Turn
)
"""What a step wants done. `Books.apply` says what each of them does, and nothing else does."""
