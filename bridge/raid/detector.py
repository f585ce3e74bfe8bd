"""The detector: what each technique's detector finds, put together into a verdict with reasons.

Pure: `look` changes nothing (but lets go of what is too old by then), `add` takes a message in. It holds the
newest messages only (a few MB), and is had again by adding what the journal holds of them, as it was met.
"""

from dataclasses import dataclass, field

from bridge.model import Micros, Posture, SenderId, Verdict
from bridge.noun import Noun
from bridge.raid.blocks import Blocks
from bridge.raid.campaign import NOTHING_HEEDED, Heeded
from bridge.raid.copies import Copies
from bridge.raid.crowds import Crowds
from bridge.raid.flood import MANY, Flood
from bridge.raid.posture import GUARDED
from bridge.raid.register import ABUSE, ABUSIVE, SHIELDED, STRICT, Register
from bridge.raid.sighting import Finding, Sighting
from bridge.raid.suspicion.lessons import NO_LESSONS, Lessons
from bridge.raid.variants import Variants
from bridge.reasons import Reason, Why, because
from bridge.responses.rules import RAIDERS_PER_PERSON


class Look(Noun):
    """What a message looks like in the light of the newest ones."""

    verdict: Verdict = Verdict.ORDINARY
    reasons: tuple[Reason, ...] = ()
    findings: tuple[Finding, ...] = ()
    known: bool = False
    """The sender took part in a raid that was seen elsewhere."""

    @property
    def grave(self) -> bool:
        """Whether this is reason enough to raise the posture."""
        return any(finding.grave for finding in self.findings)


