"""Programs that check what we ship: those of `make tools`, else the machine's own."""

import shutil
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / ".benchmark" / "tools" / "bin"


def tool(name: str) -> str | None:
    """Where it is, if anywhere."""
    own = FOLDER / name
    return str(own) if own.exists() else shutil.which(name)


def insist(name: str) -> str:
    """Where it is; without it, the test says that it was skipped."""
    found = tool(name)
    if found is None:
        pytest.skip(f"There is no {name} here: `make tools` brings it, or the system's packages.")
    return found
