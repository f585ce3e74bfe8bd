"""The documents as tests read them: pages, their headings, blocks and words in code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
FRENCH = DOCS / "fr"

GUIDE = sorted(path.name for path in FRENCH.glob("*.md"))
"""The pages that there are in both languages."""

PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(DOCS.glob("*.md")),
    *sorted(FRENCH.glob("*.md")),
]

_FENCE = re.compile(r"^```([\w-]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between two fences."""

    kind: str
    """Such as `sh`; empty where none is said."""
    text: str
    before: str
    """The paragraph in front of it."""


def read(path: Path) -> str:
    """A page."""
    return path.read_text(encoding="utf-8")


def blocks(page: str) -> Iterator[Block]:
    """In order."""
    for found in _FENCE.finditer(page):
        before = page[: found.start()].rstrip().rpartition("\n\n")[2]
        yield Block(found[1], found[2], before)


def prose(page: str) -> str:
    """All but the blocks."""
    return _FENCE.sub("", page)


def headings(page: str) -> list[int]:
    """The level of each, in order."""
    return [len(found) for found in re.findall(r"^(#+) ", prose(page), re.MULTILINE)]


def spans(page: str) -> list[str]:
    """Words in code within a sentence."""
    return re.findall(r"`([^`\n]+)`", prose(page))


def named(path: Path) -> str:
    """How a page is called in a failure."""
    return path.relative_to(ROOT).as_posix()
