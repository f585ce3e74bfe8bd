"""The detector: what its parts find, put together; and what holds whatever comes."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model import MINUTE, SECOND, Micros, Posture, Verdict
from bridge.noun import replace
from bridge.raid import blocks, copies, register
from bridge.raid.detector import Detector, Look
from bridge.raid.flood import LOUD, MANY
from bridge.raid.sighting import Sighting
from bridge.reasons import Why, because
from tests.raid.sightings import HARSH, MILD, after, sighting, who, written
from tests.raid.texts import own_words
from tests.support.clock import NOON

PASTE = "Le magasin rouvre demain à l'heure du déjeuner, et on y sera tous ensemble avec les voisins"
ROUGH = 700


def met(
    detector: Detector, seen: Sighting, posture: Posture = Posture.CALM, *, answered: bool = False
) -> Look:
    """One message, looked at and taken in."""
    look = detector.look(seen, posture, answered=answered)
    detector.add(seen, look, calm=posture is Posture.CALM)
    return look


def kinds(look: Look) -> set[str]:
    return {finding.kind for finding in look.findings}


def insulted(detector: Detector, begin: int = 1) -> Look:
    """Fresh senders who insult, until they are found."""
    looks = (met(detector, sighting(n, suspicion=HARSH)) for n in range(begin, begin + 100))
    return next(look for look in looks if look.grave)


def raided() -> Detector:
    """A detector amid a raid of insults."""
    detector = Detector()
    insulted(detector, begin=10_000)
    return detector


def test_an_ordinary_message_is_ordinary_and_needs_no_reason() -> None:
    assert met(Detector(), written("Bonjour, on se revoit quand ?")) == Look()


def test_one_abusive_person_on_a_calm_day_is_ordinary() -> None:
    detector = Detector()
    assert met(detector, sighting(suspicion=1000)).verdict is Verdict.ORDINARY


@pytest.mark.parametrize("messages", [MANY, LOUD])
def test_whoever_writes_again_and_again_is_a_raider_and_no_reason_to_be_on_guard(messages: int) -> None:
    detector = Detector()
    look = [met(detector, sighting(1, at=after(n), first=not n)) for n in range(messages)][-1]
    assert look.verdict is Verdict.RAIDER
    assert not look.grave
    why = Why.MANY_MESSAGES if messages < LOUD else Why.FLOOD
    assert look.reasons == (because(why, messages=messages),)


def test_every_verdict_but_ordinary_has_its_reasons() -> None:
    detector = raided()
    for n in range(200):
        look = met(detector, sighting(n, suspicion=5 * n), Posture.RAID)
        assert bool(look.reasons) is (look.verdict is not Verdict.ORDINARY)


IN_A_RAID = [
    (Posture.WATCH, True, MILD, False),
    (Posture.WATCH, False, HARSH, False),
    (Posture.RAID, True, MILD, False),
    (Posture.RAID, True, HARSH, True),
    (Posture.RAID, False, HARSH, True),
    (Posture.RAID, False, ROUGH, False),
    (Posture.SHIELD, True, HARSH, True),
    (Posture.SHIELD, True, MILD, False),
]
"""The posture, whether it is a first text, how it sounds, and whether its sender is a raider."""


@pytest.mark.parametrize(("posture", "first", "suspicion", "raider"), IN_A_RAID)
def test_in_a_raid_of_abuse_what_a_text_says_counts(
    posture: Posture, first: bool, suspicion: int, raider: bool
) -> None:
    seen = sighting(1, first=first, suspicion=suspicion)
    assert (raided().look(seen, posture, answered=False).verdict is Verdict.RAIDER) is raider


@pytest.mark.parametrize("posture", [Posture.RAID, Posture.SHIELD])
def test_whoever_was_answered_may_answer_angrily(posture: Posture) -> None:
    seen = sighting(1, first=False, suspicion=1000)
    assert raided().look(seen, posture, answered=False).verdict is Verdict.RAIDER
    assert raided().look(seen, posture, answered=True).verdict is not Verdict.RAIDER


def test_in_a_raid_of_pastes_rough_words_do_not_count() -> None:
    detector = Detector()
    for n in range(10):
        met(detector, written(PASTE, n, suspicion=HARSH), Posture.RAID)
    assert not detector.register.alarmed
    look = detector.look(sighting(99, suspicion=HARSH), Posture.RAID, answered=False)
    assert look.verdict is Verdict.ORDINARY


def test_a_paste_says_nothing_about_those_who_do_not_paste() -> None:
    """Abusive pastes alone would raise the alarm about everybody's words."""
    detector = Detector()
    for n in range(200):
        met(detector, written(PASTE, n, suspicion=HARSH), Posture.RAID)
    assert detector.register.height == 0.0


def test_a_raid_that_comes_back_after_a_pause_is_found_again() -> None:
    assert insulted(raided(), begin=1).grave


