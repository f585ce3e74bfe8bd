"""One sender is answered again."""

from bridge.heart.acts.shared import is_muted, unmuted
from bridge.heart.acts.verb import About, Typed, Verb
from bridge.heart.deed import Deed
from bridge.heart.effects import Effect


def unmute(deed: Deed) -> tuple[Effect, ...]:
    """Ends whatever mute is in force."""
    if not deed.senders:
        return (deed.told("refused", "unknown_target"),)
    (sender,) = deed.senders[:1]
    if not is_muted(deed, sender):
        return (deed.told("nothing", "not_muted"),)
    return *unmuted(deed, sender), deed.told("done", "unmuted")


VERB = Verb("unmute", About.SENDER, unmute, typed=Typed("unmute", kin=("unban", "unblock")))
