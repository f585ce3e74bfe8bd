"""Traces and labels as they are read: JSON lines, checked one by one. Touches the files it is handed."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Any, Literal, Protocol, TypeVar

from bridge.clock import parse_iso
from bridge.errors import Misconfigured
from bridge.model import Micros
from bridge.noun import Noun

Label = Literal["ordinary", "raider"]
Kind = Literal["text", "call"]

Unusable = ValueError
"""Raised by whoever checks one row; its words complete the sentence "line 3 ..."."""

_HALF = re.compile("[\ud800-\udfff]")
"""No file in UTF-8 can hold it. Of a text that is no matter: it is written nowhere."""

T = TypeVar("T")


class Line(Protocol):
    """One message of a trace, from a file or from whoever makes traces."""

    @property
    def id(self) -> str:
        """Names the message in labels and rows."""

    @property
    def at(self) -> Micros:
        """When it arrives."""

    @property
    def channel(self) -> str:
        """The channel it comes in on."""

    @property
    def sender(self) -> str:
        """An E.164 number, or an account's id."""

    @property
    def text(self) -> str:
        """What was written."""

    @property
    def kind(self) -> Kind:
        """Whether somebody wrote, or rang."""


class Written(Noun):
    """A `Line` as it stands in a file."""

    id: str
    at: Micros
    channel: str
    sender: str
    text: str
    kind: Kind = "text"


class Lines(Protocol):
    """Takes the messages of a trace as they are read."""

    def add(self, line: Written) -> bool:
        """Takes the next; false where one of the same id was taken before."""


class Labels(Protocol):
    """Takes labels as they are read."""

    def setdefault(self, id_: str, label: Label, /) -> Label:
        """Takes the label of a message; gives back the one that was taken first."""


def read_trace(path: Path, lines: Lines, source: IO[bytes] | None = None) -> None:
    """Hands over the messages of a trace, in the order of the file.

    `source`: read instead of the file, and called `path` in errors.
    Raises `Misconfigured`, with file and line, and never with a text or a number.
    """
    for place, line in _each(path, source, _message):
        if not lines.add(line):
            raise Misconfigured(f"{place}: this `id` stands on an earlier line too: give each its own.")


def read_labels(path: Path, labels: Labels) -> None:
    """Hands over the label of each message, by id. Raises `Misconfigured`, with file and line."""
    for place, (id_, label) in _each(path, None, _label):
        if labels.setdefault(id_, label) != label:
            raise Misconfigured(f"{place}: this `id` has the other label on an earlier line: keep one.")


def _each(
    path: Path, source: IO[bytes] | None, understood: Callable[[Mapping[str, Any]], T]
) -> Iterator[tuple[str, T]]:
    with _opened(path, source) as file:
        for place, raw in _rows(path, file):
            try:
                yield place, understood(_object(raw))
            except Unusable as unusable:
                raise Misconfigured(f"{place}: {unusable}") from None


def _opened(path: Path, source: IO[bytes] | None) -> AbstractContextManager[IO[bytes]]:
    if source is not None:
        return nullcontext(source)
    try:
        return path.open("rb")
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise Misconfigured(
            f"The file {path} cannot be read ({reason}): check its name and rights."
        ) from None


def _rows(path: Path, file: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """The lines that say something, each with its place."""
    try:
        for number, raw in enumerate(file, start=1):
            if raw.strip():
                yield f"{path}:{number}", raw
    except OSError as error:  # such as a folder
        raise Misconfigured(f"The file {path} cannot be read: is it a file of JSON lines?") from error


_KNOWN = frozenset({"id", "at", "channel", "from", "text", "kind", "label"})


class _Twice(Exception):
    """Something is said twice: whoever reads it would choose one by chance."""


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object, each of whose keys stands in it once; a key that is none of ours may be anything."""
    row: dict[str, Any] = {}
    for key, value in pairs:
        if key in row:
            raise _Twice(f"`{key}`" if key in _KNOWN else "a key")
        row[key] = value
    return row


_read = json.JSONDecoder(object_pairs_hook=_once).decode
"""Made once: `json.loads` would make a decoder for every line."""


def _object(raw: bytes) -> Mapping[str, Any]:
    try:
        row = _read(raw.decode(json.detect_encoding(raw), "surrogatepass"))
    except _Twice as twice:
        raise Unusable(f"{twice} stands twice in one object: keep one of the two.") from None
    except (ValueError, RecursionError):
        raise Unusable("this line is not JSON: write one object a line, in UTF-8.") from None
    if not isinstance(row, dict):
        raise Unusable("this line is not a JSON object: write one object a line.")
    return row


def _message(row: Mapping[str, Any]) -> Written:
    words = {name: _word(row, name) for name in ("id", "at", "channel", "from")}
    kind = _kind(row)
    text = row.get("text")
    if not isinstance(text, str) and not (text is None and kind == "call"):
        raise Unusable("`text` must be a string.")
    said = "" if text is None or kind == "call" else text
    return Written(words["id"], _time(words["at"]), words["channel"], words["from"], said, kind)


def _kind(row: Mapping[str, Any]) -> Kind:
    kinds: dict[str, Kind] = {"text": "text", "call": "call"}
    written = row.get("kind")
    kind = kinds.get("text" if written is None else str(written))
    if kind is None:
        raise Unusable("`kind` must be text or call, where it is given.")
    return kind


def _label(row: Mapping[str, Any]) -> tuple[str, Label]:
    label: Label | None = {"ordinary": "ordinary", "raider": "raider"}.get(str(row.get("label")))  # type: ignore[assignment]  # the keys of a dictionary are no literals
    if label is None:
        raise Unusable("`label` must be ordinary or raider.")
    return _word(row, "id"), label


def _word(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value:
        raise Unusable(f"`{name}` must be a string that is not empty.")
    if not value.isascii() and _HALF.search(value):
        raise Unusable(f"`{name}` holds half of a character: write the whole one.")
    return value


def _time(written: str) -> Micros:
    try:
        return parse_iso(written)
    except (Misconfigured, OverflowError):
        raise Unusable("`at` is not a time: write it like 2017-10-30T15:00:00.000Z.") from None
