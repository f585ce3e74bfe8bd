"""Writes docs/benchmark.md and its picture from outcomes. Touches the folder it is handed."""

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path

from tests.bench.raids import curve, words
from tests.bench.raids.goals import Goal, Reading, readings
from tests.bench.raids.measure import Outcome
from tests.bench.raids.plan import Outside
from tests.bench.raids.results import Results, count, money, share, table
from tests.bench.raids.sections import baselines, delay, outside_texts, section

Judged = Sequence[tuple[Goal, Reading]]


def write(folder: Path, outcomes: Sequence[Outcome], outside: Outside) -> None:
    """Writes the document, and the picture of the curve where there is one."""
    results = Results(outcomes)
    (folder / "benchmark.md").write_text(document(results, outside), encoding="utf-8")
    curves = _curves(results, outside)
    if curves:
        (folder / curve.PICTURE).write_text(curve.draw(curves), encoding="utf-8")


def document(results: Results, outside: Outside) -> str:
    """The whole document, in Markdown."""
    judged = list(readings(results))
    parts = [
        words.TITLE,
        _headline(results, judged),
        words.WHAT,
        "## Every target",
        _targets(results, judged),
        "## Beside simpler policies",
        words.BASELINES,
        baselines(results),
        "## Scenario by scenario",
        *(section(results, study) for study in words.STUDIES if results.of(study)),
        "## With texts from outside",
        outside_texts(results, outside),
        "## What cannot be done",
        words.CANNOT.format(thin=_thin(results)),
        "## Rules of honesty",
        words.HONESTY,
        "## How to repeat it",
        words.REPEAT,
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _headline(results: Results, judged: Judged) -> str:
    met = sum(reading.met for _, reading in judged)
    missed = [f"{it.what} in {it.place}, {reading.shown}" for it, reading in judged if not reading.met]
    told = [f"**{met} of {len(judged)} targets are met.**", *_weekend(results)]
    told.append(f"Missed: {'; '.join(missed)}." if missed else "None is missed.")
    return " ".join((*told, *_abroad(results)))


def _abroad(results: Results) -> Iterator[str]:
    """How far our own texts flatter the detector."""
    studies = sorted({one.study for one in results.outcomes if one.study.startswith("outside-insults:")})
    recalls = [told.mean for one in studies if (told := results.estimate(one, "recall"))]
    ours = results.estimate("insults", "recall")
    if recalls and ours:
        lowest, highest = share(min(recalls)), share(max(recalls))
        among = lowest if lowest == highest else f"{lowest} to {highest}"
        yield (
            f"All of that is with texts of our own: of numbers that insult once (3) {share(ours.mean)} are "
            f"caught, but {among} where others wrote the insults."
        )


def _weekend(results: Results) -> Iterator[str]:
    """The one scenario that everybody asks about."""
    cost, pot = results.estimate("weekend", "cost"), results.baseline("weekend", "pot", "cost")
    everybody = results.baseline("weekend", "all", "cost")
    answered = results.estimate("weekend", "answered_pot")
    if cost is None or pot is None or everybody is None or answered is None:
        return
    yield (
        f"In the weekend of 2017 the service pays {money(cost.mean)} to raiders, where replying to all "
        f"would cost {money(everybody.mean)} and the same service without its detector {money(pot.mean)}; "
        f"while the pot lasts it answers {share(answered.mean)} of ordinary people within the hour. "
        f"{delay(results, 'weekend')}"
    )


def _targets(results: Results, judged: Judged) -> str:
    rows = (
        (goal.place, goal.study or "every", _runs(results, goal), *_told(goal, reading))
        for goal, reading in judged
    )
    return table(("#", "scenario", "runs", "what", "target", "measured", "result"), rows)


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
    studies |= {f"outside-insults:{one.name}": one.name for one in outside.abuse}
    return {name: curve.pooled(results.of(study)) for study, name in studies.items() if results.of(study)}
