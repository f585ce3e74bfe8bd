"""Incidents by simple counts: one sender who floods, or copies of one text from several senders.

What it cannot see: texts that differ in more than case, accents and punctuation, and senders who each
write once in words of their own.
"""

from bridge.heart.case import Case
from bridge.heart.effects import Effect, Gather
from bridge.model import HOUR, MINUTE, Incident, Micros, SenderId

FLOOD = 20
"""Messages of one sender within `FLOOD_WINDOW`: nobody types that many to a stranger."""

FLOOD_WINDOW: Micros = 10 * MINUTE

COPIES = 4
"""Distinct senders of one skeleton within `COPIES_WINDOW`."""

COPIES_WINDOW: Micros = HOUR

QUIET: Micros = 30 * MINUTE
"""An incident that has not grown for so long is over; what comes later is another one."""


def gather(case: Case) -> tuple[Effect, ...]:
    """What this message adds to an incident, or opens one with."""
    if case.sender.id in case.state.exempt:
        return ()
    effects: list[Effect] = []
    incident = _current(case)
    recent = case.state.recent
    own = recent.messages.get(case.sender.id, 0) + 1
    if own >= FLOOD:
        first = own == FLOOD
        effects.append(Gather(incident, "flood", case.sender.id, (case.sender.id,), own if first else 1))
    alike = recent.copies.get(case.skeleton, {}) if case.skeleton is not None else {}
    senders = {*alike, case.sender.id}
    if case.skeleton is not None and len(senders) >= COPIES:
        first = len(alike) < COPIES
        members: tuple[SenderId, ...] = tuple(sorted(senders)) if first else (case.sender.id,)
        count = sum(alike.values()) + 1 if first else 1
        effects.append(Gather(incident, "copies", f"{case.skeleton:016x}", members, count))
    return tuple(effects)


def is_open(incident: Incident, now: Micros) -> bool:
    """Whether an incident still goes on."""
    return now - incident.grown_at < QUIET


def _current(case: Case) -> Incident:
    newest = case.state.incident
    if newest is not None and is_open(newest, case.now):
        return Incident(newest.id, newest.opened_at, case.now)
    return Incident(case.event.id[:8], case.now, case.now)
