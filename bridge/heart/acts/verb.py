"""What a verb is: its name, what it may be about, what right it needs, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bridge.heart.act_case import About, ActCase
from bridge.heart.effects import Effect
from bridge.model import Act
from bridge.moderation.roles import by_neighbour, may_administer, may_moderate
from bridge.noun import Noun

if TYPE_CHECKING:  # the command line reads the verbs, and does without
    from bridge.responses import Responses

__all__ = ["ADMINISTER", "ITSELF", "METERED", "MODERATE", "NEIGHBOUR", "About", "Right", "Typed", "Verb"]

METERED = "sms"
"""What is paused when nobody says: the one channel whose replies cost money."""

ITSELF = "service"
"""The channel of what the service does by itself: no room can say it, and no command."""


class Right(Noun):
    """Who may, and what those are told who may not."""

    may: Callable[[Act, Responses], bool]
    refusal: str
    of_people: bool = True
    """Whether people can have it; what the service or another line does by itself, nobody did."""


MODERATE = Right(may_moderate, "refused")
ADMINISTER = Right(may_administer, "refused_money")


NEIGHBOUR = Right(by_neighbour, "refused", of_people=False)
"""Another line of the same installation."""


class Typed(Noun):
    """How people type it: a word, or two; then the sender or the amount; then what else it takes.

    A second word needs a sentence under the first one in the grammar, and so does an amount.
    """

    word: str
    second: str = ""
    length: bool = False
    reason: bool = False
    kin: tuple[str, ...] = ()
    """Words that people try; they are answered with the word, not obeyed: one word for one thing."""
    debit: bool = False
    """Whether its amount may be below zero."""


class Verb(Noun):
    """One thing that the team can do."""

    name: str
    about: About
    do: Callable[[ActCase], tuple[Effect, ...]]
    right: Right = MODERATE
    typed: Typed | None = None
    """None where nobody types it in the room: a button carries what it is about."""
    reads: bool = False
    """Whether it is decided by what its senders wrote, which is then at hand."""
    wide: bool = False
    """Whether it is done to each of many, share by share: nobody else can write meanwhile."""
    shows: bool = False
    """Whether whoever did it is shown texts. It changes nothing, and is recorded all the same."""
    writes: bool = False
    """Whether it answers its sender, whose newest message is then at hand."""
