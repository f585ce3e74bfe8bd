"""What an hour or a day may cost keeps nobody waiting any more, until the day is over."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import ADMINISTER, About, Typed, Verb
from bridge.heart.effects import Effect, OpenDay
from bridge.heart.timing import end_of_day
from bridge.model import DAY, HOUR, Micros
from bridge.pot import left

LEAST: Micros = HOUR
"""How long a day stays open at least: whoever opens it just before midnight wants people answered."""

MOST: Micros = DAY
"""Nobody opens more than a day: what an hour and a day may cost is there for when nobody looks."""


def open_day(case: ActCase) -> tuple[Effect, ...]:
    """Never above what is left of the pot for replies: that limit stands."""
    until = _until(case)
    ledger = case.books.ledger
    standing = ledger.opened_until(case.now)
    if standing is not None and standing >= until:
        return (case.told("nothing", "day_open_already", until=standing),)
    since = ledger.open_since if standing is not None and ledger.open_since is not None else case.now
    most = left(case.books.purse, case.books.responses)
    return OpenDay(since, until), case.told("done", "day_opened", until=until, amount=most)


def _until(case: ActCase) -> Micros:
    if case.act.length:
        return case.now + min(case.act.length, MOST)
    return max(end_of_day(case.now, case.books.responses.zone), case.now + LEAST)


VERB = Verb("open_day", About.NOTHING, open_day, ADMINISTER, Typed("pot", "open", length=True))
