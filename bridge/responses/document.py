"""Reads strict YAML into plain data, and remembers where everything stands. Pure.

Only PyYAML's parser is used, none of its construction: there is nothing that a file could make it build.
Plain scalars follow the YAML 1.2 core schema, narrowed to what people mean: `no` and `22:00` are text,
`010` is ten, and `+33612345678` keeps its plus because a number here has none. Decimals become `Decimal`,
keys stay text as written. Aliases, anchors, tags, repeated keys and second documents are refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

from bridge.noun import Noun
from bridge.responses.complaints import Complaint, Flaw, KeyPath, shown
from bridge.responses.syntax import AN_ODD_SPACE, ODD_SPACE, explain

DEEPEST = 20
"""Lists and mappings within each other. A rules file needs five."""

Plain = str | int | bool | Decimal | None | list["Plain"] | dict[str, "Plain"]

_CONSTANTS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?(?=\.?[0-9])[0-9]{0,18}(\.[0-9]{0,18})?([eE][-+]?[0-9]{1,3})?")
_NOT_PLAIN = frozenset({"", *"\"'|>[{-"})
"""How anything begins that is not a text without quotes."""
_NOTE = re.compile(r"[ \t]+#")
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Mark(Noun):
    """Where something begins and ends. `line` and `column` count from 1, the others from 0."""

    line: int
    column: int
    start: int
    end: int


@dataclass(slots=True)
class Document:
    """The plain data of one file, the marks of its keys and values, and what is wrong with it so far."""

    source: str
    data: Plain = None
    values: dict[KeyPath, Mark] = field(default_factory=dict)
    keys: dict[KeyPath, Mark] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)

    def locate(self, flaw: Flaw) -> Complaint:
        """The complaint with its line and column; what stands nowhere gets the place of its parent."""
        mark = self._mark(flaw.path, on_key=flaw.on_key)
        line, column = self._within(mark, flaw.about)
        return Complaint(line, column, flaw.sentence, flaw.mend)

    def is_cut_short(self, path: KeyPath) -> bool:
        """Whether a text without quotes stands there, and a note behind it on its line."""
        mark = self.values.get(path)
        if mark is None or self.source[mark.start : mark.start + 1] in _NOT_PLAIN:
            return False
        return _NOTE.match(self.source, mark.end) is not None

    def _mark(self, path: KeyPath, *, on_key: bool) -> Mark:
        places = (self.keys, self.values) if on_key else (self.values,)
        for end in range(len(path), -1, -1):
            for marks in places:
                if path[:end] in marks:
                    return marks[path[:end]]
        return Mark(1, 1, 0, 0)

    def _within(self, mark: Mark, about: str) -> tuple[int, int]:
        place = self.source.find(about, mark.start, mark.end) if about else -1
        if place < 0:
            return mark.line, mark.column
        before = self.source[mark.start : place]
        if "\n" not in before:
            return mark.line, mark.column + len(before)
        return mark.line + before.count("\n"), len(before) - before.rfind("\n")


class _Stop(Exception):
    """Nothing beyond this place can be understood. Raised and caught in this file only."""


def load(source: str) -> Document:
    """Never raises: what is wrong is in `complaints`, and then `data` holds what could be read."""
    document = Document(source)
    try:
        _Reader(document).run()
    except _Stop:
        return document
    except yaml.YAMLError as error:
        document.complaints.append(explain(error, source))
    except (ValueError, OverflowError):
        # PyYAML hands the number of a \U escape to chr() as it is.
        sentence = 'Somewhere a "\\U" escape stands for no character.'
        document.complaints.append(Complaint(1, 1, sentence, "Write the character itself."))
    return document


class _Reader:
    """Walks the parser's events once, building data and marks."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._events: Iterator[Any] = yaml.parse(document.source, Loader=yaml.SafeLoader)

    def run(self) -> None:
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self._document.values:
                    self._stop(
                        event, "A second document starts here.", 'Remove the "---" and what follows it.'
                    )
                self._document.data = self._value(next(self._events), ())

    def _value(self, event: Any, path: KeyPath) -> Plain:
        self._document.values[path] = _mark(event)
        if len(path) > DEEPEST:
            self._stop(event, "Too many brackets or indents stand within each other here.", "Remove some.")
        if isinstance(event, yaml.AliasEvent):
            self._complain(event, 'An unquoted "*" begins here.', "Put the text in quotes.")
            return None
        self._refuse_extras(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        return self._scalar(event)

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor is not None:
            self._complain(
                event, 'An unquoted "&" begins here.', "Put the text in quotes, or remove the name."
            )
        if event.tag is not None:
            self._complain(
                event, 'An unquoted "!" begins here.', "Put the text in quotes, or remove the tag."
            )

    def _list(self, path: KeyPath) -> list[Plain]:
        items: list[Plain] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: KeyPath) -> dict[str, Plain]:
        pairs: dict[str, Plain] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event)
            if key in pairs:
                first = self._document.keys[*path, key].line
                sentence = f"The key {shown(key)} stands here a second time; the first is on line {first}."
                self._complain(event, sentence, "Keep one of them.")
            self._document.keys[*path, key] = _mark(event)
            pairs[key] = self._value(next(self._events), (*path, key))
        return pairs

    def _key(self, event: Any) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            self._stop(event, "A key must be one word.", "Put texts that begin with a bracket in quotes.")
        self._refuse_extras(event)
        self._refuse_odd_space(event)
        return str(event.value)

    def _refuse_odd_space(self, event: Any) -> None:
        if event.style is None and ODD_SPACE.match(str(event.value)):
            self._complain(event, *AN_ODD_SPACE)

    def _scalar(self, event: Any) -> str | int | bool | Decimal | None:
        text = str(event.value)
        if _ODD.search(text):
            self._complain(
                event, "A text holds an invisible control character.", "Write it without backslash escapes."
            )
        self._refuse_odd_space(event)
        return text if event.style else _resolve(text)

    def _complain(self, event: Any, sentence: str, mend: str) -> None:
        mark = _mark(event)
        self._document.complaints.append(Complaint(mark.line, mark.column, sentence, mend))

    def _stop(self, event: Any, sentence: str, mend: str) -> None:
        self._complain(event, sentence, mend)
        raise _Stop


def _mark(event: Any) -> Mark:
    start, end = event.start_mark, event.end_mark
    return Mark(start.line + 1, start.column + 1, start.index, end.index)


def _resolve(text: str) -> str | int | bool | Decimal | None:
    """What a plain scalar means. Longer numbers stay text: nobody counts that far."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return Decimal(text) if _DECIMAL.fullmatch(text) else text
