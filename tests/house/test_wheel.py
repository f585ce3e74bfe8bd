"""The wheel as a stranger gets it: installed into a fresh environment, run, and renewed with a way back."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.house.release import version
from tests.house.test_package import ROOT, build_wheel
from tests.support.events import SECRET
from tests.support.house import PATIENCE, QUICK, free_port

LATER, BROKEN = "7.0.0", "8.0.0"

SYSTEMCTL = """#!/bin/sh
# Stands in for systemd's own: one unit, one process, and no patience with it.
cd "{folder}"
alive() {{ [ -e pid ] && kill -0 "$(cat pid)" 2>/dev/null && ! grep -qs ') Z' "/proc/$(cat pid)/stat"; }}
case "$1" in
show) alive && echo ActiveState=active || echo ActiveState=failed; echo "WorkingDirectory={folder}" ;;
start) "{command}" run >>log 2>&1 </dev/null & echo $! >pid; sleep 0.3 ;;
stop) alive && kill "$(cat pid)"; while alive; do sleep 0.1; done ;;
esac
"""


def later(folder: Path, number: str, *, breaks: bool) -> Path:
    """The wheel of a later release; one that breaks changes the database first, and then never gets ready."""
    source = folder / number
    for name in ("bridge", "channels", "packaging"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "responses.yaml"):
        shutil.copy(ROOT / name, source / name)
    project = (source / "pyproject.toml").read_text()
    (source / "pyproject.toml").write_text(project.replace(f'"{version()}"', f'"{number}"', 1))
    if breaks:
        versions = source / "bridge/store/engine/migrations/versions"
        newest = max(versions.glob("v*.py")).name[1:5]
        (versions / "v9000_another_form.py").write_text(
            f'revision, down_revision = "9000", "{newest}"\n\n\ndef upgrade() -> None:\n    """None."""\n'
        )
        run = source / "bridge/cli/run.py"
        run.write_text(run.read_text().replace("look_seldom()\n", "raise SystemExit(1)\n"))
    return build_wheel(source, folder)


def uv(*words: str) -> None:
    """Offline where everything was downloaded before, as by `make install`."""
    for more in ({"UV_OFFLINE": "1"}, {}):
        done = subprocess.run(
            [sys.executable, "-m", "uv", *words],
            env=os.environ | more,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            return
    raise AssertionError(done.stderr)


class Stranger:
    """Somebody with a wheel, a folder, and a machine of which systemd takes care."""

    def __init__(self, place: Path) -> None:
        self.folder, self.prefix, tools = place / "mine", place / "env", place / "bin"
        self.folder.mkdir()
        tools.mkdir()
        self.port = free_port()
        (self.folder / "responses.yaml").write_bytes(QUICK)
        env = self.folder / ".env"
        env.touch(mode=0o600)
        env.write_text(f"REMPART_SECRET={SECRET}\nREMPART_PORT={self.port}\n")
        command = self.prefix / "bin" / "rempart"
        (tools / "systemctl").write_text(SYSTEMCTL.format(folder=self.folder, command=command))
        (tools / "systemctl").chmod(0o755)
        path = os.pathsep.join((str(tools), str(Path(sys.executable).parent), os.environ["PATH"]))
        self.env = {"PATH": path, "HOME": os.environ.get("HOME", "/"), "UV_OFFLINE": "1"}

    def types(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of what is installed now."""
        typed = [str(self.prefix / "bin" / "rempart"), *words]
        return subprocess.run(
            typed, env=self.env, cwd=self.folder, capture_output=True, text=True, timeout=600, check=False
        )

    def systemctl(self, verb: str) -> None:
        subprocess.run([self.folder.parent / "bin" / "systemctl", verb], env=self.env, check=True)

    def is_answered(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def waits(self) -> None:
        """Until the service is ready."""
        end = time.monotonic() + PATIENCE
        while not self.is_answered():
            assert time.monotonic() < end, (self.folder / "log").read_text()
            time.sleep(0.1)

    def release(self) -> str:
        return self.types("--version").stdout.split()[-1]

    def form(self) -> str:
        """That of the database."""
        with closing(sqlite3.connect(self.folder / "rempart.db")) as database:
            return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[Stranger]:
    one = Stranger(tmp_path)
    wheel = build_wheel(ROOT, tmp_path)
    uv("venv", "--quiet", "--python", sys.executable, str(one.prefix))
    lock = ["--constraints", str(ROOT / "requirements.lock")]
    uv("pip", "install", "--quiet", "--python", str(one.prefix / "bin" / "python"), *lock, str(wheel))
    yield one
    one.systemctl("stop")


@pytest.mark.timeout(1800)
def test_a_wheel_is_installed_run_and_renewed_and_what_does_not_get_ready_is_taken_back(
    stranger: Stranger, tmp_path: Path
) -> None:
    assert stranger.release() == version()
    checked = stranger.types("check")
    assert checked.returncode == 0, checked.stderr
    stranger.systemctl("start")
    stranger.waits()

    failed = stranger.types("update", str(later(tmp_path, BROKEN, breaks=True)))
    assert failed.returncode == 1, failed.stdout
    assert "does not become ready" in failed.stderr
    assert "is put back" in failed.stdout
    assert stranger.release() == version()
    assert stranger.is_answered()
    form = stranger.form()
    assert form != "9000"

    renewed = stranger.types("update", str(later(tmp_path, LATER, breaks=False)))
    assert renewed.returncode == 0, renewed.stderr
    assert "the service is ready" in renewed.stdout
    assert (stranger.release(), stranger.form()) == (LATER, form)
    assert stranger.is_answered()
    copies = [one.name for one in stranger.folder.glob("rempart-before-*.db")]
    assert len(copies) == 2
    assert all(re.fullmatch(rf"rempart-before-{re.escape(version())}-[\dT-]+Z\.db", one) for one in copies)
    assert [one.name for one in tmp_path.glob("env*")] == ["env"]
