"""The raid benchmark itself: what is planned, measured, kept and written."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.responses import read, shipped
from bridge.simulate.scenarios import SCENARIOS, make
from tests.bench.raids import words
from tests.bench.raids.__main__ import Progress
from tests.bench.raids.cache import Cache, fingerprint
from tests.bench.raids.goals import GOALS
from tests.bench.raids.measure import Outcome, measure, thinned
from tests.bench.raids.plan import (
    STUDIES,
    Corpus,
    Outside,
    Run,
    Study,
    Texts,
    corpus,
    runs,
    seeds,
    studies,
)

TINY = Study("insults", "insults", 140, scale=0.02)
RAIDERS = Corpus("a corpus", tuple(f"espece de {number} fois rien du tout" for number in range(200)))


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    """A hundred insults among a few ordinary people."""
    return measure(Run(TINY, 1), read(shipped()), Outside())


def test_every_scenario_is_run_and_every_study_told_of() -> None:
    silent = {"calls"}  # nobody writes in it, so that there is nothing to tell apart
    assert {one.scenario for one in STUDIES} == set(SCENARIOS) - silent
    told = {one.group for one in STUDIES if not one.language}
    assert set(words.STUDIES) == told
    assert {goal.study for goal in GOALS} <= {*told, ""}


@pytest.mark.parametrize(
    ("written", "numbers"),
    [(None, {}), ("3", {"every": 3}), ("20,weekend=6", {"every": 20, "weekend": 6}), ("drip=4", {"drip": 4})],
)
def test_seeds_are_given_for_all_or_for_some(written: str | None, numbers: dict[str, int]) -> None:
    assert seeds(written) == numbers


def test_runs_go_seed_by_seed_and_the_shortest_first() -> None:
    planned = runs([one for one in STUDIES if one.name in ("flood", "weekend")], {"every": 2, "weekend": 1})
    assert [(run.study.name, run.seed) for run in planned] == [("flood", 1), ("weekend", 1), ("flood", 2)]


def test_an_unknown_study_is_refused() -> None:
    with pytest.raises(ValueError, match="no study floods"):
        studies(Outside(), ["floods"])


def test_texts_from_outside_add_studies_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "texts"
    file.write_text("un\n\ndeux\n", encoding="utf-8")
    brought = Outside(abuse=(corpus(f"Someone's={file}"),))
    (insults,) = (one for one in studies(brought, ["insults"]) if one.texts)
    assert insults.name == "outside-insults:Someone's"
    assert brought.texts(insults) == Texts(abuse=("un", "deux"))


def test_a_language_of_its_own_is_run_on_the_corpora_in_it(tmp_path: Path) -> None:
    file = tmp_path / "texts"
    file.write_text("one\ntwo\n", encoding="utf-8")
    brought = Outside(
        ordinary=(corpus(f"fr={file}"), replace(corpus(f"plain@en={file}"), lines=("hello", "hi"))),
        abuse=(corpus(f"rough@en={file}"),),
    )
    abroad = [one for one in studies(brought) if one.texts]
    assert [one.name for one in abroad] == ["outside-languages-en:rough"]
    assert brought.texts(abroad[0]) == Texts(("hello", "hi"), ("one", "two"))


def test_an_unknown_language_of_a_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no texts in de"):
        corpus(f"name@de={tmp_path}")


def test_the_hard_ordinary_are_measured_by_themselves(outcome: Outcome) -> None:
    figures = outcome.figures
    assert 0 < (figures["hard"] or 0) < (figures["ordinary"] or 0) / 4
    assert 0 <= (figures["hard_accused"] or 0) <= 1
    assert (figures["answered_day"] or 0) >= (figures["answered"] or 0)


def test_thinning_takes_raid_messages_only() -> None:
    trace = make("flood", 1, scale=0.1)
    left = thinned(trace, 4)
    before, after = (list(one.labels.values()) for one in (trace, left))
    assert after.count("ordinary") == before.count("ordinary")
    assert after.count("raider") == -(-before.count("raider") // 4)
    assert {one.id for one in left.messages} == set(left.labels)


def test_a_run_measures_what_it_replayed(outcome: Outcome) -> None:
    figures = outcome.figures
    assert figures["raid_messages"] == 100
    assert figures["messages"] == figures["recorded"]
    assert figures["passed_by"] == 0
    assert outcome.baselines["all"]["cost"] == pytest.approx(100 * 0.0763)
    assert outcome.baselines["knowing"]["cost"] == 0
    assert sum(number for _, number in outcome.curve["raider"]) == 100


def test_the_same_seed_gives_the_same_figures(outcome: Outcome) -> None:
    assert measure(Run(TINY, 1), read(shipped()), Outside()) == outcome


def test_texts_from_outside_change_the_figures(outcome: Outcome) -> None:
    study = replace(TINY, texts=RAIDERS.name)
    brought = measure(Run(study, 1), read(shipped()), Outside(abuse=(RAIDERS,)))
    assert brought.curve["raider"] != outcome.curve["raider"]


def test_an_interrupted_benchmark_resumes(tmp_path: Path, outcome: Outcome) -> None:
    cache = Cache(tmp_path / "kept" / "outcomes.jsonl", "this code", Outside())
    planned = [Run(TINY, seed) for seed in (1, 2)]
    cache.keep(planned[0], outcome)
    with cache.file.open("a", encoding="utf-8") as file:
        file.write('{"key": "cut sho')
    cache.keep(planned[1], replace(outcome, seed=2))
    assert {run: one.seed for run, one in cache.known(planned).items()} == {planned[0]: 1, planned[1]: 2}


def test_progress_tells_how_much_is_done_and_when_it_ends(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(2 * TINY.size)
    progress.tell(Run(TINY, 1))
    progress.tell(Run(TINY, 2))
    half, whole = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r" 50 %, \d+ min left, until \d\d:\d\d: insults 1", half)
    assert whole.startswith("100 %, 0 min left")


def test_what_was_kept_comes_back_as_it_was(tmp_path: Path, outcome: Outcome) -> None:
    cache = Cache(tmp_path / "outcomes.jsonl", "this code", Outside())
    cache.keep(Run(TINY, 1), outcome)
    known = cache.known([Run(TINY, 1)])[Run(TINY, 1)]
    assert json.dumps(known.curve) == json.dumps(outcome.curve)
    assert (known.figures, known.baselines) == (outcome.figures, outcome.baselines)


@pytest.mark.parametrize(
    ("code", "run", "outside"),
    [
        ("other code", Run(TINY, 1), Outside()),
        ("this code", Run(TINY, 2), Outside()),
        ("this code", Run(replace(TINY, language="en"), 1), Outside()),
        ("this code", Run(replace(TINY, texts=RAIDERS.name), 1), Outside(abuse=(RAIDERS,))),
    ],
)
def test_nothing_is_taken_from_another_code_seed_language_or_texts(
    code: str, run: Run, outside: Outside, tmp_path: Path, outcome: Outcome
) -> None:
    file = tmp_path / "outcomes.jsonl"
    Cache(file, "this code", Outside()).keep(Run(TINY, 1), outcome)
    assert Cache(file, code, outside).known([run]) == {}


def test_the_fingerprint_changes_with_what_decides_figures(tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("bridge/raid/flood.py", "bridge/pot.py", "responses.yaml")}
    for path in files.values():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one", encoding="utf-8")
    prints = {fingerprint(tmp_path)}
    for path in files.values():
        path.write_text("two", encoding="utf-8")
        prints.add(fingerprint(tmp_path))
    assert len(prints) == 1 + len(files)
