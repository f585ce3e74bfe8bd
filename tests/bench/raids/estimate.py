"""Means with their intervals, medians and percentiles, of the few figures that seeds give. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf, isfinite, sqrt
from statistics import fmean, median, stdev

_T = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
"""Student's t, two-sided 95 %, for 1 to 30 degrees of freedom; from any table."""

_Z = 1.96


@dataclass(frozen=True, slots=True)
class Estimate:
    """What some runs say of a figure."""

    runs: int
    mean: float
    low: float
    high: float
    """The 95 % interval of the mean, by Student's t; nothing is known of it from a single run."""
    median: float
    p95: float
    least: float
    most: float


def estimate(values: Sequence[float]) -> Estimate:
    """Of at least one value. `inf` stands for what never happened: no mean then, but ranks."""
    mean = fmean(values) if all(map(isfinite, values)) else inf
    half = _half_width(values) if isfinite(mean) else inf
    low, high = (mean - half, mean + half) if isfinite(half) else (-inf, inf)
    return Estimate(
        runs=len(values),
        mean=mean,
        low=low,
        high=high,
        median=median(values),
        p95=percentile(values, 0.95),
        least=min(values),
        most=max(values),
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all do not pass (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def at_most_a_run(runs: int) -> float:
    """What a rate stays below with 95 % confidence, of what never happened in so many runs (-ln 0.05)."""
    return 3.0 / runs


def _half_width(values: Sequence[float]) -> float:
    if len(values) == 1:
        return inf
    freedom = len(values) - 1
    t = _T[freedom - 1] if freedom <= len(_T) else _Z + 2.4 / freedom
    return t * stdev(values) / sqrt(len(values))
