"""Crowds: one question that hundreds ask in their own way says once what people write, and not each time."""

from collections.abc import Sequence
from random import Random

import pytest

from bridge.model import DAY, SECOND, Micros, Posture
from bridge.raid import crowds as room
from bridge.raid.copies import ODD_SUSPICION, REPEATED
from bridge.raid.crowds import Crowds
from bridge.raid.detector import Detector
from bridge.raid.register import ALARM
from tests.raid.sightings import HARSH, sighting, written
from tests.support.clock import NOON

ODD = 690
"""How odd a short question may look to the register."""

ASKED = {
    "English": [
        "Do you answer everybody?",
        "do you answer everybody :p",
        "DO YOU ANSWER EVERYBODY",
        "do u answer everybody",
        "Do you answer everybdoy?",
        "do you anwser everybody ?",
        "do you answer everybody xD",
    ],
    "French": [
        "Vous répondez à tout le monde ?",
        "vous repondez à tt le monde",
        "Vous répondez à tout le mond ?",
        "vous repondez a tout le monde mdr",
        "vs répondez à tout le monde ??",
        "Vous réponndez à tout le monde",
    ],
    "Spanish": [
        "¿Respondéis a todo el mundo?",
        "respondeis a todo el mundo",
        "Respondéis a todo el mundo jaja",
        "respondeis a tdo el mundo?",
        "¿respodneis a todo el mundo?",
    ],
    "Arabic, without vowels": [
        "ما هو هاد الرقم؟",
        "ما هو هاد الرقم",
        "ما هو هادا الرقم ؟",
        "ماهو هاد الرقم :)",
        "ما هو هاد الرقمم",
    ],
    "Arabic": [
        "هل تجيبون على الجميع؟",
        "هل تجيبون علي الجميع",
        "هل تجيبوون على الجميع ؟",
        "تجيبون على الجميع؟؟",
        "هل تجيبون على الجمييع :)",
    ],
}


def told(
    crowds: Crowds, texts: Sequence[str], start: int = 1, at: Micros = NOON, odd: int = ODD
) -> list[bool]:
    """Whether each text repeats what was written before, of a sender of its own."""
    found = []
    for n, text in enumerate(texts, start):
        seen = written(text, n, at=at + n * SECOND, suspicion=odd)
        found.append(crowds.repeats(seen))
        crowds.add(seen)
    return found


@pytest.mark.parametrize("texts", ASKED.values(), ids=ASKED)
def test_from_the_fourth_on_a_question_is_known_however_it_is_typed(texts: list[str]) -> None:
    found = told(Crowds(), texts)
    assert found == [False] * REPEATED + [True] * (len(texts) - REPEATED)


@pytest.mark.parametrize(
    ("texts", "odd"),
    [
        pytest.param(ASKED["English"], ODD_SUSPICION, id="plain abuse"),
        pytest.param([f"{one} {one}" for one in ASKED["English"]], ODD, id="longer ones"),
        pytest.param(["Do you answer everybody?"] * 12, ODD, id="a paste"),
        pytest.param(["ok", "ok", "ok", "ok", "ok"], ODD, id="hardly a word"),
        pytest.param(
            [
                "Do you answer everybody?",
                "Who reads all of this?",
                "Is it free of charge?",
                "What is this then?",
            ],
            ODD,
            id="different questions",
        ),
    ],
)
def test_whatever_else_comes_counts_each_time(texts: list[str], odd: int) -> None:
    assert not any(told(Crowds(), texts, odd=odd))


def test_whoever_asks_again_and_again_is_no_crowd() -> None:
    crowds = Crowds()
    for n in range(10):
        seen = written("Do you answer everybody?", 1, at=NOON + n * SECOND, suspicion=ODD)
        assert not crowds.repeats(seen)
        crowds.add(seen)


def test_after_a_day_a_question_is_forgotten() -> None:
    crowds = Crowds()
    told(crowds, ASKED["English"])
    assert told(crowds, ["Do you answer everybody?"], start=50, at=NOON + 2 * DAY) == [False]


def test_no_more_is_held_than_the_newest() -> None:
    crowds = Crowds()
    told(crowds, [f"Question {n:05} about {n * 7919 % 10_007}?" for n in range(room.WINDOW + 50)])
    assert len(crowds.window) <= room.WINDOW
    held = {number for texts in crowds.holding.values() for number in texts}
    assert held == {one.number for one in crowds.window}


JEERS = ["Pauvre conne va", "pauvre conne va !!", "POVRE conne va", "pauvr conne va mdr", "pauvre connne va"]
"""What raiders write who all insult in the same few words, each with slips of their own."""


def test_once_a_raid_of_abuse_is_seen_a_crowd_explains_nothing() -> None:
    detector = settled()
    detector.register.height, detector.register.alarmed = ALARM, True
    for n in range(40):
        seen = written(JEERS[n % len(JEERS)], n, at=NOON + n * SECOND, suspicion=ODD)
        look = detector.look(seen, Posture.RAID, answered=False)
        detector.add(seen, look, calm=False)
    assert detector.crowds.repeats(written(JEERS[0], 99, at=NOON + 41 * SECOND, suspicion=ODD))
    assert [one.kind for one in look.findings] == ["register"]


ENDS = ("", "?", " ?", "??", "!", " 😊", "...", " :)")


@pytest.mark.parametrize("texts", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize("posture", [Posture.CALM, Posture.WATCH])
def test_a_question_that_looks_odd_to_the_register_makes_no_raid(texts: list[str], posture: Posture) -> None:
    detector = settled()
    before = detector.register.height
    rng = Random(1)
    for n in range(200):
        text = rng.choice((*texts, *[texts[0]] * len(texts))).rstrip("؟ ?") + rng.choice(ENDS)
        typed = rng.choice((text, text.lower(), text.upper()))
        seen = written(typed, n, at=NOON + n * SECOND, suspicion=ODD)
        look = detector.look(seen, posture, answered=False)
        assert not look.grave
        detector.add(seen, look, calm=posture is Posture.CALM)
    assert detector.register.height <= before + 6


def test_what_is_pasted_is_no_crowd_s() -> None:
    detector = settled()
    text = "on va vider votre cagnotte bande de nulles et rire longtemps"
    for n in range(30):
        seen = written(text[:34], n, at=NOON + n * SECOND, suspicion=HARSH)
        detector.add(seen, detector.look(seen, Posture.RAID, answered=False), calm=False)
    assert len(detector.crowds.window) < REPEATED + 1


def settled() -> Detector:
    """A detector that has seen a thousand people."""
    detector = Detector()
    for n in range(1_000):
        person = sighting(20_000 + n)
        detector.add(person, detector.look(person, Posture.CALM, answered=False), calm=True)
    return detector
