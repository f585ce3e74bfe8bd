"""`make` works in whatever folder somebody has put it: a home may have a space in its name, or worse."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ["plain", "Mes documents", "d\u00e9p\u00f4t (2)", "it's; here & $HOME"]
TELLS = '#!/bin/sh\nprintf "%s\\n" "$VIRTUAL_ENV" >> told\n'


def laid_out(folder: Path) -> Path:
    """The Makefile and what it needs, with a `uv` that only tells where it would have installed."""
    tools, packaging = folder / ".venv" / "bin", folder / "packaging"
    for made in (tools, packaging):
        made.mkdir(parents=True)
    for name in ("Makefile", "requirements.lock", "pyproject.toml", "packaging/tools.lock"):
        shutil.copy(ROOT / name, folder / name)
    (tools / "uv").write_text(TELLS, encoding="utf-8")
    (tools / "uv").chmod(0o755)
    (tools / "python").symlink_to(sys.executable)
    return folder


@pytest.mark.parametrize("name", FOLDERS)
def test_what_is_installed_lands_in_the_folder_whatever_its_name(tmp_path: Path, name: str) -> None:
    folder = laid_out(tmp_path / name)
    (folder / ".benchmark" / "tools").mkdir(parents=True)
    words = ["make", "--silent", "install", "tools", f"PYTHON={sys.executable}"]
    here = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    done = subprocess.run(words, cwd=folder, env=here, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = [line for line in (folder / "told").read_text(encoding="utf-8").splitlines() if line]
    assert set(told) == {str(folder / ".venv"), str(folder / ".benchmark" / "tools")}
