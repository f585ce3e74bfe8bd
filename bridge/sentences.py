"""What the code says in English sentences, in French: by the English, as `--help` is.

Sentences come from every floor, also from a service that does not know who reads them: so they are looked
for where they are shown, in a terminal or in a room. One that the catalogue does not hold stays as it is.
Light: a catalogue read only where it is needed, without the library that reads the others; a test reads it
with that library, too, and finds the same.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from bridge.noun import Noun

LOCALE = Path(__file__).with_name("wording") / "locale"

CATALOGUE = LOCALE / "said.fr.po"

_PAIR = re.compile(r'^msgid "(.+)"\nmsgstr "(.+)"$', re.MULTILINE)
_HOLE = re.compile(r"\{([a-z]+)\}")
_END = re.compile(r"(?<=[.?!…]) ")

_ONE = r"(?:(?![.?!…] [A-ZÀ-Ý`-]).)+?"
_SEVERAL = r".+?"
_OF_SENTENCES = frozenset({"what", "why"})
"""Holes that may hold whole sentences; any other ends where one does."""
_NUMBER = r"\d[\d,]*"
_OF_NUMBERS = frozenset({"line", "column", "used", "room", "some"})
"""Holes that hold figures: else what has colons in it would be a place in a file, and every `of` a sum."""
_WORD = r"\S+(?:, \S+)*"
_OF_WORDS = frozenset({"this", "that"})
"""Holes that hold a word or several: else every `and` or `or` would join two."""

_WORDED = re.compile(r'^msgctxt "(wrong|command)"\nmsgid "(\w+)"\nmsgstr "(.+)"$', re.MULTILINE)
"""What a service may have said in English on behalf of somebody whose language it does not know."""

_NAMES = re.compile(r"[A-Z_]+(?:(?:, | and | or )[A-Z_]+)+")


class Sentence(Noun):
    """One with holes, and what it is in French."""

    english: str
    french: str

    @property
    def pieces(self) -> tuple[str, ...]:
        """What stands between the holes."""
        return tuple(_HOLE.split(self.english)[::2])

    def filled(self, text: str) -> str | None:
        """In French, with what stands in the holes of `text`, where that is this sentence."""
        if not all(piece in text for piece in self.pieces):
            return None
        found = _pattern(self.english).fullmatch(text)
        return found and _HOLE.sub(lambda hole: _held(found[hole[1]]), self.french)


def pairs(catalogue: Path) -> dict[str, str]:
    """What stands in a catalogue: English, and French."""
    found = _PAIR.findall(catalogue.read_text(encoding="utf-8"))
    return {unescaped(english): unescaped(said) for english, said in found}


def unescaped(text: str) -> str:
    """A text of a catalogue, as it is said."""
    return text.replace('\\"', '"').replace("\\\\", "\\")


def in_french(text: str) -> str:
    """Sentence by sentence, several at once where they stand in the catalogue as one."""
    parts, told = _END.split(text), []
    while parts:
        count, french = next(_known(parts), (1, parts[0]))
        told.append(french)
        del parts[:count]
    return " ".join(told)


def _known(parts: list[str]) -> Iterator[tuple[int, str]]:
    """How many sentences the catalogue holds from here on, the longest first, and what they are."""
    for count in range(len(parts), 0, -1):
        text = " ".join(parts[:count])
        yield from ((count, told) for one in sentences() if (told := one.filled(text)) is not None)


@cache
def sentences() -> tuple[Sentence, ...]:
    """All of them, those that say most first."""
    several = [pairs(CATALOGUE), _worded()]
    found = (Sentence(english, french) for one in several for english, french in one.items())
    return tuple(sorted(found, key=lambda one: -sum(map(len, one.pieces))))


def _worded() -> dict[str, str]:
    """Of the house's catalogues and of the channels', what may reach a command as a sentence."""
    said: dict[str, str] = {}
    for folder in (*folders(), LOCALE):
        english, french = (_rooms(folder / f"{one}.po") for one in ("en", "fr"))
        said |= {english[name]: french[name] for name in english.keys() & french.keys()}
    return said


def _rooms(catalogue: Path) -> dict[tuple[str, str], str]:
    """Nothing where a package has no such catalogue, or one that cannot be read."""
    try:
        found = _WORDED.findall(catalogue.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {(room, name): unescaped(told) for room, name, told in found}


def folders() -> list[Path]:
    """Each folder `locale` beside the module that a channel's entry point names; no channel is loaded."""
    # Most of what is said is the house's own, and needs no look at what is installed.
    from importlib.metadata import entry_points  # noqa: PLC0415

    from bridge.ports import ENTRY_POINTS  # noqa: PLC0415

    modules = sorted({entry.module for entry in entry_points(group=ENTRY_POINTS)})
    return list(dict.fromkeys(folder for one in modules for folder in _beside(one)))


def _beside(module: str) -> Iterator[Path]:
    """None beside a module that stands in no package: what lies there is everybody's."""
    try:
        spec = find_spec(module)
    except (ImportError, ValueError):
        return
    if spec is not None and spec.has_location and spec.origin and spec.parent:
        yield Path(spec.origin).with_name("locale")


def _held(text: str) -> str:
    """What stands in a hole: a sentence, names of variables, or what is the same in every language."""
    if _NAMES.fullmatch(text):
        return text.replace(" and ", " et ").replace(" or ", " ou ")
    return in_french(text)


def _within(hole: str) -> str:
    """What a hole of that name may hold."""
    if hole in _OF_NUMBERS:
        return _NUMBER
    if hole in _OF_WORDS:
        return _WORD
    return _SEVERAL if hole in _OF_SENTENCES else _ONE


@cache
def _pattern(english: str) -> re.Pattern[str]:
    """A hole that is named twice holds the same twice."""
    seen: set[str] = set()
    written = ""
    for at, piece in enumerate(_HOLE.split(english)):
        if at % 2 == 0:
            written += re.escape(piece)
        else:
            written += f"(?P={piece})" if piece in seen else f"(?P<{piece}>{_within(piece)})"
            seen.add(piece)
    return re.compile(written, re.DOTALL)
