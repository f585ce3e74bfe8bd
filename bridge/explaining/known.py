"""What is known of a sender or a message: no number, no text."""

from bridge.model import Action, Micros, Progress, Verdict
from bridge.noun import Noun
from bridge.reasons import Reason


class Answered(Noun):
    """The reply to a message, and how far it has come."""

    name: str
    """The id of the reply in the rules file."""
    channel: str
    progress: Progress
    due_at: Micros
    sent_at: Micros | None = None
    """When the provider was last called."""
    code: str | None = None
    """The provider's short word for what went wrong."""
    kept_back: bool = False
    """Withdrawn because of a raid."""
    timely: bool = False
    """Whether a false alarm would still send it."""
    paused: bool = False
    """The team keeps its channel silent: it waits for as long."""
    dry: bool = False
    """It was decided in a dry run, and never leaves."""
    rehearsed: bool = False
    """Its turn came, and it would have left."""


class Written(Noun):
    """A message, and what was decided about it."""

    received_at: Micros
    action: Action | None = None
    """None while it is not decided."""
    verdict: Verdict = Verdict.ORDINARY
    """What its sender looked like when it was decided."""
    reasons: tuple[Reason, ...] = ()
    suspicion: int | None = None
    """How abusive the register looks, per mille; empty where nobody looked."""
    raid: str | None = None
    """The raid that the message itself belongs to."""
    answered: Answered | None = None

    @property
    def kept_back(self) -> bool:
        """Whether its reply is kept back because of a raid, also in hindsight."""
        return self.answered is not None and self.answered.kept_back


class Muting(Noun):
    """A mute in force."""

    until: Micros
    by: str
    reason: str
    rule: str | None = None
    """The rule about a phrase that caught them, where one did."""


class ByHand(Noun):
    """What somebody of the team has answered, and how far that has come."""

    by: str
    at: Micros
    answered: Answered


class Taking(Noun):
    """The raid that a sender was judged to take part in."""

    id: str
    open: bool
    false_alarm: bool = False
    reasons: tuple[Reason, ...] = ()
    """How it was seen."""


class Known(Noun):
    """What is known of a sender, and what the reader asks about."""

    handle: str
    """Empty until the sender's first event is folded."""
    verdict: Verdict = Verdict.ORDINARY
    reasons: tuple[Reason, ...] = ()
    stopped: bool = False
    blocked: bool = False
    muted: Muting | None = None
    raid: Taking | None = None
    newest: Written | None = None
    """The sender's newest message."""
    replied: Written | None = None
    """The sender's newest message that a reply was made for, whatever became of it."""
    message: Written | None = None
    """The message that is asked about, where it is one message."""
    by_hand: ByHand | None = None
    """The newest answer that somebody of the team has given them."""
