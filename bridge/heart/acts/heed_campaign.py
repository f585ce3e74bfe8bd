"""What another team tells of a raid counts here from now on, for a limited time.

Whether the file is as it was signed is looked at here too: the act holds it as it came.
"""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import ADMINISTER, About, Verb
from bridge.heart.effects import Effect, Heed

MOST = 20
"""Campaigns of other teams that count at a time: each is looked for in what two people wrote alike."""


def heed_campaign(case: ActCase) -> tuple[Effect, ...]:
    """What counts already changes nothing; a file that tells more of the same raid adds to it."""
    from bridge.raid.campaign import Heard  # noqa: PLC0415 - only to heed
    from bridge.raid.tidings import USUAL, NotTidings, Tidings  # noqa: PLC0415 - likewise

    try:
        tidings = Tidings.read(case.act.target)
    except NotTidings:
        return (case.told("refused", "unreadable_campaign"),)
    heeded, now = case.books.detector.heeded, case.now
    until = min(tidings.until, now + (case.act.length or USUAL))
    if until <= now:
        return (case.told("refused", "tidings_expired", until=tidings.until),)
    known = {one for told in heeded.tells_of(tidings.name, now) for one in told.pastes}
    if known.issuperset(tidings.pastes):
        return (case.told("nothing", "tidings_known"),)
    if heeded.told_count(now) >= MOST:
        return (case.told("refused", "too_many_tidings", most=MOST),)
    teller, texts = tidings.called, len(tidings.pastes)
    told = case.told("done", "tidings_heeded", teller=teller, texts=texts, until=until)
    return Heed(Heard(tidings.campaign, now, until), case.event.id), told


VERB = Verb("heed_campaign", About.CAMPAIGN, heed_campaign, ADMINISTER)
