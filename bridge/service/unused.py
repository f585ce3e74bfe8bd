"""What stands in rules that are in order and never counts: replies that cannot be given, channels that nobody
installed. It keeps no service from starting."""

from collections.abc import Iterator, Sequence

from bridge.responses import Line
from bridge.responses.complaints import Complaint, Flaw, KeyPath, did_you_mean, shown
from bridge.responses.document import Document
from bridge.responses.lines import place_of
from bridge.responses.reach import unreachable
from bridge.service.plugins import channel_names


def unused(lines: Sequence[Line], document: Document) -> list[Complaint]:
    """Everything, each with its place in the file, once."""
    found = [flaw for line in lines for flaw in (*_never_given(line, document), *_absent(line, document))]
    return list(dict.fromkeys(document.locate(flaw) for flaw in found))


def _never_given(line: Line, document: Document) -> Iterator[Flaw]:
    mend = "Move it up, change its conditions, or remove it."
    for it in unreachable(line.responses):
        path = (*place_of(line, "replies", document), it.index)
        yield Flaw(path, f'"{it.rule}" can never be given: {it.because}.', mend)


def _absent(line: Line, document: Document) -> Iterator[Flaw]:
    """Nothing comes in on a channel that is not installed, and its replies are never given."""
    known = channel_names()
    for path, name, on_key in _places_of(line, document):
        if name not in known:
            told = f"No channel {shown(name)} is installed here."
            yield Flaw(path, told, did_you_mean(name, known), on_key)


def _places_of(line: Line, document: Document) -> Iterator[tuple[KeyPath, str, bool]]:
    """Where a channel is named, by what name, and whether the name is a key."""
    rules = line.responses
    for index, rule in enumerate(rules.replies):
        path = (*place_of(line, "replies", document), index, "when", "channel")
        names = rule.when.channel or ()
        yield from (((*path, at), name, False) for at, name in enumerate(names))
    for name in rules.prices:
        yield (*place_of(line, "prices", document), name), name, True
