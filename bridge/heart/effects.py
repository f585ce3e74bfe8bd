"""What a step wants done. The store writes effects down; the state takes them in."""

from dataclasses import dataclass
from fractions import Fraction

from bridge.model import (
    ClusterKind,
    Decision,
    Done,
    EventId,
    Incident,
    MicroEuros,
    Mute,
    Pause,
    Progress,
    Reply,
    ReplyId,
    Sender,
    SenderId,
)


@dataclass(frozen=True, slots=True)
class Decide:
    """Write down what was decided about a message."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class Hold:
    """Queue a reply until it is due."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Cancel:
    """Withdraw every reply to this sender that is still held."""

    sender: SenderId
    reason: str


@dataclass(frozen=True, slots=True)
class Remember:
    """Replace what is remembered of a sender."""

    sender: Sender


@dataclass(frozen=True, slots=True)
class Advance:
    """A provider says how far a reply has come; progress only moves forward."""

    reply: ReplyId | None
    message_id: str
    progress: Progress
    error: str | None


@dataclass(frozen=True, slots=True)
class BeginMute:
    """List a mute."""

    mute: Mute


@dataclass(frozen=True, slots=True)
class EndMute:
    """Close every open mute of a sender."""

    sender: SenderId
    act: EventId


@dataclass(frozen=True, slots=True)
class BeginPause:
    """Keep a channel silent; replies stay held."""

    pause: Pause


@dataclass(frozen=True, slots=True)
class EndPause:
    """Let a channel answer again."""

    channel: str
    act: EventId


@dataclass(frozen=True, slots=True)
class SetPot:
    """Set what may be spent in all."""

    total: MicroEuros


@dataclass(frozen=True, slots=True)
class Warn:
    """Note which steps of `warn_at` the pot has passed."""

    steps: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Tell:
    """Write down what became of an act, and what its actor is told."""

    done: Done


@dataclass(frozen=True, slots=True)
class Gather:
    """Count messages into a cluster of an incident, and their senders among its members."""

    incident: Incident
    kind: ClusterKind
    key: str
    members: tuple[SenderId, ...]
    messages: int


Effect = (
    Decide
    | Hold
    | Cancel
    | Remember
    | Advance
    | BeginMute
    | EndMute
    | BeginPause
    | EndPause
    | SetPot
    | Tell
    | Warn
    | Gather
)
