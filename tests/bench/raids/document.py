"""Writes docs/benchmark.md and its picture from outcomes. Touches the folder it is handed."""

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path

from bridge.simulate.speech import LANGUAGES
from tests.bench.raids import curve, words
from tests.bench.raids.goals import Goal, Reading, readings, readings_abroad
from tests.bench.raids.measure import Outcome
from tests.bench.raids.plan import OUTSIDE, Outside
from tests.bench.raids.results import Results, count, money, share, table
from tests.bench.raids.sections import (
    baselines,
    delay,
    equal_money,
    ours,
    outside_texts,
    overview,
    section,
)

Judged = Sequence[tuple[Goal, Reading]]
JudgedAbroad = Sequence[tuple[str, Goal, Reading]]
"""With the name of the corpus."""


def write(folder: Path, outcomes: Sequence[Outcome], outside: Outside) -> None:
    """Writes the document, and the picture of the curve where there is one."""
    results = Results(outcomes)
    (folder / "benchmark.md").write_text(document(results, outside), encoding="utf-8")
    curves = _curves(results, outside)
    if curves:
        (folder / curve.PICTURE).write_text(curve.draw(curves), encoding="utf-8")


def document(results: Results, outside: Outside) -> str:
    """The whole document, in Markdown."""
    judged, abroad = list(readings(results)), list(readings_abroad(results))
    parts = [
        words.TITLE,
        _headline(results, judged, abroad),
        words.WHAT,
        "## With texts of others",
        outside_texts(results, outside),
        *(("### Every target, with texts of others", _targets_abroad(results, abroad)) if abroad else ()),
        "## With texts of our own",
        words.OURS,
        overview(results, ours(results), ("scenario",)),
        "### Every target, with texts of our own",
        _targets(results, judged),
        "### Beside simpler policies",
        words.BASELINES,
        baselines(results),
        words.EQUAL,
        equal_money(results, ours(results), ("scenario",)),
        "## Scenario by scenario, with texts of our own",
        *(section(results, study) for study in words.STUDIES if results.of(study)),
        "## What cannot be done",
        words.CANNOT.format(thin=_thin(results)),
        "## Rules of honesty",
        words.HONESTY,
        "## How to repeat it",
        words.REPEAT,
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _headline(results: Results, judged: Judged, abroad: JudgedAbroad) -> str:
    told = [f"**With texts of our own, {_met([it for _, it in judged])}.**", *_weekend(results)]
    missed = [f"{it.what} in {it.place}, {reading.shown}" for it, reading in judged if not reading.met]
    told.append(f"Missed: {'; '.join(missed)}." if missed else "None is missed.")
    return "\n\n".join(" ".join(part) for part in ([*_abroad(results, abroad)], told) if part)


def _met(readings: Sequence[Reading]) -> str:
    return f"{sum(it.met for it in readings)} of {len(readings)} targets are met"


def _abroad(results: Results, abroad: JudgedAbroad) -> Iterator[str]:
    """The outside comes first: that is what a raid that others write will look like."""
    if not abroad:
        return
    yield f"**With texts that others wrote, {_met([it for _, _, it in abroad])}.**"
    weekends = results.abroad("weekend")
    for study in weekends:
        yield _weekend_abroad(results, study)
    missed = [f"{goal.what} in {goal.place} on {name}, {it.shown}" for name, goal, it in abroad if not it.met]
    yield f"Missed: {'; '.join(missed)}." if missed else "None is missed."


def _weekend_abroad(results: Results, study: str) -> str:
    known = {name: it.mean for name in _WEEKEND if (it := results.estimate(study, name)) is not None}
    once = results.baseline(study, "once", "cost")
    told = f"In the weekend of 2017 ({study.partition(':')[2]}) {money(known.pop('cost'))} go to raiders"
    if once is not None:
        told += f", where answering each number once would pay them {money(once.mean)}"
    shares = {name: share(value) for name, value in known.items()}
    return (
        told + _OF_ALL.format_map(shares) + (_OF_THE_HARD.format_map(shares) if "hard_day" in shares else ".")
    )


_OF_ALL = "; of all ordinary people {answered} are answered within the hour and {answered_day} within 24"
_OF_THE_HARD = ", of the hard ordinary {hard_answered} and {hard_day}; {hard_accused} of those are accused."
_WEEKEND = ("cost", "answered", "answered_day", "hard_answered", "hard_day", "hard_accused")


def _weekend(results: Results) -> Iterator[str]:
    """The one scenario that everybody asks about."""
    cost, pot = results.estimate("weekend", "cost"), results.baseline("weekend", "pot", "cost")
    everybody = results.baseline("weekend", "all", "cost")
    answered, today = (results.estimate("weekend", figure) for figure in ("answered", "answered_day"))
    if cost is None or pot is None or everybody is None or answered is None or today is None:
        return
    yield (
        f"In the weekend of 2017 the service pays {money(cost.mean)} to raiders, where replying to all "
        f"would cost {money(everybody.mean)} and the same service without its detector {money(pot.mean)}; "
        f"it answers {share(answered.mean)} of all ordinary people within the hour and {share(today.mean)} "
        "within 24. "
        f"{delay(results, 'weekend')}"
    )


def _targets(results: Results, judged: Judged) -> str:
    rows = (
        (goal.place, goal.study or "every", _runs(results, goal), *_told(goal, reading))
        for goal, reading in judged
    )
    return table(("#", "scenario", "runs", "what", "target", "measured", "result"), rows)


def _targets_abroad(results: Results, abroad: JudgedAbroad) -> str:
    rows = (
        (goal.place, _plain(goal), name, _runs_abroad(results, goal), *_told(goal, it))
        for name, goal, it in abroad
    )
    head = ("#", "scenario", "abusive texts", "runs", "what", "target", "measured", "result")
    return table(head, rows)


def _plain(goal: Goal) -> str:
    """The study's name, as of our own."""
    return goal.study.partition(":")[0].removeprefix(OUTSIDE)


def _runs_abroad(results: Results, goal: Goal) -> str:
    studies = [goal.study] if results.of(goal.study) else _languages(results)
    return count(sum(len(results.of(one)) for one in studies))


def _languages(results: Results) -> list[str]:
    return [study for one in LANGUAGES for study in results.abroad(f"languages-{one}")]


def _told(goal: Goal, reading: Reading) -> tuple[str, ...]:
    return goal.what, goal.target, reading.shown, reading.verdict


def _runs(results: Results, goal: Goal) -> str:
    studies = goal.runs_of or (goal.study,)
    return count(sum(len(results.of(one)) for one in studies) if goal.study else len(results.outcomes))


def _thin(results: Results) -> str:
    """How far the detector sees, where it was tried."""
    runs, raid = len(results.of("thin")), results.estimate("thin", "raid_messages")
    caught = results.estimate("thin", "recall")
    if raid is None or caught is None:
        return ""
    seen = [value for value in results.values("thin", "delay_messages") if isfinite(value)]
    first = f", at the earliest after {count(min(seen))} raid messages" if seen else ""
    return (
        f"Measured over a week with {count(raid.mean)} raid messages: a raid is seen in {len(seen)} "
        f"of {runs} runs{first}, and {share(caught.mean)} of its numbers are caught: those of the nights, "
        "when ordinary people sleep and the raid is a larger share."
    )


def _curves(results: Results, outside: Outside) -> Mapping[str, Sequence[curve.Point]]:
    """The curve of our own texts, and that of each corpus."""
    studies = {"insults": "texts of our own"}
    studies |= {f"{OUTSIDE}insults:{one.name}": one.name for one in outside.abuse}
    return {name: curve.pooled(results.of(study)) for study, name in studies.items() if results.of(study)}
