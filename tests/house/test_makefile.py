"""`make` works in whatever folder somebody has put it: a home may have a space in its name, or worse."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ["plain", "Mes documents", "d\u00e9p\u00f4t (2)", "it's; here & $HOME"]
TELLS = (
    '#!/bin/sh\nprintf "%s\\n" "$VIRTUAL_ENV" >> told\nprintf "%s\\n" "$UV_SYSTEM_CERTS" >> certificates\n'
)


CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
"""Of the system, on Debian and its kin: where a company has put its own."""


def laid_out(folder: Path) -> Path:
    """The Makefile and what it needs, with a `uv` that only tells where it would have installed."""
    tools, packaging = folder / ".venv" / "bin", folder / "packaging"
    for needed in (tools, packaging):
        needed.mkdir(parents=True)
    for name in ("Makefile", "requirements.lock", "pyproject.toml", "packaging/tools.lock"):
        shutil.copy(ROOT / name, folder / name)
    (tools / "uv").write_text(TELLS, encoding="utf-8")
    (tools / "uv").chmod(0o755)
    (tools / "python").symlink_to(sys.executable)
    return folder


def made(folder: Path, *targets: str, **environment: str) -> None:
    """`make` ran there, and came to its end."""
    words = ["make", "--silent", *targets, f"PYTHON={sys.executable}"]
    here = {
        name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "UV_SYSTEM_CERTS"}
    }
    done = subprocess.run(
        words, cwd=folder, env={**here, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", FOLDERS)
def test_what_is_installed_lands_in_the_folder_whatever_its_name(tmp_path: Path, name: str) -> None:
    folder = laid_out(tmp_path / name)
    (folder / ".benchmark" / "tools").mkdir(parents=True)
    made(folder, "install", "tools")
    told = [line for line in (folder / "told").read_text(encoding="utf-8").splitlines() if line]
    assert set(told) == {str(folder / ".venv"), str(folder / ".benchmark" / "tools")}


@pytest.mark.skipif(not CERTIFICATES.exists(), reason="this system keeps its certificates elsewhere")
def test_the_certificates_of_the_system_count_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    folder = laid_out(tmp_path)
    made(folder, "install")
    made(folder, "--always-make", "install", UV_SYSTEM_CERTS="false")
    told = (folder / "certificates").read_text(encoding="utf-8").split()
    assert (set(told[: len(told) // 2]), set(told[len(told) // 2 :])) == ({"true"}, {"false"})
