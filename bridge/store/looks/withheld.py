"""Which of the replies that a raid keeps back a false alarm would send: asked in SQL, as `Books` does it."""

from sqlalchemy import ColumnElement, FromClause, and_, case, func, or_, select, tuple_

from bridge.heart.books import SECOND_THOUGHTS
from bridge.model import FIRST, KEPT_BACK, NO_TEXTS_ANSWERED, Micros, Progress
from bridge.store.books.outbox import said
from bridge.store.engine.tables import outbox


def releasable(now: Micros, once_per: Micros) -> ColumnElement[bool]:
    """Whether a reply is kept back and would leave: it is timely, and the rules would say it beside others.

    Whether the person may be answered is asked elsewhere.
    """
    other = outbox.alias("other")
    theirs = other.c.sender == outbox.c.sender, other.c.id != outbox.c.id
    instead = or_(said(other), and_(_is_kept_back(other, now), _is_newer(other)))
    near = func.abs(_due(other, now) - _due(outbox, now)) < once_per
    beside = select(other.c.id).where(*theirs, instead, near).correlate(outbox).exists()
    unlimited = or_(outbox.c.rank == FIRST, outbox.c.wording.in_(NO_TEXTS_ANSWERED))
    return and_(_is_kept_back(outbox, now), or_(unlimited, ~beside))


def _is_kept_back(one: FromClause, now: Micros) -> ColumnElement[bool]:
    withdrawn = one.c.progress == Progress.CANCELLED, one.c.error == KEPT_BACK
    return and_(*withdrawn, one.c.expires_at > now + SECOND_THOUGHTS)


def _is_newer(one: FromClause) -> ColumnElement[bool]:
    """Of several, the one that was withdrawn last is released."""
    its, this = ((which.c.settled_at, which.c.due_at, which.c.id) for which in (one, outbox))
    return tuple_(*its) > tuple_(*this)


def _due(one: FromClause, now: Micros) -> ColumnElement[Micros]:
    """When it would leave; what was said is due when it was."""
    soon = now + SECOND_THOUGHTS
    again = and_(one.c.progress == Progress.CANCELLED, one.c.due_at < soon)
    return case((again, soon), else_=one.c.due_at)
