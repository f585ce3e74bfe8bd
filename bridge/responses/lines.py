"""Several lines in one rules file: what stands in a line's section counts above what all have in common.

Mappings are laid over each other key by key, however deep; anything else, lists too, is replaced whole. Pure.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridge.errors import Misconfigured
from bridge.noun import Noun, field
from bridge.responses.complaints import Flaw, KeyPath, shown
from bridge.responses.document import Document
from bridge.responses.rules import Responses

LINES = "lines"
CHANNELS = "channels"
"""The key of a section that says where the line is: the one key that no file has outside of `lines`."""

NAME = r"^[a-z][a-z0-9-]{0,23}$"
"""It becomes part of names of files, of variables, and of a server's schemas."""

_NO_NAMES = frozenset({"file"})
"""`NAME_FILE` is where a variable's value stands in a file."""


class Line(Noun):
    """A public number or bot, with its own rules."""

    name: str
    """Empty where the file has no `lines`: then there is one."""
    responses: Responses
    channels: Mapping[str, str] = field(default_factory=dict)
    """Where it is, by channel: its number, its room's channel."""


class Section(Noun):
    """What the file says of one line, with what it says of all."""

    name: str
    data: dict[str, Any]
    channels: Mapping[str, str]
    _own: Mapping[str, Any]
    _common: Mapping[str, Any]

    def placed(self, flaw: Flaw) -> Flaw:
        """A flaw of the whole, at the place in the file that it comes from."""
        own = _depth(self._own, flaw.path)
        if not own or own < _depth(self._common, flaw.path):
            return flaw
        return Flaw(
            (LINES, self.name, *flaw.path), flaw.sentence, flaw.mend, flaw.on_key, flaw.about, flaw.absent
        )


def sections(data: Mapping[str, Any]) -> tuple[list[Section], list[Flaw]]:
    """A section for each line, in the order of the file, the first being the one that is meant where nobody
    says; none where there is no key `lines`. And what is wrong with their names and places."""
    common = {key: value for key, value in data.items() if key != LINES}
    written = data.get(LINES)
    if not isinstance(written, dict) or not written:
        return [], [_no_pairs((LINES,))] if LINES in data else []
    flaws: list[Flaw] = []
    found: list[Section] = []
    for name, own in written.items():
        flaws += _misnamed(name)
        if not isinstance(own, dict):
            flaws.append(_no_pairs((LINES, name)))
            continue
        flaws += _misplaced(name, own)
        if LINES in own:
            flaws.append(
                Flaw((LINES, name, LINES), "There are no lines within a line.", "Remove this.", True)
            )
        rest = {key: value for key, value in own.items() if key not in (CHANNELS, LINES)}
        found.append(Section(name, _laid_over(common, rest), _places(own), own, common))
    return found, flaws


def called(lines: Sequence[Line], name: str | None) -> Line:
    """The line of that name; the first where nobody says. Raises `Misconfigured`, with those there are."""
    if name is None:
        return lines[0]
    for line in lines:
        if line.name and line.name == name:
            return line
    raise no_line(name, [line.name for line in lines if line.name])


def place_of(line: Line, key: str, document: Document) -> KeyPath:
    """Where a key of a line stands: in its own section, or in what all have in common."""
    own = (LINES, line.name, key)
    return own if own in document.values else (key,)


def no_line(name: str, names: Sequence[str]) -> Misconfigured:
    """There is no line of that name."""
    if not names:
        return Misconfigured("There is one line here, and it has no name: leave out --line.")
    return Misconfigured(f"There is no line {shown(name)}: there are {', '.join(names)}.")


def _laid_over(common: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    laid = dict(common)
    for key, value in own.items():
        below = laid.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            laid[key] = _laid_over(below, value)
        else:
            laid[key] = value
    return laid


def _places(own: Mapping[str, Any]) -> dict[str, str]:
    places = own.get(CHANNELS)
    return (
        {key: str(value) for key, value in places.items() if isinstance(value, str)}
        if isinstance(places, dict)
        else {}
    )


def _misnamed(name: str) -> Iterator[Flaw]:
    if not re.fullmatch(NAME, name):
        mend = "Write small letters, digits and -, a letter first, 24 at most."
        yield Flaw((LINES, name), f"{shown(name).capitalize()} is no name of a line.", mend, on_key=True)
    elif name in _NO_NAMES:
        yield Flaw(
            (LINES, name), f"No line can be called {shown(name)}.", "Choose another name.", on_key=True
        )


def _misplaced(name: str, own: Mapping[str, Any]) -> Iterator[Flaw]:
    places = own.get(CHANNELS, {})
    if not isinstance(places, dict):
        yield _no_pairs((LINES, name, CHANNELS))
        return
    for channel, place in places.items():
        if not isinstance(place, str) or not place.strip():
            mend = 'Write the number as "+33...", the room\'s channel as its id, in quotes.'
            yield Flaw((LINES, name, CHANNELS, channel), f"{shown(channel)} is nowhere.", mend)


def _no_pairs(path: KeyPath) -> Flaw:
    mend = "Write each key on a line of its own, indented, then a colon and its value."
    return Flaw(path, f'"{path[-1]}" must hold keys with values.', mend)


def _depth(data: Any, path: KeyPath) -> int:
    """How many steps of a path there are."""
    for depth, step in enumerate(path):
        inside = isinstance(data, dict) and step in data
        inside = inside or (isinstance(data, list) and isinstance(step, int) and step < len(data))
        if not inside:
            return depth
        data = data[step]
    return len(path)
