"""An act under consideration: whom it is about, and what becomes of it."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Literal

from bridge.heart.effects import Effect, Tell
from bridge.heart.shares import Share
from bridge.model import Act, Done, Event, Micros, Sender
from bridge.moderation.targets import is_short_id
from bridge.noun import Noun
from bridge.reasons import Datum, Reason

if TYPE_CHECKING:  # the command line reads the verbs, and does without
    from bridge.heart.books import Books

Outcome = Literal["done", "refused", "nothing"]


class About(Enum):
    """What the target of an act names."""

    NOTHING = auto()
    SENDER = auto()
    """By handle, or by address."""
    RAID = auto()
    """Everyone in it."""
    RAID_OR_SENDER = auto()
    """A raid where it is written as the short id of one."""
    ACT = auto()
    """One that muted somebody; whom it muted."""
    CHANNEL = auto()
    AMOUNT = auto()
    """Of euros."""
    LESSON = auto()
    CAMPAIGN = auto()
    """A raid that was seen elsewhere, with what it is known by."""
    GROUP = auto()
    """Doubtful people who wait and write alike, as somebody saw them."""
    PAGE = auto()
    """What people are called for, by the card that it stands on."""
    PHRASE = auto()
    """That is looked for, or caught from now on; and whom it does not concern."""
    FOUND = auto()
    """People whose texts hold what was looked for, each by their pseudonym."""
    RULE = auto()
    """About a phrase, by its id."""
    CHOICE = auto()
    """An act that answered or dropped a group; whom it was about."""


class ActCase(Noun):
    """An act under consideration, with the senders that it is about."""

    books: Books
    event: Event
    act: Act
    now: Micros
    kind: About

    @property
    def share(self) -> Share:
        """Whom the act is about, and whom this step of it."""
        return self.books.targets.get(self.event.id, Share())

    @property
    def senders(self) -> list[Sender]:
        """Whom this step is about, as remembered."""
        return [self.books.sender(one) for one in self.share.senders]

    def closing(self, *effects: Effect) -> tuple[Effect, ...]:
        """What concerns the act as a whole: done in its last step."""
        return effects if self.share.last else ()

    @property
    def about(self) -> str:
        """What the act is about, in a form that may be shown: a number becomes its handle."""
        target = self.act.target
        match self.kind:
            case About.RAID_OR_SENDER if is_short_id(target):
                known = bool(self.share.everybody)
            case About.SENDER | About.RAID_OR_SENDER:
                handles = [one.handle for one in self.senders]
                return handles[0] if len(handles) == 1 else "-"
            case About.CAMPAIGN:
                return _name_of(target)
            case About.PHRASE | About.FOUND:  # neither phrases nor pseudonyms stand where all can read them
                return self.event.id[:8]
            case About.RULE:
                return target[:8]
            case About.LESSON:
                known = self.books.detector.lessons.called(target) is not None
            case _:
                known = True
        return target if known else "-"

    def told(self, outcome: Outcome, code: str, **values: Datum) -> Tell:
        """What the actor is told, and the record of the act."""
        about, act = self.about, self.act
        told = Reason(code, (("about", about), *values.items()))
        return Tell(Done(self.event.id, act.actor, act.verb, about, outcome, told, self.now))


def _name_of(written: str) -> str:
    """The name of a campaign, also where only that is written."""
    from bridge.raid.tidings import is_name, told_of  # noqa: PLC0415 - only of such an act

    if is_name(written):
        return written
    campaign = told_of(written)
    return campaign.name if campaign else "-"
