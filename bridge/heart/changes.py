"""What the books hold that is not saved yet: what the store writes, one statement a table."""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from bridge.heart.effects import EndRule, Flag, Heed, Learn, Unheed, Unlearn
from bridge.model import (
    Decision,
    Delay,
    Done,
    EventId,
    Micros,
    Mute,
    Page,
    Pause,
    PhraseRule,
    Pick,
    ReplyId,
    SenderId,
    Stance,
)

ClusterKey = tuple[str, str, str]
"""Raid, kind and key."""


@dataclass(slots=True)
class Changes:
    """What changed since the books were loaded, or saved: ids where the books hold the newest state."""

    senders: set[SenderId] = field(default_factory=set)
    replies: set[ReplyId] = field(default_factory=set)
    """Those that the outbox holds already."""
    new_replies: set[ReplyId] = field(default_factory=set)
    raids: set[str] = field(default_factory=set)
    counts: Counter[ClusterKey] = field(default_factory=Counter)
    """How many messages each cluster has won."""
    joined: set[tuple[ClusterKey, SenderId]] = field(default_factory=set)
    decisions: list[Decision] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    stances: list[Stance] = field(default_factory=list)
    acts: list[Done] = field(default_factory=list)
    mutes: list[Mute] = field(default_factory=list)
    unmuted: list[tuple[SenderId, EventId]] = field(default_factory=list)
    """Whose mutes an act closed, all of them."""
    taken_back: list[tuple[Mute, EventId]] = field(default_factory=list)
    """Mutes that an act closed by themselves."""
    delays: list[Delay] = field(default_factory=list)
    hastened: list[tuple[Delay, EventId]] = field(default_factory=list)
    """Those that an act took back."""
    phrase_rules: list[PhraseRule] = field(default_factory=list)
    ended_rules: list[EndRule] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    ended_pauses: list[tuple[str, EventId]] = field(default_factory=list)
    """The channels whose pauses an act closed, those apart that it began."""
    picks: list[Pick] = field(default_factory=list)
    unpicked: list[tuple[Pick, EventId]] = field(default_factory=list)
    """Those that an act took back."""
    pages: list[Page] = field(default_factory=list)
    lessons: list[Learn] = field(default_factory=list)
    unlearned: list[Unlearn] = field(default_factory=list)
    heeded: list[Heed] = field(default_factory=list)
    unheeded: list[Unheed] = field(default_factory=list)
    warned: list[tuple[Fraction, Micros]] = field(default_factory=list)
    warnings_reset: bool = False
