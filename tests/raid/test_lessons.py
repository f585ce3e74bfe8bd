"""What the team teaches the register model: small, bounded, in any order, and taken back without a trace."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.raid.histogram import LOWEST
from bridge.raid.suspicion import suspicion
from bridge.raid.suspicion.lessons import LABELS, LIMIT, NO_LESSONS, Label, Lesson, Lessons, lesson

ROUGH = "ton parti de merde va encore perdre dimanche"
KIN = "ce parti de merde a encore perdu dimanche soir"
ABUSE = "ferme ta gueule sale conne"
FAR = "le train de midi est en retard, je prends un taxi"

TEXTS = st.one_of(
    st.sampled_from([ROUGH, KIN, FAR, ABUSE, "Salut, tu vas bien ?"]),
    st.text(max_size=60),
)
TAUGHT = st.lists(st.tuples(st.sampled_from(LABELS), st.lists(TEXTS, max_size=8)), max_size=6)


def lessons_of(taught: list[tuple[Label, list[str]]]) -> list[Lesson]:
    return [lesson(f"{which:08x}", label, "", texts) for which, (label, texts) in enumerate(taught)]


def one(label: Label, *texts: str) -> Lessons:
    return Lessons.of([lesson("00000000", label, "1f2e3d4c", texts)])


def logit(seen: float) -> float:
    return log(seen / (1000 - seen))


@given(st.integers(0, 1000), TEXTS)
def test_without_a_lesson_nothing_is_different(seen: int, text: str) -> None:
    assert NO_LESSONS.corrected(seen, text) == seen


@given(TAUGHT, st.integers(1, 999), TEXTS)
def test_no_lessons_move_a_text_further_than_the_limit(
    taught: list[tuple[Label, list[str]]], seen: int, text: str
) -> None:
    told = Lessons.of(lessons_of(taught)).corrected(seen, text)
    assert abs(logit(min(999.5, max(0.5, told))) - logit(seen)) <= LIMIT + _rounding(told)


def _rounding(told: int) -> float:
    """What rounding to a whole number per mille may add, in logits."""
    near = min(999.0, max(1.0, told))
    return abs(logit(near + 0.5) - logit(near - 0.5))


@given(st.lists(st.lists(TEXTS, max_size=5), max_size=5), st.integers(900, 1000), TEXTS)
def test_malicious_lessons_never_make_plain_abuse_look_ordinary(
    taught: list[list[str]], seen: int, text: str
) -> None:
    malicious = Lessons.of(lessons_of([("ordinary", [text, *texts]) for texts in (*taught, [], [])]))
    assert malicious.corrected(seen, text) > 710


@given(st.lists(st.lists(TEXTS, max_size=5), max_size=5), st.integers(0, 99), TEXTS)
def test_malicious_lessons_never_make_an_ordinary_text_count_against_anybody(
    taught: list[list[str]], seen: int, text: str
) -> None:
    malicious = Lessons.of(lessons_of([("abusive", [text, *texts]) for texts in (*taught, [], [])]))
    assert malicious.corrected(seen, text) < 280


def test_what_lessons_can_make_of_an_ordinary_text_is_below_any_bar() -> None:
    assert LOWEST >= 280


def test_the_limit_is_reached_and_no_more() -> None:
    lessons = Lessons.of(lessons_of([("ordinary", [ABUSE])] * 20))
    assert lessons.corrected(900, ABUSE) == 721
    lessons = Lessons.of(lessons_of([("abusive", [FAR])] * 20))
    assert lessons.corrected(99, FAR) == 277


@given(TAUGHT, TEXTS, st.randoms())
def test_the_order_of_lessons_and_of_texts_makes_no_difference(
    taught: list[tuple[Label, list[str]]], text: str, random: object
) -> None:
    lessons = lessons_of(taught)
    shuffled = [lesson(f"{n:08x}", label, "", texts[::-1]) for n, (label, texts) in enumerate(taught)]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis calls it an object
    assert Lessons.of(lessons).corrected(suspicion(text), text) == Lessons.of(shuffled).corrected(
        suspicion(text), text
    )


@given(TAUGHT, st.sampled_from(LABELS), st.lists(TEXTS, max_size=8), TEXTS)
def test_a_lesson_that_is_taken_back_was_never_taught(
    taught: list[tuple[Label, list[str]]], label: Label, texts: list[str], probe: str
) -> None:
    before = Lessons.of(lessons_of(taught))
    after = before.learn(lesson("ffffffff", label, "", texts)).unlearn("ffffffff")
    assert after == before
    assert after.corrected(500, probe) == before.corrected(500, probe)


def test_what_is_taught_as_ordinary_looks_less_abusive_and_the_contrary_more() -> None:
    assert one("ordinary", ABUSE).corrected(suspicion(ABUSE), ABUSE) < suspicion(ABUSE)
    assert one("abusive", FAR).corrected(suspicion(FAR), FAR) > suspicion(FAR)


def test_what_the_model_knows_already_teaches_nothing() -> None:
    assert one("abusive", ABUSE).corrected(suspicion(ABUSE), ABUSE) == suspicion(ABUSE)
    assert one("ordinary", FAR).corrected(suspicion(FAR), FAR) == suspicion(FAR)


def test_a_kindred_text_moves_less_and_another_hardly() -> None:
    lessons = one("abusive", ROUGH)
    itself, kindred, another = (lessons.corrected(500, text) for text in (ROUGH, KIN, FAR))
    assert itself > kindred > another >= 500
    assert itself - kindred > another - 500


def test_copies_of_a_text_count_once() -> None:
    assert one("ordinary", ROUGH, ROUGH.upper(), ROUGH) == one("ordinary", ROUGH)


@pytest.mark.parametrize("text", ["", "😂🔥", "06 12 34 56 78"])
def test_a_text_without_words_teaches_nothing_and_is_not_moved(text: str) -> None:
    assert not one("abusive", text).pulls
    assert one("abusive", ROUGH).corrected(suspicion(text), text) == suspicion(text)


def test_contrary_lessons_about_the_same_text_meet_in_the_middle() -> None:
    both = Lessons.of(lessons_of([("ordinary", [ROUGH]), ("abusive", [ROUGH])]))
    least, most = (one(label, ROUGH).corrected(500, ROUGH) for label in LABELS)
    assert least <= both.corrected(500, ROUGH) <= most
