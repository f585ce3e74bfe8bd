"""The document: targets judged, figures written, curves drawn."""

from dataclasses import replace
from math import inf
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.bench.raids import curve
from tests.bench.raids.document import document, write
from tests.bench.raids.goals import readings, readings_abroad
from tests.bench.raids.measure import Outcome
from tests.bench.raids.plan import Corpus, Outside
from tests.bench.raids.results import Results, count, interval, money, runs_of, share

FIGURES: dict[str, float | None] = {
    "messages": 100,
    "recorded": 100,
    "raid_messages": 50,
    "days": 1,
    "raiders": 50,
    "ordinary": 40,
    "cost": 1.0,
    "replies": 13,
    "precision": 0.995,
    "recall": 0.99,
    "recall_once": 0.98,
    "recall_many": 1.0,
    "accused": 0,
    "accused_share": 0.0,
    "hard": 8,
    "hard_answered": 0.85,
    "hard_day": 0.95,
    "hard_accused": 0.125,
    "answered": 0.96,
    "answered_day": 0.985,
    "answered_pot": 0.999,
    "refused": 2,
    "delay_messages": 9,
    "delay_seconds": 70.5,
    "delay_cost": 0.2,
    "named_at": 5,
    "raids": 1,
    "false_raids": 0,
    "false_grave": 0,
    "posts": 2,
    "posts_hour": 1,
    "spent": 5.0,
    "inbound": 1.5,
    "hour_most": 2.0,
    "day_most": 5.0,
    "passed_by": 0,
    "waiting_most": 7,
    "left_behind": 0,
    "telegram": None,
}
POLICIES = ("all", "bucket", "once", "pot", "knowing", "equal_bucket", "equal_once", "order")
CURVE = {"ordinary": [(0, 97), (500, 2), (900, 1)], "raider": [(0, 10), (500, 30), (900, 60)]}


def outcome(study: str, seed: int = 1, **changes: float | None) -> Outcome:
    """One run of a study."""
    fared: dict[str, float | None] = {"cost": 3.0, "answered": 0.9}
    shown = CURVE if study.endswith("insults") or study.startswith("outside-insults") else {}
    return Outcome(study, seed, FIGURES | changes, dict.fromkeys(POLICIES, fared), shown)


def judged(*outcomes: Outcome) -> dict[tuple[str, str], tuple[str, bool, bool]]:
    """Every target that was read, by scenario and what it is about."""
    return {
        (goal.study, goal.what): (reading.shown, reading.met, reading.narrow)
        for goal, reading in readings(Results(outcomes))
    }


@pytest.mark.parametrize(
    ("costs", "met", "narrow"),
    [
        ((2.4, 2.5, 2.6), True, True),
        ((1.0, 1.1), True, False),
        ((2.4, 2.8), False, True),
        ((9, 9), False, False),
    ],
)
def test_a_mean_is_judged_and_its_interval_watched(costs: tuple[float, ...], met: bool, narrow: bool) -> None:
    runs = (outcome("copies", seed, cost=cost) for seed, cost in enumerate(costs, 1))
    assert judged(*runs)["copies", "paid to raiders"][1:] == (met, narrow)


def test_one_bad_run_misses_a_target_for_every_run() -> None:
    told = judged(outcome("flood", 1, named_at=5), outcome("flood", 2, named_at=6))
    assert told["flood", "messages until it is called one"] == ("6 at worst", False, False)


def test_a_raid_that_is_never_seen_misses_its_target() -> None:
    told = judged(outcome("drip", delay_messages=None))
    assert told["drip", "raid messages until it is seen"] == ("never at worst", False, False)


def test_a_clean_sheet_says_how_much_it_is_worth() -> None:
    runs = [outcome("television", seed, raids=0) for seed in range(1, 11)]
    (reading,) = (it for goal, it in readings(Results(runs)) if goal.target == "0 in 300 runs")
    assert reading.verdict == "met so far"
    assert "fewer than 0.3 a run" in reading.shown


def test_recall_lost_is_told_of_the_same_people_and_the_same_raid() -> None:
    plain = [outcome("languages-fr", seed, recall=recall) for seed, recall in ((1, 0.9), (2, 0.8), (3, 0.1))]
    disguised = [outcome("disguises", seed, recall=recall) for seed, recall in ((1, 0.89), (2, 0.78))]
    assert judged(*plain, *disguised)["disguises", "recall lost to disguise"] == (
        "1.5 points (0.0 points to 7.9 points): 85.0 % without, 83.5 % with",
        True,
        True,
    )


def test_recall_lost_is_not_told_where_nothing_is_to_be_held_against_it() -> None:
    assert ("disguises", "recall lost to disguise") not in judged(outcome("disguises"), outcome("copies"))
    other = judged(outcome("disguises", 1), outcome("languages-fr", 2))
    assert ("disguises", "recall lost to disguise") not in other


def test_the_language_gap_needs_every_language() -> None:
    some = [outcome(f"languages-{one}", recall=0.9) for one in ("fr", "en", "es")]
    assert ("languages", "recall, best language against worst") not in judged(*some)
    told = judged(*some, outcome("languages-ar", recall=0.7))
    shown, met, _ = told["languages", "recall, best language against worst"]
    assert (shown.startswith("20.0 points"), met) == (True, False)


def test_the_document_says_met_and_missed_in_one_table() -> None:
    told = document(Results([outcome("copies"), outcome("insults", cost=60.0)]), Outside())
    assert "| 2 | copies | 1 | paid to raiders | at most 2.50 € | 1.00 € (one run) | met |" in told
    assert "| 3 | insults | 1 | paid to raiders | at most 57 € | 60.00 € (one run) | missed |" in told
    assert "Missed: paid to raiders in 3, 60.00 € (one run)" in told.split("\n\n")[1]


