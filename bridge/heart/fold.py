"""One event folded into the books: the step, what it wants done, and the warnings that follow."""

from collections.abc import Sequence

from bridge.heart.acts import steps_of
from bridge.heart.books import Books
from bridge.heart.effects import Effect, Warn
from bridge.heart.shares import Share
from bridge.heart.step import step
from bridge.model import Act, Event, Micros, SenderId
from bridge.pot import passed


def fold(books: Books, event: Event, now: Micros, everybody: tuple[SenderId, ...] = ()) -> Sequence[Effect]:
    """Takes `event` in at `now`; returns what was done. `everybody`: whom it is about, where it is an act.

    The books must hold everybody.
    """
    done: list[Effect] = []
    for share in steps_of(event.what, everybody) if isinstance(event.what, Act) else (Share(),):
        books.targets = {event.id: share}
        effects = decide(books, event, now)
        enter(books, effects, now)
        done += effects
    return done


def decide(books: Books, event: Event, now: Micros) -> Sequence[Effect]:
    """What `event` wants done. Changes nothing; raises `NotAtHand` for everybody whom that is about."""
    effects = step(books, event, now)
    books.need_for(effects)
    return effects


def enter(books: Books, effects: Sequence[Effect], now: Micros) -> None:
    """Does it, and notes which steps of `warn_at` the pot passes by it."""
    books.apply(effects, now)
    steps = passed(books.purse, books.responses)
    fresh = tuple(one for one in steps if one not in books.warned)
    if fresh:
        books.apply((Warn(fresh),), now)
