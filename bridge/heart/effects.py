"""What a step wants done. The store writes effects down; the state takes them in."""

from dataclasses import dataclass

from bridge.model import Decision, Progress, Reply, ReplyId, Sender, SenderId


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


Effect = Decide | Hold | Cancel | Remember | Advance
