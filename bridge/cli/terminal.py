"""The one way to the terminal: whatever is said there is data, in one line, whoever wrote it."""

import io
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from bridge.cli.said import said
from bridge.errors import RempartError
from bridge.text.shown import in_one_line


def put_line(sentence: object, *, error: bool = False) -> None:
    """One line on standard output, or on standard error, in the language of whoever reads it."""
    _put([in_one_line(said(str(sentence)))], error=error)


def put_json(value: Any, *, indent: int | None = None) -> None:
    """For a program; in ASCII, so that no character can upset a terminal."""
    _put([json.dumps(value, indent=indent)], error=False)


def put_lines(lines: Iterable[str]) -> None:
    """For a program, as they are, and in UTF-8 as in a file: whatever the terminal's characters are."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    _put(lines, error=False)


@contextmanager
def heard() -> Iterator[None]:
    """While something is written to standard output. Raises `RempartError` where it takes no more."""
    try:
        yield
    except BrokenPipeError:  # whoever listened has heard enough
        raise
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise RempartError(f"Standard output cannot be written to ({reason}).") from error


def _put(lines: Iterable[str], *, error: bool) -> None:
    stream = sys.stderr if error else sys.stdout
    if stream is None:  # it was closed before we came
        return
    with heard():
        stream.writelines(f"{line}\n" for line in lines)
