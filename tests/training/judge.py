"""`python -m tests.training.judge`: how well the model tells texts apart that it has not learned from."""

import argparse
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from pathlib import Path

from bridge.raid.suspicion import suspicion

FALSE_ALARMS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.10)
"""Shares of harmless texts that may be taken for abusive, at which to say how much abuse is caught."""


def caught(abuse: Sequence[int], ordinary: Sequence[int], false_alarms: float) -> tuple[int, float]:
    """The lowest threshold that no more than this share of ordinary scores reach; the abuse it catches."""
    allowed = int(false_alarms * len(ordinary))
    threshold = sorted(ordinary, reverse=True)[allowed] + 1
    return threshold, sum(score >= threshold for score in abuse) / len(abuse)


def area(abuse: Sequence[int], ordinary: Sequence[int]) -> float:
    """The area under the ROC curve: how often an abusive text scores above an ordinary one; a tie is half."""
    below = sorted(ordinary)
    wins = sum(bisect_left(below, score) + bisect_right(below, score) for score in abuse)
    return wins / 2 / len(abuse) / len(ordinary)


def scores(files: Sequence[Path]) -> list[int]:
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [suspicion(line) for line in lines if line.strip()]


def table(abuse: Sequence[int], ordinary: Sequence[int]) -> str:
    rows = [
        f"{share:6.1%}   {rate:6.1%}   {threshold}"
        for share in FALSE_ALARMS
        for threshold, rate in [caught(abuse, ordinary, share)]
    ]
    heading = f"AUC {area(abuse, ordinary):.3f} ({len(abuse)} abusive, {len(ordinary)} harmless)"
    return "\n".join([heading, "false    caught   from", *rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, told in [
        ("abuse", "abusive texts"),
        ("ordinary", "ordinary texts"),
        ("hard", "harmless texts in the register of abuse"),
    ]:
        parser.add_argument(
            f"--{name}", type=Path, nargs="+", default=[], help=f"files of {told}, one a line"
        )
    files = parser.parse_args()
    abuse = scores(files.abuse)
    for name in ("ordinary", "hard"):
        if harmless := scores(getattr(files, name)):
            print(f"{name}: {table(abuse, harmless)}\n")  # noqa: T201


if __name__ == "__main__":
    main()