def test_what_was_excused_stays_excused() -> None:
    detector = Detector()
    for n in range(copies.SENDERS):
        met(detector, written(PASTE, n))
    for n in range(3 * LOUD):
        met(detector, sighting(50 + n % 3, at=after(n), first=n < 3))
    insulted(detector, begin=100)
    detector.excuse()
    assert met(detector, written(PASTE, 60)) == Look()
    assert not met(detector, sighting(50, at=after(3 * LOUD), first=False)).grave
    assert met(detector, sighting(61, suspicion=HARSH)) == Look()
    assert not detector.register.rising


def test_a_crowd_in_its_own_words_finds_nothing() -> None:
    detector = Detector()
    looks = [met(detector, written(own_words(n), n, at=after(n, MINUTE // 50))) for n in range(1_500)]
    assert set(looks) == {Look()}
    assert detector.register.usual.seen > 1_000


TEXTS = st.sampled_from([PASTE, PASTE.upper(), "Salut", "", *map(own_words, range(5))])
MESSAGES = st.tuples(
    TEXTS,
    st.integers(0, 12),
    st.sampled_from([0, SECOND, MINUTE, 40 * MINUTE]),
    st.sampled_from([MILD, ROUGH, HARSH]),
    st.sampled_from(["a", "b", None]),
    st.sampled_from(list(Posture)),
)
TOLD = st.lists(MESSAGES, max_size=70)
Message = tuple[str, int, Micros, int, str | None, Posture]


def seen_of(told: list[Message]) -> list[tuple[Sighting, Posture]]:
    now, known, made = NOON, set[int](), []
    for text, sender, wait, suspicion, block, posture in told:
        now += wait
        seen = written(text, sender, at=now, first=sender not in known, suspicion=suspicion)
        made.append((replace(seen, block=block), posture))
        known.add(sender)
    return made


@given(TOLD, st.booleans())
def test_a_look_changes_nothing(told: list[Message], answered: bool) -> None:
    detector = Detector()
    for seen, posture in seen_of(told):
        twin = deepcopy(detector)
        look = detector.look(seen, posture, answered=answered)
        assert look == detector.look(seen, posture, answered=answered)
        detector.add(seen, look, calm=posture is Posture.CALM)
        met(twin, seen, posture, answered=answered)
        assert detector == twin


@given(TOLD)
def test_memory_is_bounded_and_time_never_runs_backwards(told: list[Message]) -> None:
    detector = Detector()
    with pytest.MonkeyPatch.context() as patched:
        for one in (copies, blocks):
            patched.setattr(one, "WINDOW", 9)
        patched.setattr(register, "_LAG", 5)
        for n, (seen, posture) in enumerate(seen_of(told)):
            before = detector.latest
            met(detector, seen, posture)
            if n % 25 == 24:
                detector.excuse()
            assert detector.latest == max(before, seen.at)
            assert len(detector.copies.window) <= 9
            assert len(detector.copies.clusters) <= 9
            assert len(detector.blocks.window) <= 9
            assert len(detector.register.waiting) <= 5
            assert all(len(times) <= LOUD for times in detector.flood.recent.values())


@given(TOLD)
def test_whoever_is_judged_wrote_something(told: list[Message]) -> None:
    detector, wrote = Detector(), set()
    for seen, posture in seen_of(told):
        wrote.add(seen.sender)
        look = met(detector, seen, posture)
        assert {one for finding in look.findings for one in finding.members} <= wrote
        assert look.grave <= (look.verdict is Verdict.RAIDER)
        assert all(finding.messages > 0 and finding.members for finding in look.findings)


def test_a_sender_is_named_by_a_pseudonym_and_reasons_name_nobody() -> None:
    look = insulted(Detector())
    assert who(1) in look.findings[0].members
    assert not any(who(n) in str(reason) for n in range(100) for reason in look.reasons)


@pytest.mark.parametrize(
    ("raiders", "verdict"), [(20, Verdict.SUSPECT), (380, Verdict.RAIDER)], ids=["a small part", "half"]
)
def test_a_text_alone_accuses_in_a_raid_that_is_most_of_what_is_rough_and_else_makes_one_wait(
    raiders: int, verdict: Verdict
) -> None:
    detector = Detector()
    usual = detector.register.usual
    usual.count(MILD, 950)
    usual.count(HARSH, 50)
    for suspicion in [MILD] * (400 - raiders) + [HARSH] * raiders:
        detector.register.mix.add(suspicion)
        detector.register.newest.add(suspicion)
    detector.register.number, detector.register.height, detector.register.alarmed = 400, register.ALARM, True
    look = detector.look(sighting(1_000, suspicion=HARSH), Posture.RAID, answered=False)
    assert look.verdict is verdict
    (finding,) = look.findings
    assert finding.members == ((who(1_000),) if verdict is Verdict.RAIDER else ())
