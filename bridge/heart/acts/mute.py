"""One sender gets no reply for a while; what they write is still recorded."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.shared import USUAL_MUTE, muted
from bridge.heart.acts.verb import About, Typed, Verb
from bridge.heart.effects import Effect


def mute(case: ActCase) -> tuple[Effect, ...]:
    """Whoever is exempt cannot be muted; a longer mute stands. That somebody never wrote is said."""
    if not case.senders:
        return (case.told("refused", "unknown_target"),)
    (sender,) = case.senders[:1]
    if sender.id in case.books.exempt:
        return (case.told("refused", "exempt"),)
    until = case.now + (case.act.length or USUAL_MUTE)
    if sender.muted_until is not None and sender.muted_until >= until:
        return (case.told("nothing", "muted_already", until=sender.muted_until),)
    if not sender.messages:
        return *muted(case, sender, until), case.told("done", "muted_unseen", until=until)
    return *muted(case, sender, until), case.told("done", "muted", until=until)


_TYPED = Typed("mute", length=True, reason=True, kin=("ban", "block", "bloquer", "silence"))

VERB = Verb("mute", About.SENDER, mute, typed=_TYPED)
