"""What all runs gave, study by study, and how figures are written. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite

from tests.bench.raids.estimate import Estimate, estimate
from tests.bench.raids.measure import Outcome
from tests.bench.raids.plan import OUTSIDE

Form = Callable[[float], str]
"""Writes a figure for people."""

NEVER = {"delay_messages", "delay_seconds", "named_at"}
"""Figures in which nothing means that it never happened, and not that there is nothing to say."""


@dataclass(slots=True)
class Results:
    """Outcomes by study."""

    outcomes: Sequence[Outcome]
    _by_study: dict[str, list[Outcome]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.outcomes:
            self._by_study.setdefault(one.study, []).append(one)

    def of(self, study: str) -> list[Outcome]:
        """The outcomes of a study, by seed."""
        return sorted(self._by_study.get(study, ()), key=lambda one: one.seed)

    def abroad(self, group: str) -> list[str]:
        """The names of the studies that are one of ours on texts of others, a corpus each."""
        return [one for one in self._by_study if one.startswith(f"{OUTSIDE}{group}:")]

    def values(self, study: str, figure: str) -> list[float]:
        """A figure in every run that has one; `inf` for what never happened."""
        given = [one.figures.get(figure) for one in self.of(study)]  # what not every study measures
        if figure in NEVER:
            return [inf if value is None else value for value in given]
        return [value for value in given if value is not None]

    def estimate(self, study: str, figure: str) -> Estimate | None:
        """What the runs say of a figure; `None` where none has it."""
        return _estimated(self.values(study, figure))

    def baseline(self, study: str, policy: str, figure: str) -> Estimate | None:
        """The same, of a simpler policy."""
        given = (one.baselines[policy][figure] for one in self.of(study))
        return _estimated([value for value in given if value is not None])


def _estimated(values: Sequence[float]) -> Estimate | None:
    return estimate(values) if values else None


def count(value: float) -> str:
    """A number of things."""
    if not isfinite(value):
        return "never"
    return f"{value:,.0f}" if value == round(value) or abs(value) >= 100 else f"{value:,.1f}"


def money(value: float) -> str:
    """Euros."""
    return f"{value:,.2f} €"


def share(value: float) -> str:
    """A share as a percentage; never rounded up to the whole."""
    return "100 %" if value == 1 else f"{min(value, 0.99999) * 100:.{3 if 0.9995 <= value < 1 else 1}f} %"


def points(value: float) -> str:
    """A difference of shares."""
    return f"{100 * value:.1f} points"


def seconds(value: float) -> str:
    """A length of time."""
    if not isfinite(value):
        return "never"
    return f"{value:,.0f} s" if value < 600 else f"{value / 60:,.0f} min"


def interval(told: Estimate, form: Form) -> str:
    """The mean with its interval, cut at what is possible."""
    if not isfinite(told.mean):
        return "never in some runs"
    if told.runs == 1:
        return f"{form(told.mean)} (one run)"
    if told.least == told.most:
        return f"{form(told.mean)} (every run)"
    most = 1.0 if form is share else inf
    return f"{form(told.mean)} ({form(max(told.low, 0.0))} to {form(min(told.high, most))})"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def runs_of(results: Results, study: str) -> str:
    """How many runs a study had, and of which seeds."""
    seeds = [one.seed for one in results.of(study)]
    if len(seeds) == 1:
        return f"one run (seed {seeds[0]})"
    firsts = [seed for seed in seeds if seed - 1 not in seeds]
    lasts = [seed for seed in seeds if seed + 1 not in seeds]
    told = (str(one) if one == two else f"{one} to {two}" for one, two in zip(firsts, lasts, strict=True))
    return f"{len(seeds):,} runs (seeds {', '.join(told)})"