@dataclass(slots=True)
class Detector:
    """Everything that is seen raids by."""

    flood: Flood = field(default_factory=Flood)
    copies: Copies = field(default_factory=Copies)
    crowds: Crowds = field(default_factory=Crowds)
    blocks: Blocks = field(default_factory=Blocks)
    register: Register = field(default_factory=Register)
    variants: Variants = field(default_factory=Variants)
    lessons: Lessons = NO_LESSONS
    """What the team taught: the one thing here that people change, and not what comes in."""
    heeded: Heeded = NOTHING_HEEDED
    """What is known of raids that were seen elsewhere."""
    latest: Micros = 0
    """When the newest message was written: the windows never run backwards."""

    def look(
        self, sighting: Sighting, posture: Posture, *, answered: bool, pays: float = RAIDERS_PER_PERSON
    ) -> Look:
        """What a message looks like.

        `answered`: its sender has had a reply, and may answer it angrily. `pays`: how many raiders one would
        answer for one more ordinary person.
        """
        raid = posture in GUARDED
        if sighting.call:  # what it says nothing of, it must not push out of sight either
            flood = self.flood.look(sighting)
            return self._judged(sighting, () if flood is None else (flood,), posture, pays)
        found = [
            finding
            for finding in (
                self.flood.look(sighting),
                self.copies.look(sighting, raid=raid, heeded=self.heeded),
                self.blocks.look(sighting, raid=raid),
                None if self._repeats(sighting) else self.register.look(sighting, raid=raid),
            )
            if finding is not None
        ]
        if raid and not found and (variant := self.variants.look(sighting)) is not None:
            found.append(variant)
        if raid and not found:
            found.extend(self._abuse(sighting, posture, answered=answered))
        return self._judged(sighting, tuple(found), posture, pays)

    def add(self, sighting: Sighting, look: Look, *, calm: bool) -> None:
        """Takes a message in, with what was found of it."""
        self.latest = max(self.latest, sighting.at)
        if sighting.call:
            self.flood.add(sighting)
            return
        kinds = {finding.kind for finding in look.findings if finding.grave}
        repeated = self._repeats(sighting)
        self.flood.add(sighting)
        if not calm:
            known = any(one.kind == "copies" for one in look.findings)
            self.variants.add(sighting, found=known, pasted="copies" in kinds or self.copies.knows(sighting))
        self.copies.add(sighting, convicted="copies" in kinds)
        if not any(one.kind == "copies" for one in look.findings):
            self.crowds.add(sighting)
        self.blocks.add(sighting, convicted="blocks" in kinds)
        self._explain(sighting, look, calm=calm and not look.grave, repeated=repeated)

    def _repeats(self, sighting: Sighting) -> bool:
        """Whether several others wrote this text before, or one like it where it is short.

        That counts until a raid of abuse is seen: raiders, too, write the same few insults with slips.
        """
        crowd = not self.register.alarmed and self.crowds.repeats(sighting)
        return crowd or self.copies.repeats(sighting)

    def _explain(self, sighting: Sighting, look: Look, *, calm: bool, repeated: bool) -> None:
        """The register is about those whom nothing else gives away, and who say what others have not."""
        given_away = [finding for finding in look.findings if finding.kind != "register"]
        if not given_away and not repeated:
            self.register.add(sighting, calm=calm)
        elif any(finding.grave and len(finding.members) > 1 for finding in given_away):
            self.register.explain({sender for finding in given_away for sender in finding.members})

    def suspected(self) -> set[SenderId]:
        """Everybody whom one more message may show to take part in a raid."""
        return self.copies.suspected() | self.blocks.suspected() | self.register.suspected()

    def excuse(self) -> None:
        """After a false alarm: what led to it no longer counts."""
        self.flood.loud.clear()
        self.copies.excuse()
        self.variants.clear()
        self.blocks.excuse()
        self.register.reset()

    def reconsider(self) -> None:
        """When a false alarm is taken back: what was excused is looked at like anything else."""
        self.copies.reconsider()
        self.blocks.reconsider()

    def _abuse(self, sighting: Sighting, posture: Posture, *, answered: bool) -> list[Finding]:
        """What a text says counts only in a raid of abuse, or behind a shield; and never against whoever
        was answered, or asks what a crowd asks. Where it is no reason to accuse anybody it tells that the
        raid goes on."""
        shield = posture is Posture.SHIELD
        if answered or not (shield or self.register.alarmed) or self.copies.echoes(sighting):
            return []
        share = SHIELDED if shield else ABUSIVE
        if sighting.suspicion < self.register.bar(share if sighting.first else STRICT):
            return []
        sure = shield or self.register.tells(sighting.suspicion)
        accused = (sighting.sender,) if sure else ()
        reason = because(Why.ABUSIVE_IN_RAID, percent=100 - round(100 * share))
        return [Finding("register", ABUSE, accused, len(accused), reason, grave=False)]

    def _doubtful(self, sighting: Sighting, posture: Posture, pays: float) -> int:
        """From which suspicion on a sender waits. Whom a raid of abuse would accuse if their text were reason
        enough waits in any case: who is not called a raider need not be paid for."""
        bar = self.register.doubtful(pays)
        accusing = posture in GUARDED and self.register.alarmed and sighting.first
        return min(bar, self.register.bar(ABUSIVE)) if accusing else bar

    def _judged(
        self, sighting: Sighting, findings: tuple[Finding, ...], posture: Posture, pays: float
    ) -> Look:
        reasons = tuple(finding.reason for finding in findings if sighting.sender in finding.members)
        count = self.flood.count(sighting)
        if count >= MANY and not reasons:
            reasons = (because(Why.MANY_MESSAGES, messages=count),)
        known = self.heeded.knows(sighting.sender, sighting.at)
        if known and not reasons:
            reasons = (because(Why.KNOWN_RAIDER),)
        if reasons:
            return Look(Verdict.RAIDER, reasons, findings, known)
        wary = posture is Posture.SHIELD or self.register.rising
        if wary and sighting.suspicion >= self._doubtful(sighting, posture, pays):
            percent = round(100 * (1 - self.register.usual.share_above(sighting.suspicion)))
            return Look(Verdict.SUSPECT, (because(Why.ABUSIVE, percent=min(99, percent)),), findings)
        return Look(findings=findings)
