"""What the report leaves out it says, and it claims no more than was counted."""

import pytest

from bridge.dossier import figures
from bridge.dossier.report import MOST_ACTS, Matter, told
from bridge.evidence.proofs import Head
from bridge.model import HOUR, SECOND, Message, SenderId
from bridge.noun import replace
from bridge.reasons import Reason
from bridge.wording.words import LANGUAGES, Language
from tests.support.clock import NOON

WRITTEN = {"a": ("un", "deux", "trois"), "b": ("trois",)}
OFTENER = {**WRITTEN, "a": ("un", "deux", "trois", "quatre"), "b": ("quatre", "trois")}


def matter(written: dict[str, tuple[str, ...]], deeds: int = 0, differences: int = 0) -> Matter:
    """A dossier in which so much was written and done."""
    counted = figures.begun(NOON, NOON + HOUR)
    for sender, texts in written.items():
        for text in texts:
            said = Message("sms", f"SM{sender}{text}", "+33612345678", "+33600000000", text, NOON)
            threat = text.startswith("!")
            counted.message(SenderId(sender), f"{sender}-heron-1", said, NOON, 0, threat=threat)
    asked = {"asked": True, "compared": 4, "same": 4, "redacted_there": 0, "differences_count": differences}
    asked["numbers_hidden_there"] = 0
    return Matter(
        figures=counted,
        plain=figures.plain(counted, {}, {"media": {"known": 0}}),
        head=Head("rempart/1", 6, bytes(32), "2026-11-30T12:00:00Z"),
        key=bytes(32),
        pins=0,
        stamps=0,
        comparison={"sms": asked},
        postures=[],
        deeds=[(NOON + n * SECOND, Reason("looked")) for n in range(deeds)],
        techniques=[],
        raid="1f2e3d4c",
        handle=None,
        since=NOON,
        until=NOON + HOUR,
        made_at=NOON + HOUR,
        controller="",
    )


@pytest.mark.parametrize(
    ("written", "beside"),
    [(WRITTEN, "also written by 1 other"), (OFTENER, "also written by at least 1 other")],
)
def test_how_many_others_wrote_a_text_is_no_more_than_is_known(
    written: dict[str, tuple[str, ...]], beside: str
) -> None:
    said = told(matter(written), "en")
    assert [one["handle"] for one in said["texts"] if beside in one["handle"]]
    assert "at most 3 of each sender" in said["words"]["texts"]


@pytest.mark.parametrize(("deeds", "left_out"), [(MOST_ACTS, 0), (MOST_ACTS + 7, 7)])
def test_what_was_done_and_is_not_shown_is_counted(deeds: int, left_out: int) -> None:
    acts = told(matter(WRITTEN, deeds), "en")["acts"]
    more = [one for one in acts if one.endswith("stand in entries.jsonl")]
    assert more == ([f"and {left_out} more; all of them stand in entries.jsonl"] if left_out else [])


@pytest.mark.parametrize(
    ("differences", "sentence"),
    [(0, "No difference was found."), (2, "2 differences; they stand in comparison.json.")],
)
def test_where_nothing_differs_that_is_said(differences: int, sentence: str) -> None:
    assert sentence in told(matter(WRITTEN, differences=differences), "en")["provider"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_without_a_timestamp_it_is_not_said_that_nobody_was_asked(language: str) -> None:
    """An authority may have been asked and not have answered yet."""
    proof = " ".join(told(matter(WRITTEN), "en" if language == "en" else "fr")["proof"])
    assert ("is in the dossier" in proof) or ("ne figure au dossier" in proof)
    assert "was asked" not in proof
    assert "sollicitée" not in proof


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_our_own_never_stands_by_the_number_of_a_letter(language: Language) -> None:
    """In French a narrow space parts the thousands, and stands before a colon."""
    crowd = {f"s{n}": tuple(f"texte {n}.{m}" for m in range(3)) for n in range(1_200)}
    said = told(matter(crowd, deeds=3, differences=1_234), language)
    assert "[U+" not in repr({name: one for name, one in said.items() if name != "words"})
    own = {name: one for name, one in said["words"].items() if name != "threats"}
    assert "[U+" not in repr(own)
    assert ("3\u00a0600" if language == "fr" else "3,600") in said["happened"][0]
    assert ("reçus : Raid" if language == "fr" else "received: Raid") in said["title"].replace("\u00a0", " ")


def test_of_what_many_wrote_alike_each_text_stands_once_so_that_no_other_is_crowded_out() -> None:
    crowd: dict[str, tuple[str, ...]] = {f"s{n}": ("!on arrive",) for n in range(500)}
    crowd["z"] = ("!une autre menace",)
    said = told(matter(crowd), "en")
    assert [one["text"] for one in said["threats"]] == ["!on arrive", "!une autre menace"]
    assert said["threats"][0]["handle"] == "s0-heron-1  (also written by 499 others)"
    assert said["threats"][1]["handle"] == "z-heron-1"
    assert "Shown here: 501 of 501" in said["words"]["threats"]


def test_a_text_without_a_letter_is_said_to_be_empty() -> None:
    (one,) = told(matter({"a": ("",)}), "en")["texts"]
    assert (one["handle"], one["text"]) == ("a-heron-1  (without a text)", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hash_is_copied_from_the_page_as_it_is(language: Language) -> None:
    said = told(matter(WRITTEN), language)
    assert [one for one in said["proof"] if bytes(32).hex() in one]
    assert "\u200b" not in repr(said)
    (endless,) = told(matter({"a": ("x" * 1600,)}), language)["texts"]
    assert max(map(len, endless["text"].split("\u200b"))) <= 66


def test_calls_are_said_not_to_be_compared_and_to_hold_no_text() -> None:
    counted = matter({})
    ring = Message("sms", "CA1", "+33612345678", "+33600000000", "", NOON, form="call")
    counted.figures.message(SenderId("a"), "a-heron-1", ring, NOON, 0, threat=False)
    rang = replace(counted, plain=figures.plain(counted.figures, {}, {"media": {"known": 0}}), comparison={})
    said = told(rang, "en")
    assert "Calls stand in another log of the provider's, and were not compared: 1." in said["provider"]
    assert said["texts"] == []
    assert said["words"]["texts"] == "No text was written."
