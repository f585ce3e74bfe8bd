"""What a message adds to raids: clusters, members, verdicts in hindsight, and the posture."""

from dataclasses import replace

from bridge.heart.case import Case
from bridge.heart.effects import Effect, Gather, Judge, Pose, See
from bridge.model import Micros, Posture, Raid, SenderId, Stance
from bridge.raid.posture import REOPENED, explained, posture
from bridge.raid.sighting import Finding


def detected(case: Case) -> tuple[Effect, ...]:
    """What the detectors make of a message, beyond its own verdict."""
    if case.sighting is None:
        return ()
    raid = _grown(case)
    telling = _telling(case)
    gathered = [Gather(raid, one.kind, one.key, one.members, one.messages) for one in telling] if raid else []
    judged = _judged(case, raid) if raid else ()
    return (
        See(case.sighting, case.look, case.posture is Posture.CALM),
        *gathered,
        *judged,
        *_posed(case, raid),
    )


def raid_of(case: Case) -> Raid | None:
    """The raid that the message belongs to."""
    return _grown(case) if _telling(case) else None


def _telling(case: Case) -> tuple[Finding, ...]:
    """What the team should hear of: all that is found in a raid; outside, only what somebody floods with."""
    if case.guarded:
        return case.look.findings
    return tuple(finding for finding in case.look.findings if finding.kind == "flood")


def _grown(case: Case) -> Raid | None:
    """The raid with what this message adds; a new one where none is there to grow."""
    telling = _telling(case)
    if not telling:
        return case.books.raid
    raid = _current(case.books.raid, case)
    known = {kind for kind, _ in raid.signs}
    signs = {one.kind: one.reason for one in telling if one.kind not in known}
    grown = any(one.kind != "register" for one in telling) or case.books.detector.register.rising
    return replace(
        raid,
        signs=(*raid.signs, *signs.items()),
        grave=raid.grave or case.look.grave,
        grown_at=case.now if grown or case.look.grave else raid.grown_at,
    )


def _current(newest: Raid | None, case: Case) -> Raid:
    if newest is not None and newest.ended_at is None and case.now - newest.grown_at < REOPENED:
        return newest
    return Raid(case.event.id[:8], case.now, case.now)


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
