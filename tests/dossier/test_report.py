"""What the report leaves out it says, and it claims no more than was counted."""

import pytest

from bridge.dossier import figures
from bridge.dossier.report import MOST_ACTS, Matter, told
from bridge.evidence.proofs import Head
from bridge.model import HOUR, SECOND, Message, SenderId
from bridge.reasons import Reason
from tests.support.clock import NOON

WRITTEN = {"a": ("un", "deux", "trois"), "b": ("trois",)}
OFTENER = {**WRITTEN, "a": ("un", "deux", "trois", "quatre"), "b": ("quatre", "trois")}


def matter(written: dict[str, tuple[str, ...]], deeds: int = 0, differences: int = 0) -> Matter:
    """A dossier in which so much was written and done."""
    counted = figures.begun(NOON, NOON + HOUR)
    for sender, texts in written.items():
        for text in texts:
            said = Message("sms", f"SM{sender}{text}", "+33612345678", "+33600000000", text, NOON)
            counted.message(SenderId(sender), f"{sender}-heron-1", said, NOON, 0, threat=False)
    asked = {"asked": True, "compared": 4, "same": 4, "redacted_there": 0, "differences_count": differences}
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
