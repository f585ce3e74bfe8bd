"""What an hour and a day may cost counts again: takes the opening of a day back."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import ADMINISTER, About, Typed, Verb
from bridge.heart.effects import Effect, OpenDay


def close_day(case: ActCase) -> tuple[Effect, ...]:
    """What has left stays paid; it does not count against the hours and days that follow."""
    ledger = case.books.ledger
    if ledger.open_since is None or ledger.opened_until(case.now) is None:
        return (case.told("nothing", "day_not_open"),)
    return OpenDay(ledger.open_since, case.now), case.told("done", "day_closed")


VERB = Verb("close_day", About.NOTHING, close_day, ADMINISTER, Typed("pot", "close"))
