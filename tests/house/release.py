"""Whether a tag, the project and the changelog speak of one release: `make release-check TAG=v1.2.0`."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]

SECTION = re.compile(r"^## (\d+\.\d+\.\d+) \((\d{4}-\d{2}-\d{2}|unreleased)\)$", re.MULTILINE)
"""How a section of the changelog begins."""


def sections() -> dict[str, str]:
    """The day of each release in the changelog, the newest first."""
    return dict(SECTION.findall((ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))


def version() -> str:
    """That of the project."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def objections(tag: str) -> list[str]:
    """What keeps a tag from being a release."""
    found = []
    if tag != f"v{version()}":
        found.append(f"The tag is {tag}, and pyproject.toml says {version()}.")
    day = sections().get(version())
    if day is None:
        found.append(f"CHANGELOG.md has no section for {version()}.")
    elif day == "unreleased":
        found.append(f"CHANGELOG.md calls {version()} unreleased: write the day.")
    return found


if __name__ == "__main__":
    told = objections(sys.argv[1] if len(sys.argv) > 1 else "")
    sys.stderr.writelines(f"{one}\n" for one in told)
    sys.exit(1 if told else 0)
