"""What the document says in words: `words.toml`, as it stands."""

import tomllib
from pathlib import Path

_READ = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

TITLE: str = _READ["title"]
WHAT: str = _READ["what"]
BASELINES: str = _READ["baselines"]
OUTSIDE: str = _READ["outside"]
EQUAL: str = _READ["equal"]
OURS: str = _READ["ours"]
CURVE: str = _READ["curve"]
CANNOT: str = _READ["cannot"]
HONESTY: str = _READ["honesty"]
REPEAT: str = _READ["repeat"]

STUDIES: dict[str, tuple[str, str]] = {
    name: (words["heading"], words["told"]) for name, words in _READ["studies"].items()
}
"""Heading and explanation of each study that has a section, in order."""
