"""Writes docs/benchmark.md and its picture from outcomes. Touches the folder it is handed."""

from collections.abc import Iterator, Mapping, Sequence
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
    missed = [f"{goal.what} ({goal.place})" for goal, reading in judged if not reading.met]
    told = [f"**{met} of {len(judged)} targets are met.**", *_weekend(results)]
    told.append(f"Missed: {'; '.join(missed)}." if missed else "None is missed.")
    return " ".join(told)


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
    return table(("#", "scenario", "runs", "what", "target", "measured", "so"), rows)


def _told(goal: Goal, reading: Reading) -> tuple[str, ...]:
    return goal.what, goal.target, reading.shown, reading.verdict


def _runs(results: Results, goal: Goal) -> str:
    return count(len(results.of(goal.study)) if goal.study else len(results.outcomes))


def _thin(results: Results) -> str:
    told = results.estimate("thin", "delay_messages")
    if told is None:
        return ""
    seen = [value for value in results.values("thin", "delay_messages") if value != float("inf")]
    total = results.estimate("thin", "raid_messages")
    among = f" among {count(total.mean)}" if total else ""
    if not seen:
        return f"Measured: never seen in {count(told.runs)} runs of a week{among} raid messages."
    when = f"at the earliest after {count(min(seen))}{among} raid messages"
    return f"Measured: seen in {len(seen)} of {told.runs} runs of a week, {when}."


def _curves(results: Results, outside: Outside) -> Mapping[str, Sequence[curve.Point]]:
    """The curve of our own texts, and that of each corpus."""
    studies = {"insults": "texts of our own"}
    studies |= {f"outside-insults:{one.name}": one.name for one in outside.abuse}
    return {name: curve.pooled(results.of(study)) for study, name in studies.items() if results.of(study)}
