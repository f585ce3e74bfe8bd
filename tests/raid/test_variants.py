"""Variants: in a raid, texts that are one text and differ are told from what a crowd writes."""

from collections.abc import Iterable, Sequence
from random import Random

import pytest

from bridge.model import DAY, Micros, Posture
from bridge.raid import variants
from bridge.raid.copies import PLAIN_SENDERS, PLAIN_SUSPICION
from bridge.raid.detector import Detector
from bridge.raid.sighting import Finding
from bridge.raid.variants import SENDERS, Variants
from tests.raid.sightings import HARSH, MILD, after, written
from tests.support.clock import NOON

CHANGED = (
    "personne ne vous a rien demandé",
    "Salut personne ne vous a rien demandé 256",
    "personne ne vous a rein demandé mdr",
    "WESH PERSONNE NE VOUS A RIEN DEMANDÉ",
    "personne ne vous a rien demande allez 73",
)
SHORT = (
    "vous ne servez plus à rien 12",
    "bon vous ne servez plus à rien",
    "vous ne servez plus à rein",
    "vous ne servez plus a rien lol",
)
ASKED = ("c'est quoi ce numéro ?", "C quoi ce numero", "cest quoi ce numéro", "c'est quoi ce numero ??")


def found(
    texts: Iterable[str], told: Variants, start: int = 1, suspicion: int = HARSH
) -> list[Finding | None]:
    """What each text shows, of a sender of its own."""
    findings = []
    for n, text in enumerate(texts, start):
        seen = written(text, n, at=after(n), suspicion=suspicion)
        findings.append(told.look(seen))
        told.add(seen, found=findings[-1] is not None)
    return findings


def others(count: int) -> list[str]:
    """Texts that have nothing in common."""
    rng = Random(5)
    return [" ".join("".join(rng.sample("abcdefghijklmnoprstuv", 7)) for _ in range(4)) for _ in range(count)]


@pytest.mark.parametrize("texts", [CHANGED, SHORT])
def test_the_fourth_sender_of_a_changed_text_gives_away_all_of_them(texts: Sequence[str]) -> None:
    findings = found(texts, Variants())
    assert findings[: SENDERS - 1] == [None] * (SENDERS - 1)
    fourth = findings[SENDERS - 1]
    assert fourth is not None
    assert len(fourth.members) == SENDERS
    assert not fourth.grave


def test_whoever_comes_later_is_found_alone() -> None:
    fifth = found(CHANGED, Variants())[-1]
    assert fifth is not None
    assert len(fifth.members) == 1


CHANGES = ("mdr {}", "{} 3", "{} wesh", "yo alors {}", "{} xx", "ptdr {} 45", "{} tmtc")
"""What raiders put before and behind what they change, beside slips."""


def test_what_anybody_might_write_takes_as_many_as_a_plain_text() -> None:
    slips = "on se retrouve {} ce soir toi et moi".format
    texts = [change.format(slips(("où", "ou", "oû")[n % 3])) for n, change in enumerate(CHANGES * 2)]
    findings = found(texts, Variants(), suspicion=MILD)
    assert findings[: PLAIN_SENDERS - 1] == [None] * (PLAIN_SENDERS - 1)
    assert findings[PLAIN_SENDERS - 1] is not None


def test_a_crowd_that_greets_and_thanks_is_none() -> None:
    asked = "c'est quoi ce numéro", "C quoi ce numéro", "c'est quoi ce numero", "cest quoi se numéro"
    polite = (
        "bonjour {} ?",
        "Salut, {}",
        "{} svp",
        "hello {} merci",
        "Bonsoir. {} ??",
        "{}",
        "coucou {} stp",
    )
    texts = [change.format(asked[n % 4]) for n, change in enumerate(polite * 4)]
    assert found(texts, Variants(), suspicion=MILD) == [None] * len(texts)


def test_one_sender_alone_varies_for_nobody() -> None:
    told = Variants()
    for n, text in enumerate(CHANGED):
        seen = written(text, 1, at=after(n))
        assert told.look(seen) is None
        told.add(seen, found=False)


def test_a_crowd_that_writes_the_very_same_letters_is_none() -> None:
    assert found(ASKED, Variants()) == [None] * len(ASKED)


def test_they_must_make_up_a_share_of_what_arrives() -> None:
    told = Variants()
    found(CHANGED[:3], told)
    found(others(1_000), told, start=100)
    assert found(CHANGED[3:4], told, start=2_000) == [None]


def test_after_a_day_a_text_is_forgotten() -> None:
    told = Variants()
    found(CHANGED[:3], told)
    assert told.look(written(CHANGED[3], 9, at=NOON + DAY + after(9))) is None
    assert not told.window
    assert not told.texts
    assert not told.holding


def test_what_leaves_the_window_is_forgotten_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variants, "WINDOW", 3)
    told = Variants()
    found(others(10), told)
    assert len(told.window) == 3
    assert {number for held in told.holding.values() for number in held} == set(told.texts) == {8, 9, 10}


def looked(detector: Detector, posture: Posture, at: Micros = NOON) -> list[bool]:
    """Whether the detector finds each of the changed texts to be one of several."""
    hits = []
    for n, text in enumerate(CHANGED, 1):
        seen = written(text, n, at=at + n, suspicion=PLAIN_SUSPICION + 150)
        look = detector.look(seen, posture, answered=False)
        detector.add(seen, look, calm=posture is Posture.CALM)
        hits.append(bool(look.findings))
    return hits


@pytest.mark.parametrize(("posture", "hits"), [(Posture.CALM, 0), (Posture.WATCH, 0), (Posture.RAID, 2)])
def test_they_count_in_a_raid_alone(posture: Posture, hits: int) -> None:
    assert sum(looked(Detector(), posture)) == hits


def test_after_a_false_alarm_they_begin_anew() -> None:
    detector = Detector()
    looked(detector, Posture.RAID)
    detector.excuse()
    assert looked(detector, Posture.RAID, NOON + 100)[0] is False


def test_what_is_pasted_is_counted_and_no_more() -> None:
    told = Variants()
    for n in range(1, 40):
        told.add(written(CHANGED[0], n, at=after(n)), found=True, pasted=True)
    assert (told.number, len(told.window)) == (39, 0)
