"""One sender gets no reply for a while; what they write is still recorded."""

from bridge.heart.acts.shared import USUAL_MUTE, muted
from bridge.heart.acts.verb import About, Typed, Verb
from bridge.heart.deed import Deed
from bridge.heart.effects import Effect


def mute(deed: Deed) -> tuple[Effect, ...]:
    """Whoever is exempt cannot be muted; a longer mute stands."""
    if not deed.senders:
        return (deed.told("refused", "unknown_target"),)
    (sender,) = deed.senders[:1]
    if sender.id in deed.state.exempt:
        return (deed.told("refused", "exempt"),)
    until = deed.now + (deed.act.length or USUAL_MUTE)
    if sender.muted_until is not None and sender.muted_until >= until:
        return (deed.told("nothing", "muted_already", until=sender.muted_until),)
    return *muted(deed, sender, until), deed.told("done", "muted", until=until)


_TYPED = Typed("mute", length=True, reason=True, kin=("ban", "block", "bloquer", "silence"))

VERB = Verb("mute", About.SENDER, mute, typed=_TYPED)
