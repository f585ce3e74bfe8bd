"""The one way to the terminal: whatever is said there is data, in one line, whoever wrote it."""

import json
import sys
from collections.abc import Iterable
from typing import Any

from bridge.text.shown import in_one_line


def put_line(sentence: object, *, error: bool = False) -> None:
    """One line on standard output, or on standard error."""
    _put([in_one_line(str(sentence))], error=error)


def put_json(value: Any, *, indent: int | None = None) -> None:
    """For a program; in ASCII, so that no character can upset a terminal."""
    _put([json.dumps(value, indent=indent)], error=False)


def put_lines(lines: Iterable[str]) -> None:
    """For a program, as they are."""
    _put(lines, error=False)


def _put(lines: Iterable[str], *, error: bool) -> None:
    stream = sys.stderr if error else sys.stdout
    if stream is None:  # it was closed before we came
        return
    stream.writelines(f"{line}\n" for line in lines)
