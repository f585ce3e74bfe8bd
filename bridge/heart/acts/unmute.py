"""One sender is answered again."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.shared import unmuted
from bridge.heart.acts.verb import About, Typed, Verb
from bridge.heart.effects import Effect


def unmute(case: ActCase) -> tuple[Effect, ...]:
    """Ends whatever mute is in force."""
    if not case.senders:
        return (case.told("refused", "unknown_target"),)
    (sender,) = case.senders[:1]
    if not sender.is_muted(case.now):
        return (case.told("nothing", "not_muted"),)
    return *unmuted(case, sender), case.told("done", "unmuted")


VERB = Verb("unmute", About.SENDER, unmute, typed=Typed("unmute", kin=("unban", "unblock")))
