"""Writes docs/security.md from the kinds and from the tests that hold them."""

import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from math import prod
from pathlib import Path
from typing import Any

from tests.security.threats import KINDS, WITHSTOOD, Threat

Test = Callable[..., Any]

TITLE = "# What people, providers and networks do, and what holds"

WHAT = """
Each line is a kind: of an attack, or of a fault that providers, networks, machines and people really produce.
`make security` writes this page from `tests/security/threats.py` and from the tests themselves; another test
fails where it lags behind. A case is a row of a table of tests; what is tried on both databases is counted
once, and so is what is asked of every file of the code. A property is a sentence that is tried with whatever
a generator of hostile values thinks of. Where it
says *not yet*, nothing is promised yet.

What is promised beyond this, and what is not, stands in [promises.md](promises.md).
"""


def document() -> str:
    """The whole page, in Markdown."""
    parts = [TITLE, WHAT, "## What went wrong once", _table(KINDS)]
    parts += ["## What was tried and did no harm", _table(WITHSTOOD)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _table(threats: Sequence[Threat]) -> str:
    head = ("#", "threat or fault", "promise", "tests that hold it", "how many", "figure")
    rows = (
        (str(number), one.what, one.promise, _held(one), _counted(one), one.figure)
        for number, one in enumerate(threats, 1)
    )
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows))


def _held(threat: Threat) -> str:
    """The files, each with the single tests that are meant where it is not all of them."""
    files = groupby(threat.tests, lambda test: test.partition("::")[0])
    return "<br>".join(_file(file, tests) for file, tests in files) or "*not yet*"


def _file(file: str, tests: Iterable[str]) -> str:
    names = [test.partition("::test_")[2].replace("_", " ") for test in tests]
    link = f"[{file}](../tests/{file})"
    return f"{link}: {', '.join(names)}" if all(names) else link


def _counted(threat: Threat) -> str:
    cases, properties = counts(threat)
    told = (_many(cases, "case", "cases"), _many(properties, "property", "properties"))
    return ", ".join(one for one in told if one)


def _many(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}" if count else ""


def counts(threat: Threat) -> tuple[int, int]:
    """How many cases hold it, and how many properties."""
    tests = [test for name in threat.tests for test in found(name)]
    properties = [test for test in tests if hasattr(test, "is_hypothesis_test")]
    return sum(cases(test) for test in tests if test not in properties), len(properties)


def found(name: str) -> Iterator[Test]:
    """The tests of a file, or the single one that is named.

    Raises:
        LookupError: there is none.
    """
    file, _, single = name.partition("::")
    module = vars(importlib.import_module(f"tests.{file.removesuffix('.py').replace('/', '.')}"))
    tests = [module[single]] if single else [one for name, one in module.items() if name.startswith("test_")]
    if not tests:
        raise LookupError(f"{file} holds no test")
    yield from tests


def cases(test: Test) -> int:
    """How many rows its tables have, each with each; what is asked of each file of ours is one case."""
    marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    return prod(1 if _are_files(mark.args[1]) else len(mark.args[1]) for mark in marks)


def _are_files(rows: Sequence[object]) -> bool:
    """Counted, they would have this page lag behind whenever a file is split."""
    return all(isinstance(row, Path) for row in rows)
