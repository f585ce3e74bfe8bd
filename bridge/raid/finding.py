"""What a detector reports."""

from dataclasses import dataclass

from bridge.model import ClusterKind, SenderId
from bridge.reasons import Reason


@dataclass(frozen=True, slots=True)
class Finding:
    """Senders who have a technique in common, with the reason."""

    kind: ClusterKind
    key: str
    """Tells this cluster from others of its kind."""
    members: tuple[SenderId, ...]
    """Whom it newly concerns, earlier senders included."""
    messages: int
    """How many messages it newly counts."""
    reason: Reason
    grave: bool = True
    """Whether this alone is reason enough to raise the posture."""