def test_the_texts_of_others_come_first_and_the_hard_ordinary_have_columns_in_both_tables() -> None:
    runs = [outcome("weekend"), outcome("outside-weekend:B")]
    told = document(Results(runs), Outside(abuse=(Corpus("B", ()),)))
    assert told.index("## With texts of others") < told.index("## With texts of our own")
    headline = told.split("\n\n")[1]
    assert headline.startswith("**With texts that others wrote, ")
    assert "of the hard ordinary 85.0 % and 95.0 %; 12.5 % of those are accused." in headline
    hard = "| 96.0 % | 98.5 % | 0.0 % | 85.0 % | 95.0 % | 12.5 % |"
    assert f"| weekend | B | 1 | 1.00 € | 99.5 % | 99.0 % {hard}" in told
    assert f"| weekend | 1 | 1.00 € | 99.5 % | 99.0 % {hard}" in told


def test_targets_of_others_are_judged_for_each_corpus_and_the_gap_over_all() -> None:
    runs = [
        *(
            outcome(f"outside-insults:{name}", answered=answered)
            for name, answered in (("A", 0.95), ("B", 0.7))
        ),
        outcome("outside-languages-fr:A", recall=0.9),
        outcome("outside-languages-en:C", recall=0.7),
    ]
    told = {(name, goal.what): reading for name, goal, reading in readings_abroad(Results(runs))}
    assert [told[name, "ordinary people answered within the hour"].met for name in "AB"] == [True, False]
    gap = told["all", "recall, best language against worst"]
    assert (gap.met, gap.shown) == (False, "20.0 points (fr 90.0 %, en 70.0 %)")


@pytest.mark.parametrize(
    ("accused", "precision", "met"), [(0, None, True), (3, 0.96, True), (3, 0.94, False)]
)
def test_a_drip_may_accuse_precisely_or_nobody(accused: int, precision: float | None, met: bool) -> None:
    told = judged(outcome("drip", accused=accused, precision=precision))
    assert told["drip", "precision"][1] is met


def test_raiders_who_learn_are_held_against_half_of_what_once_a_number_pays() -> None:
    assert judged(outcome("adaptive", cost=1.4))["adaptive", "paid to raiders"] == (
        "1.40 € (one run) against 1.50 €",
        True,
        False,
    )


def test_every_table_has_as_many_cells_in_each_row() -> None:
    runs = [outcome(study, seed) for study in ("flood", "insults", "disguises", "quiet") for seed in (1, 2)]
    told = document(Results(runs), Outside())
    for block in told.split("\n\n"):
        rows = [line.count("|") for line in block.splitlines() if line.startswith("|")]
        assert len(set(rows)) <= 1


def test_texts_from_outside_are_named_and_never_shown() -> None:
    abuse = Corpus("A corpus", ("un texte que personne ne doit lire",) * 3)
    told = document(Results([outcome("outside-insults:A corpus")]), Outside(abuse=(abuse,)))
    assert "A corpus (3 texts)" in told
    assert "| insults | A corpus | 1 |" in told
    assert "personne ne doit lire" not in told


def test_a_run_of_next_to_nothing_still_writes_a_document(tmp_path: Path) -> None:
    write(tmp_path, [outcome("flood")], Outside())
    assert (tmp_path / "benchmark.md").read_text(encoding="utf-8").startswith("# The raid benchmark\n")
    assert not (tmp_path / curve.PICTURE).exists()


def test_the_picture_is_drawn_where_there_is_a_curve(tmp_path: Path) -> None:
    write(tmp_path, [outcome("insults"), outcome("outside-insults:B")], Outside(abuse=(Corpus("B", ()),)))
    picture = ET.parse(tmp_path / curve.PICTURE)  # noqa: S314 - we drew it
    assert len(picture.findall("{http://www.w3.org/2000/svg}polyline")) == 2


def test_the_curve_counts_who_looks_at_least_so_abusive() -> None:
    points = {point.threshold: point for point in curve.pooled([outcome("insults")])}
    assert (points[900].lost, points[900].caught) == (0.01, 0.6)
    assert (points[500].lost, points[500].caught) == (0.03, 0.9)
    assert (points[501].lost, points[501].caught) == (0.01, 0.6)
    assert points[0].caught == 1


def test_a_share_lost_is_never_passed() -> None:
    points = curve.pooled([outcome("insults"), outcome("insults", 2)])
    assert curve.at(points, 0.029).threshold == 501
    assert curve.at(points, 0.03).threshold == 1


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (share(1.0), "100 %"),
        (share(0.99996), "99.996 %"),
        (share(0.9876), "98.8 %"),
        (money(1234.5), "1,234.50 €"),
        (count(inf), "never"),
        (count(12.25), "12.2"),
    ],
)
def test_figures_are_written_for_people(written: str, shown: str) -> None:
    assert written == shown


@pytest.mark.parametrize(
    ("seeds", "told"),
    [
        ((3,), "one run (seed 3)"),
        ((2, 1, 3), "3 runs (seeds 1 to 3)"),
        ((1, 2, 4, 7, 8), "5 runs (seeds 1 to 2, 4, 7 to 8)"),
    ],
)
def test_the_seeds_that_were_run_are_told(seeds: tuple[int, ...], told: str) -> None:
    assert runs_of(Results([outcome("flood", seed) for seed in seeds]), "flood") == told


def test_an_interval_is_cut_at_what_is_possible() -> None:
    told = Results(
        [
            replace(outcome("copies", seed), figures=FIGURES | {"recall": value})
            for seed, value in ((1, 0.9), (2, 1.0))
        ]
    )
    estimated = told.estimate("copies", "recall")
    assert estimated is not None
    assert interval(estimated, share) == "95.0 % (31.5 % to 100 %)"
