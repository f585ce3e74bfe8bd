"""Texts from parts: a small grammar, and the files that hold one. Touches the files beside it.

A file has sections: `[name]`, then one alternative a line; `#` begins a remark. In an alternative,
`{name}` stands for any line of that section and `{this|that|}` for one of those, here perhaps none;
slots may stand in slots.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from random import Random

from bridge.noun import Noun

TEXTS = Path(__file__).with_name("texts")


class _Reference(Noun):
    """Stands for any line of a section."""

    section: str


class _Choice(Noun):
    """Stands for one of several alternatives."""

    alternatives: "tuple[_Alternative, ...]"


_Alternative = tuple[str | _Reference | _Choice, ...]


class Grammar:
    """Sections of alternatives, compiled once."""

    def __init__(self, sections: Mapping[str, tuple[str, ...]]) -> None:
        """Raises `ValueError` when an alternative names a section that there is not."""
        self._plain = dict(sections)
        self._sections = {name: tuple(map(_compiled, lines)) for name, lines in sections.items()}
        for name, alternatives in self._sections.items():
            if unknown := set(_named(alternatives)) - self._sections.keys():
                raise ValueError(f"Section [{name}] names {sorted(unknown)}, which there is not.")

    def lines(self, section: str) -> tuple[str, ...]:
        """The alternatives of a section as written; none when there is no such section."""
        return self._plain.get(section, ())

    def draw(self, rng: Random, section: str) -> str:
        """A text from a section, without doubled spaces. Raises `KeyError` for an unknown section."""
        return _tidy(self._fill(rng, rng.choice(self._sections[section])))

    def complete(self, rng: Random, line: str) -> str:
        """A line with its slots filled."""
        return _tidy(self._fill(rng, _compiled(line)))

    def _fill(self, rng: Random, alternative: _Alternative) -> str:
        return "".join(part if isinstance(part, str) else self._one(rng, part) for part in alternative)

    def _one(self, rng: Random, part: _Reference | _Choice) -> str:
        known = part.alternatives if isinstance(part, _Choice) else self._sections[part.section]
        return self._fill(rng, rng.choice(known))


def _named(alternatives: Iterable[_Alternative]) -> Iterator[str]:
    """The sections that alternatives refer to, however deep."""
    for part in (part for alternative in alternatives for part in alternative):
        if isinstance(part, _Reference):
            yield part.section
        elif isinstance(part, _Choice):
            yield from _named(part.alternatives)


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _compiled(line: str) -> _Alternative:
    """Odd places of a split at the braces are what stands in them."""
    parts = enumerate(_split(line, "{", "}"))
    return tuple(_slot(part) if place % 2 else part for place, part in parts)


def _slot(inside: str) -> _Reference | _Choice:
    alternatives = _split(inside, "|", "|")
    return _Choice(tuple(map(_compiled, alternatives))) if len(alternatives) > 1 else _Reference(inside)


def _split(text: str, opening: str, closing: str) -> list[str]:
    """Splits where the outermost braces open and close, or at bars outside of any."""
    parts, begun, depth = [], 0, 0
    for place, character in enumerate(text):
        depth -= character == "}"
        if depth == 0 and character in (opening, closing):
            parts.append(text[begun:place])
            begun = place + 1
        depth += character == "{"
    return [*parts, text[begun:]]


@cache
def grammar(name: str, language: str) -> Grammar:
    """The grammar in a file, with the language's first names as the section `name`."""
    return Grammar(_read(f"names.{language}.txt") | _read(f"{name}.{language}.txt"))


def _read(file: str) -> dict[str, tuple[str, ...]]:
    sections: dict[str, list[str]] = {}
    for line in (TEXTS / file).read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            current = sections.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            current.append(line)
    return {name: tuple(lines) for name, lines in sections.items()}
