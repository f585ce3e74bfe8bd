"""Logistic regression by AdaGrad over hashed features, in plain Python, the same bytes on every run.

No numpy: the heart of the service must not need it, and a model that anyone can remake in minutes with
nothing but Python can be checked. The exponential is our own (products only), because the one of the
C library may differ in its last bit from one machine to the next.
"""

import random
from array import array
from collections import Counter
from collections.abc import Sequence
from math import sqrt

from bridge.raid.suspicion.features import BUCKETS, features
from bridge.raid.suspicion.model import Weights, norm
from tests.training.texts import Example, doubled, examples

SEED = 20171030
PASSES = 2
RATE = 0.2
DECAY = 0.01
"""L2, paid by the weights that a text touches."""

SHARES = {"abusive": 1.0, "ordinary": 2.4, "hard": 0.06}
LANGUAGES = {"fr": 0.55, "en": 0.19, "es": 0.13, "ar": 0.13}
"""How much each kind and each language counts in all, whatever the number of its texts."""

WRITTEN = 3
"""How many composed texts a written one counts for: no two of them are alike."""

PRIOR = -1.6
"""The logit of a text of which nothing is known: rather harmless."""

STEEPNESS = 1.4
"""What all but the prior is stretched by in the end. It moves no text past another, but sets the score that
two in a hundred ordinary texts reach between 500 and 600."""

Row = tuple["array[int]", bool, float]


def train() -> Weights:
    """Learn from the texts; pure but for reading them."""
    rows = _rows()
    print(f"{len(rows)} texts")  # noqa: T201
    return _quantised(_learned(rows))


def _rows() -> list[Row]:
    chance = random.Random(SEED)
    found = [double for example in examples() for double in doubled(example, chance)]
    sums: Counter[tuple[str, str]] = Counter()
    for example in found:
        sums[example.kind, example.language] += _count(example)
    rows = [_row(one, _share(one) * len(found) * _count(one) / sums[one.kind, one.language]) for one in found]
    return [row for row in rows if row[0]]


def _share(example: Example) -> float:
    return SHARES[example.kind] * LANGUAGES[example.language] / 2


def _count(example: Example) -> int:
    return WRITTEN if example.written else 1


def _row(example: Example, weight: float) -> Row:
    return array("l", sorted(features(example.text))), example.abusive, weight


def _learned(rows: Sequence[Row]) -> list[float]:
    """The weights, averaged over the second half of the passes."""
    weights, sums, squares = [0.0] * BUCKETS, [0.0] * BUCKETS, [1e-2] * BUCKETS
    chance, order = random.Random(SEED), list(range(len(rows)))
    for turn in range(PASSES):
        chance.shuffle(order)
        loss = 0.0
        for place in order:
            loss += _step(rows[place], weights, squares)
        if turn >= PASSES // 2:
            sums = [total + weight for total, weight in zip(sums, weights, strict=True)]
        print(f"pass {turn + 1} of {PASSES}: mean loss {loss / len(rows):.4f}")  # noqa: T201
    return [total / (PASSES - PASSES // 2) for total in sums]


def _step(row: Row, weights: list[float], squares: list[float]) -> float:
    """One text's correction to the weights it touches; how wrong the guess was."""
    buckets, abusive, importance = row
    size = norm(len(buckets))
    guess = logistic(PRIOR + size * sum([weights[bucket] for bucket in buckets]))
    slope = importance * (guess - abusive) * size
    square = slope * slope
    for bucket in buckets:
        weight = weights[bucket]
        squares[bucket] += square
        weights[bucket] = weight - RATE * (slope / sqrt(squares[bucket]) + DECAY * weight)
    return abs(guess - abusive)


def logistic(logit: float) -> float:
    """1 / (1 + e^-logit), by ten squarings of (1 - logit/1024), to about one part in a thousand."""
    power = 1 - max(-30.0, min(30.0, logit)) / 1024
    for _ in range(10):
        power *= power
    return 1 / (1 + power)


def _quantised(weights: Sequence[float]) -> Weights:
    """Weights as signed bytes: the largest one in a thousand are cut off, for the sake of all others."""
    sizes = sorted(abs(weight) for weight in weights if weight)
    step = sizes[-1 - len(sizes) // 1000] / 127
    cells = array("b", [max(-127, min(127, round(weight / step))) for weight in weights])
    return Weights(PRIOR, STEEPNESS * step, cells)
