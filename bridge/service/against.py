"""What the installed channels have against rules that are in order by themselves: ways, and places."""

from collections.abc import Iterator, Sequence

from bridge.responses import Line, RulesRefused
from bridge.responses.complaints import Complaint, Flaw
from bridge.responses.document import Document
from bridge.responses.kinds import People
from bridge.responses.lines import CHANNELS, LINES, place_of
from bridge.responses.load import examine
from bridge.service.places import misplaced, twice
from bridge.service.ways_out import astray

_WAYS = "ways"


def accepted(source: bytes, *, name: str, people: People | None = None) -> tuple[Line, ...]:
    """The lines with their rules, as a service takes them. Raises `RulesRefused`, in which the file is
    called `name`."""
    lines, document = examine(source, name=name, people=people)
    insist(lines, document, name)
    return lines


def complaints(lines: Sequence[Line], document: Document) -> list[Complaint]:
    """Everything, with its place in the file, in its order. Channels are loaded where the file names some."""
    found = dict.fromkeys(document.locate(flaw) for flaw in _flaws(lines, document))
    return sorted(found, key=lambda one: (one.line, one.column))


def insist(lines: Sequence[Line], document: Document, name: str) -> None:
    """Raises `RulesRefused`, in which the file appears as `name`, where there is anything."""
    found = complaints(lines, document)
    if found:
        raise RulesRefused(name, found)


def _flaws(lines: Sequence[Line], document: Document) -> Iterator[Flaw]:
    for line in lines:
        ways = place_of(line, _WAYS, document)
        for index, told, mend in astray(line):
            yield Flaw((*ways, index), told, mend)
        for channel, told, mend in misplaced(line):
            yield Flaw((LINES, line.name, CHANNELS, channel), told, mend, on_key=True)
    for name, channel, told, mend in twice(lines):
        yield Flaw((LINES, name, CHANNELS, channel), told, mend)
