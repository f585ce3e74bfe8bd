"""The team's own rules, made out of the shipped ones: what a team must say for itself, and nothing else."""

import re
from collections.abc import Mapping
from pathlib import Path

from bridge.responses import Responses, parse, shipped

BASE = ".shipped.yaml"
"""What a copy of the shipped rules is called after: `rempart rules diff` tells what changed in them since."""

_PLACES: Mapping[str, str] = {
    "total": r"(?<=\btotal: )[^,}]+",
    "last_for": r"(?<=\blast_for: )[^,}]+",
    "admins": r"(?<=\badmins: )\[\]",
    "language": r"(?<=^feed: {language: )\w+",
}
"""Where in the shipped file each answer goes."""


USUAL = "responses.yaml"


def own_file(folder: Path, named: str = "") -> Path:
    """Where the team's rules stand: in the folder, unless they are `named`; the shipped file is nobody's."""
    file = folder / (named or USUAL)
    return folder / "team" / USUAL if file.exists() and file.samefile(shipped()) else file


def made(answers: Mapping[str, str]) -> tuple[str, Responses]:
    """The text of the file, and the rules that it holds. Raises `RulesRefused`."""
    text = shipped().read_text(encoding="utf-8")
    for name, place in _PLACES.items():
        answer = answers[name].replace("\\", r"\\")
        text = re.sub(place, answer, text, count=1, flags=re.MULTILINE)
    if answers["controller"]:
        text += f"\n# Who answers for what is kept, and where people write to.\n{answers['controller']}\n"
    return text, parse(text.encode(), name="responses.yaml")


def write(file: Path, text: str) -> None:
    """Writes the rules, and beside them the shipped ones that they were made of."""
    file.parent.mkdir(parents=True, exist_ok=True)
    base(file).write_bytes(shipped().read_bytes())
    file.write_text(text, encoding="utf-8")


def base(file: Path) -> Path:
    """Where the shipped rules stand that a file was made of."""
    return file.with_name(f".{file.stem}{BASE}")
