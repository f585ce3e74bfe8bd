"""Where commands write: a file, or standard output where a dash stands for one.

Two things never go to one place, and nothing is written over what the command reads: either would be lost
without a word.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import combinations
from pathlib import Path

from bridge.cli.terminal import put_lines
from bridge.environment import PREFIX, database_url, read_environment
from bridge.errors import Misconfigured
from bridge.store.engine.address import sqlite_file

STANDARD = Path("-")
"""Standard output."""

_SECRETS = f"{PREFIX}SECRET", f"{PREFIX}KEY"


def apart(*written: Path | None, read: Iterable[Path | None] = ()) -> None:
    """Raises `Misconfigured` where two things would be written to one place, or one over what is read or what
    the installation lives on, or into a folder that is not there: before a long work, and not after it."""
    places = [one for one in written if one is not None]
    objection = next(_objections(places, [one for one in read if one is not None]), None)
    if objection is not None:
        raise Misconfigured(objection)


def _objections(places: Sequence[Path], read: Sequence[Path]) -> Iterator[str]:
    if places.count(STANDARD) > 1:
        yield "Only one thing can go to standard output: give the others a file."
    for one, other in combinations(places, 2):
        if _is_same(one, other):
            yield f"Two things cannot go to {one}: give each a file of its own."
    owned = _own() if places else []
    for one in places:
        if not _has_folder(one):
            yield f"{one} cannot be written (there is no such folder): choose another file."
        if any(_is_same(one, source) for source in read):
            yield f"{one} is what is read: name another file for what is written."
        if any(_is_same(one, own) for own in owned):
            yield f"{one} is what this installation lives on: name another file."


def write(path: Path, lines: Iterable[str]) -> None:
    """Writes lines, in UTF-8. Raises `Misconfigured`."""
    if path == STANDARD:
        put_lines(lines)
        return
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in lines)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise Misconfigured(f"{path} cannot be written ({reason}): choose another file.") from error


def _own() -> list[Path]:
    """Settings, rules, database and keys, as far as the environment tells of them."""
    files = [Path(".env")]
    with suppress(Misconfigured):
        environment = read_environment()
        files += filter(None, map(environment.path_of, _SECRETS))
        files.append(Path(environment.get(f"{PREFIX}RESPONSES", "").strip() or "responses.yaml"))
        database = sqlite_file(database_url(environment))
        files += [database] if database else []
    return files


def _has_folder(place: Path) -> bool:
    try:
        return place == STANDARD or place.parent.is_dir()
    except OSError:  # writing it tells
        return True


def _is_same(one: Path, other: Path) -> bool:
    """Whether both name one file, or would; what takes all that comes, as a terminal does, is none."""
    if STANDARD in (one, other):
        return False
    try:
        if one.exists() and other.exists():
            return one.is_file() and one.samefile(other)
        return os.path.realpath(one) == os.path.realpath(other)
    except (OSError, ValueError):  # a name that no file can have: writing it tells
        return False
