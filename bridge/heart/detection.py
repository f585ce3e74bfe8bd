"""What a message adds to raids: clusters, members, verdicts in hindsight, and the posture."""

from bridge.heart.case import Case
from bridge.heart.effects import Effect, Gather, Judge, Pose, See
from bridge.model import Micros, Posture, Raid, SenderId, Stance
from bridge.raid.posture import explained, posture


def detected(case: Case) -> tuple[Effect, ...]:
    """What the detectors make of a message, beyond its own verdict."""
    if case.sighting is None:
        return ()
    raid = case.grown
    gathered = [Gather(raid, one.kind, one.key, one.members, one.messages) for one in case.telling if raid]
    judged = _judged(case, raid) if raid else ()
    return (
        See(case.sighting, case.look, case.posture is Posture.CALM),
        *gathered,
        *judged,
        *_posed(case, raid),
    )


def _judged(case: Case, raid: Raid) -> tuple[Effect, ...]:
    """Whoever is newly seen to be a raider; one sender's flood is judged by itself, and costs one reply."""
    if not raid.grave or not case.guarded:
        return ()
    judged = []
    case.books.need(one for finding in case.look.findings for one in finding.members)
    for finding in case.look.findings:
        members = tuple(one for one in finding.members if _is_new(case, one, raid))
        if members:
            judged.append(Judge(members, raid.id, (finding.reason,), case.now))
    return tuple(judged)


def _is_new(case: Case, sender: SenderId, raid: Raid) -> bool:
    return case.books.sender(sender).raid != raid.id


def _posed(case: Case, raid: Raid | None) -> tuple[Effect, ...]:
    stance, now = case.books.stance, case.now
    after = posture(stance, raid, now, rising=case.books.detector.register.rising)
    before = stance.posture if stance else Posture.CALM
    return () if after is before else (Pose(_stance(after, raid, now)),)


def _stance(after: Posture, raid: Raid | None, now: Micros) -> Stance:
    return Stance(after, now, explained(after, raid, now))
