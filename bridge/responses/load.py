"""Loads a rules file, or says everything that is wrong with it. The parsing is pure; `read` reads one file.

The way in: size, encoding, strict YAML, agreement between places, then the models. Each step adds its
complaints, so that one round of mending is enough where possible.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bridge.errors import Misconfigured
from bridge.noun import replace
from bridge.responses import agreement, document, objections
from bridge.responses.complaints import Complaint, Flaw, RulesRefused
from bridge.responses.document import Document
from bridge.responses.kinds import People
from bridge.responses.lines import LINES, Line, called, sections
from bridge.responses.rules import Responses
from bridge.responses.syntax import misread

__all__ = ["MAX_BYTES", "Complaint", "RulesRefused", "examine", "parse", "read", "read_lines", "shipped"]

_MANY = 3
"""Complaints that say the same and are still told one by one."""

MAX_BYTES = 256 * 1024

_UTF8 = "Save it as UTF-8: most editors offer that under “Save as”."


def parse(source: bytes, *, name: str, people: People | None = None) -> Responses:
    """The rules in `source`, of the first line where it has several.

    Raises `RulesRefused`, in which the file appears as `name`.
    """
    return examine(source, name=name, people=people)[0][0].responses


def read(path: Path, people: People | None = None, line: str | None = None) -> Responses:
    """The rules in a file; `people` are those whom the installed channels can name, `line` is whose rules are
    meant where there are several: the first one's, when nobody says.

    Raises `Misconfigured` when it cannot be read or has no such line, `RulesRefused` when it will not do.
    """
    return called(read_lines(path, people), line).responses


def read_lines(path: Path, people: People | None = None) -> tuple[Line, ...]:
    """Every line in a file, with its rules: at least one. Raises likewise."""
    return examine(contents(path), name=str(path), people=people)[0]


def contents(path: Path) -> bytes:
    """The bytes of a file, of which never more than `MAX_BYTES` are read. Raises `Misconfigured`."""
    try:
        if not path.exists():
            raise Misconfigured(
                f"There is no rules file at {path}: copy the shipped responses.yaml there, or name "
                "another in REMPART_RESPONSES."
            )
        if not path.is_file():
            raise Misconfigured(f"{path} is not a file: name the rules file itself.")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise Misconfigured(
            f"The rules file {path} cannot be read ({reason}): let this user read it."
        ) from None


def shipped() -> Path:
    """The rules file that comes with Rempart: inside the package once installed, else the checkout's."""
    packaged = Path(__file__).with_name("shipped.yaml")
    return packaged if packaged.exists() else Path(__file__).parents[2] / "responses.yaml"


def examine(source: bytes, *, name: str, people: People | None = None) -> tuple[tuple[Line, ...], Document]:
    """The lines with their rules, and where all of it stands. Raises `RulesRefused` with every complaint."""
    unreadable = _unreadable(source)
    if unreadable:
        raise RulesRefused(name, [unreadable])
    read = document.load(source.decode("utf-8-sig"))
    lines, flaws = _understood(read, people)
    # What is missing comes last: it may be missing only because of what is wrong with the rest.
    standing = [read.locate(flaw) for flaw in flaws if not flaw.absent]
    absent = [read.locate(flaw) for flaw in flaws if flaw.absent]
    found = [*read.complaints, *standing]
    complaints = [*_in_order(found, _causes(found, read)), *_in_order(absent)]
    if not lines or complaints:
        raise RulesRefused(name, complaints)
    return tuple(lines), read


def _causes(complaints: Iterable[Complaint], read: Document) -> Iterator[Complaint]:
    """What is wrong with a line often comes from how a text begins there."""
    causes = (misread(read.source, line) for line in {complaint.line for complaint in complaints})
    return (cause for cause in causes if cause is not None)


def _in_order(complaints: Iterable[Complaint], causes: Iterable[Complaint] = ()) -> list[Complaint]:
    """In the order of the file, the cause of a line's before them."""
    placed = [(one.line, 0, one.column, one) for one in _collected(causes)]
    placed += [(one.line, 1, one.column, one) for one in _collected(complaints)]
    return [one for *_, one in sorted(placed, key=lambda place: place[:3])]


def _collected(complaints: Iterable[Complaint]) -> list[Complaint]:
    """What must be mended alike in many places is one complaint."""
    alike: dict[tuple[str, str], list[Complaint]] = {}
    for complaint in sorted(set(complaints), key=lambda complaint: (complaint.line, complaint.column)):
        alike.setdefault((complaint.sentence, complaint.mend), []).append(complaint)
    return [one for several in alike.values() for one in _told_once(several)]


def _told_once(alike: Sequence[Complaint]) -> Sequence[Complaint]:
    first, *more = alike
    if len(more) < _MANY:
        return alike
    lines = list(dict.fromkeys(str(one.line) for one in more))
    where = ", ".join(lines[:_MANY]) + (f" and {len(lines) - _MANY} more" if len(lines) > _MANY else "")
    return [replace(first, mend=f"{first.mend} The same in {len(more)} other places, lines {where}.")]


def _understood(read: Document, people: People | None) -> tuple[list[Line], list[Flaw]]:
    """What all lines have in common must do by itself; then each with what its section says."""
    if not isinstance(read.data, dict):
        return [], [] if read.complaints else [_not_rules(read)]
    several, flaws = sections(read.data)
    common, objected = _validated({key: read.data[key] for key in read.data if key != LINES}, people)
    flaws += objected
    lines = [] if several or common is None else [Line("", common)]
    for one in several:
        rules, objected = _validated(one.data, people)
        flaws += map(one.placed, objected)
        lines += [] if rules is None else [Line(one.name, rules, one.channels)]
    return lines, flaws


def _validated(data: dict[str, Any], people: People | None) -> tuple[Responses | None, list[Flaw]]:
    flaws = list(agreement.flaws(data))
    try:
        return Responses.model_validate(data, context=people), flaws
    except ValidationError as error:
        known = {flaw.path for flaw in flaws}
        return None, flaws + [flaw for flaw in objections.flaws(error) if flaw.path not in known]


def _not_rules(read: Document) -> Flaw:
    if read.data is None:
        return Flaw((), "The file is empty.", "Copy responses.yaml as it was shipped, and change that.")
    return Flaw((), "The file holds no keys.", 'Begin with "languages:" and "replies:".')


def _unreadable(source: bytes) -> Complaint | None:
    if len(source) > MAX_BYTES:
        return Complaint(1, 1, f"The file is larger than {MAX_BYTES // 1024} KiB.", "Is it the right file?")
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Complaint(1, 1, "The file is saved as UTF-16.", _UTF8)
    if b"\0" in source:
        return Complaint(
            *_place(source, source.index(b"\0")), "This is not a text file.", "Is it the right file?"
        )
    try:
        source.decode()
    except UnicodeDecodeError as error:
        return Complaint(*_place(source, error.start), "This byte is not UTF-8.", _UTF8)
    return None


def _place(source: bytes, index: int) -> tuple[int, int]:
    before = source[:index]
    line = before[before.rfind(b"\n") + 1 :]
    return before.count(b"\n") + 1, len(line.decode(errors="replace")) + 1
