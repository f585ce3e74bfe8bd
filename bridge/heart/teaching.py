"""What follows when the team teaches the register model, and when it takes a lesson back.

Nothing else ever does: what comes in cannot teach, and a verdict of the team's does not teach by itself.
"""

from bridge.heart.deed import Deed
from bridge.heart.effects import Effect, Learn, Unlearn
from bridge.model import HOUR, Micros, Raid
from bridge.raid.suspicion.lessons import MOST_LESSONS, Label, lesson


def teach(label: Label, deed: Deed) -> tuple[Effect, ...]:
    """What these people wrote is ordinary, or abusive: texts like theirs look so from now on."""
    texts, lessons = deed.state.texts.get(deed.event.id, {}), deed.state.detector.lessons
    before = next((one for one in lessons.standing if one.about == deed.about), None)
    if not deed.senders:
        return (deed.told("refused", "unknown_taught"),)
    if before is not None:
        return (deed.told("nothing", "taught_already", lesson=before.id),)
    if len(lessons.standing) >= MOST_LESSONS:
        return (deed.told("refused", "too_many_lessons", most=MOST_LESSONS),)
    taught = lesson(deed.event.id[:8], label, deed.about, texts.values())
    if not taught.buckets:
        return (deed.told("refused", "nothing_to_teach"),)
    learn = Learn(taught, deed.event.id, tuple(texts), deed.act.reason)
    return learn, deed.told("done", f"taught_{label}", count=len(texts), lesson=taught.id)


def stretch(raid: Raid) -> tuple[Micros, Micros]:
    """Within which instants its members' texts belong to a raid: what they write later says nothing of it."""
    return raid.opened_at - HOUR, raid.grown_at + HOUR


def unteach(deed: Deed) -> tuple[Effect, ...]:
    """Takes a lesson back: it is as if it had never been."""
    if deed.state.detector.lessons.called(deed.act.target) is None:
        return (deed.told("nothing", "unknown_lesson"),)
    return Unlearn(deed.act.target, deed.event.id), deed.told("done", "untaught")
