"""What another team told of a raid counts no more."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import ADMINISTER, About, Verb
from bridge.heart.effects import Effect, Unheed


def unheed_campaign(case: ActCase) -> tuple[Effect, ...]:
    """What was decided by it stays decided. What another line told is that line's to take back."""
    name = case.about
    if not case.books.detector.heeded.tells_of(name, case.now):
        return (case.told("refused", "unknown_campaign"),)
    return Unheed(name, case.event.id), case.told("done", "tidings_unheeded")


VERB = Verb("unheed_campaign", About.CAMPAIGN, unheed_campaign, ADMINISTER)
