"""What several verbs have in common."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from bridge.errors import Unfit
from bridge.heart.act_case import ActCase
from bridge.heart.effects import (
    BeginMute,
    Cancel,
    Choose,
    Effect,
    EndMute,
    Learn,
    MakeRule,
    Remember,
    Tell,
)
from bridge.model import (
    BY_MUTE,
    DAY,
    HOUR,
    Catching,
    MicroEuros,
    Micros,
    Mute,
    PhraseRule,
    Raid,
    Sender,
)
from bridge.moderation.targets import read_ruling
from bridge.noun import replace
from bridge.quantities import euros

if TYPE_CHECKING:
    from bridge.raid.suspicion.lessons import Label

USUAL_MUTE: Micros = DAY
"""How long a mute lasts when nobody says."""

BEYOND: Micros = HOUR
"""How long before a raid was seen, and after it last grew, what its members write is the raid's."""

USUAL_RULE: Micros = DAY
"""How long a rule about a phrase lasts when nobody says."""

LONGEST_RULE: Micros = 7 * DAY
"""A rule that nobody remembers must not catch people for ever."""

MOST_RULES = 20
"""Rules about phrases that are in force at a time: each is looked for in every text."""

LARGEST_POT: MicroEuros = 10**15
"""A thousand million euros: far above any pot, so that sums stay within 64 bits."""


def muted(case: ActCase, sender: Sender, until: Micros) -> tuple[Effect, ...]:
    """One sender is muted; a mute that stands goes on beside it, and counts again once this one is undone."""
    mute = Mute(sender.id, case.event.id, case.act.actor, case.act.reason, case.now, until)
    latest = max(until, sender.muted_until or 0)
    return BeginMute(mute), Remember(replace(sender, muted_until=latest)), Cancel(sender.id, BY_MUTE)


def unmuted(case: ActCase, sender: Sender) -> tuple[Effect, ...]:
    """One sender is answered again."""
    return Remember(replace(sender, muted_until=None)), EndMute(sender.id, case.event.id, case.now)


def muted_some(case: ActCase, until: Micros, told: Tell) -> tuple[Effect, ...]:
    """Many are muted; whoever is exempt is left out, and a longer mute stands."""
    exempt = case.books.exempt
    if not how_many(case):
        return (case.told("refused", "unknown_target"),)
    effects = [
        one for sender in case.senders if sender.id not in exempt for one in muted(case, sender, until)
    ]
    return *effects, *case.closing(told)


def how_many(case: ActCase) -> int:
    """Those whom an act is about and who can be muted."""
    return len(set(case.share.everybody) - case.books.exempt)


def chosen(case: ActCase, told: Tell, *, answered: bool) -> tuple[Effect, ...]:
    """A group of doubtful people is answered or dropped: those of it who still wait."""
    if not case.share.everybody:
        return (case.told("refused", "no_such_group"),)
    return Choose(case.share.senders, case.event.id, answered, case.now), *case.closing(told)


def ruled(does: Catching, case: ActCase) -> tuple[Effect, ...]:
    """Whoever writes a phrase from now on is caught, for a limited time."""
    from bridge.moderation.phrases import NoPhrase, read_phrase  # noqa: PLC0415 - only to make one

    ruling = read_ruling(case.act.target)
    try:
        read_phrase(ruling.phrase)
    except NoPhrase:
        return (case.told("refused", "no_phrase"),)
    standing = [one for one in case.books.phrase_rules.values() if one.holds(case.now)]
    if len(standing) >= MOST_RULES:
        return (case.told("refused", "too_many_rules", most=MOST_RULES),)
    until = case.now + min(case.act.length or USUAL_RULE, LONGEST_RULE)
    by, reason = case.act.actor, case.act.reason
    rule = PhraseRule(case.event.id, ruling.phrase, does, by, reason, case.now, until, ruling.spared)
    if does == "mute":
        return MakeRule(rule), case.told("done", "rule_made_mute", until=until)
    return MakeRule(rule), case.told("done", "rule_made_hold", until=until)


def raid_meant(case: ActCase) -> Raid | None:
    """The raid that the act names; only the newest can still be called anything."""
    raid = case.books.raid
    return raid if raid is not None and raid.id == case.act.target else None


def amount(case: ActCase) -> MicroEuros | None:
    """The target as an amount, below zero where it has a minus; `None` where it is none."""
    written = case.act.target.strip().removesuffix("EUR").strip()
    try:
        unsigned = euros(Decimal(written.removeprefix("-")))
    except (Unfit, InvalidOperation):
        return None
    return -unsigned if written.startswith("-") else unsigned


def teach(label: Label, case: ActCase) -> tuple[Effect, ...]:
    """What these people wrote is ordinary, or abusive: texts like theirs look so from now on.

    Nothing else ever teaches: what comes in cannot, and a verdict of the team's does not by itself.
    """
    from bridge.raid.suspicion.lessons import MOST_LESSONS, lesson  # noqa: PLC0415 - only to teach

    texts, lessons = case.books.texts.get(case.event.id, {}), case.books.detector.lessons
    before = next((one for one in lessons.standing if one.about == case.about), None)
    if not case.share.everybody:
        return (case.told("refused", "unknown_taught"),)
    if before is not None:
        return (case.told("nothing", "taught_already", lesson=before.id),)
    if len(lessons.standing) >= MOST_LESSONS:
        return (case.told("refused", "too_many_lessons", most=MOST_LESSONS),)
    taught = lesson(case.event.id[:8], label, case.about, texts.values())
    if not taught.buckets:
        return (case.told("refused", "nothing_to_teach"),)
    learn = Learn(taught, case.event.id, tuple(texts), case.act.reason)
    return learn, case.told("done", f"taught_{label}", texts=len(texts), lesson=taught.id)


def stretch(raid: Raid) -> tuple[Micros, Micros]:
    """Within which instants its members' texts belong to a raid: what they write later says nothing of it."""
    return raid.opened_at - BEYOND, raid.grown_at + BEYOND
