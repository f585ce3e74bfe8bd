"""`rempart update`: by whatever brought it here; where that cannot be known, it says what to type."""

import os
import subprocess
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import pytest

from bridge.setup.installed import Installed, how_installed, wished
from bridge.setup.keeper import NOBODY
from bridge.setup.updating import NotRenewed, Update
from tests.service.test_command import command, environment

KINDS: dict[str, tuple[Sequence[str], str | None, str | None, str]] = {
    "by uv": (["uv-receipt.toml"], None, "uv tool", "uv tool upgrade rempart"),
    "by uv, a certain release": (
        ["uv-receipt.toml"],
        "1.2.0",
        "uv tool",
        "uv tool install --force rempart==1.2.0",
    ),
    "by pipx": (["pipx_metadata.json"], None, "pipx", "pipx upgrade rempart"),
    "by pip": (
        ["bin/pip"],
        "1.2.0",
        "environment",
        "{}/bin/python -m pip install --upgrade rempart==1.2.0",
    ),
    "by uv into an environment": (
        ["bin/uv"],
        None,
        "environment",
        "{0}/bin/uv pip install --python {0}/bin/python --upgrade-package rempart rempart",
    ),
}


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """An environment of Python."""
    (tmp_path / "env" / "bin").mkdir(parents=True)
    (tmp_path / "env" / "pyvenv.cfg").touch()
    return tmp_path / "env"


@pytest.mark.parametrize("kind", KINDS)
def test_the_tool_that_brought_it_brings_the_next(
    prefix: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    files, wanted, how, typed = KINDS[kind]
    for name in files:
        (prefix / name).touch(mode=0o755)
    found = how_installed(prefix, None, wanted)
    assert found is not None
    assert (found.how, [" ".join(one) for one in found.renew]) == (how, [typed.format(prefix)])


CLONES: dict[str, tuple[str, str | None, str, str]] = {
    "of a branch, the newest": ("main", None, "main at Two", "main at One"),
    "of a branch, a certain release": ("main", "0.1.0", "no branch at One", "main at One"),
    "of a branch, a release that there is not": ("main", "9.9.9", "", "main at One"),
    "at a release, the newest": ("v0.1.0", None, "no branch at Two", "no branch at One"),
    "at a release, another one": ("v0.1.0", "0.2.0", "no branch at Two", "no branch at One"),
    "at a release, one that there is not": ("v0.1.0", "9.9.9", "", "no branch at One"),
}
"""Where a clone stands, what is wanted, where it stands then (empty: git refuses), and once it went back."""


@pytest.mark.parametrize("kind", CLONES)
def test_a_clone_comes_to_what_is_wanted_and_back_to_where_it_stood(
    prefix: Path, tmp_path: Path, kind: str
) -> None:
    stands, wanted, there, back = CLONES[kind]
    clone = _published_since(_Repository(tmp_path / "origin"), tmp_path / "clone")
    clone.git("checkout", "--quiet", stands)
    found = how_installed(prefix, clone.folder, wanted)
    assert found is not None
    called = [subprocess.run(one, check=False).returncode for one in found.renew if one[0] == "git"]
    assert any(called) is (there == "")
    if there:
        assert clone.stands() == there
    for words in found.back:
        subprocess.run(words, check=True)
    assert clone.stands() == back


class _Repository:
    """One of git, with commits that are known by their messages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def git(self, *words: str) -> str:
        named = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        done = subprocess.run(
            ["git", "-C", str(self.folder), *named, *words], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def release(self, message: str, tag: str) -> None:
        self.git("commit", "--quiet", "--allow-empty", f"--message={message}")
        self.git("tag", tag)

    def stands(self) -> str:
        branch = self.git("branch", "--show-current") or "no branch"
        return f"{branch} at {self.git('log', '-1', '--format=%s')}"


def _published_since(origin: _Repository, folder: Path) -> _Repository:
    """A clone that was at v0.1.0, while v0.2.0 has come out."""
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(origin.folder)], check=True)
    origin.release("One", "v0.1.0")
    subprocess.run(["git", "clone", "--quiet", str(origin.folder), str(folder)], check=True)
    origin.release("Two", "v0.2.0")
    return _Repository(folder)


def test_a_wheel_does_not_go_into_a_clone(prefix: Path, tmp_path: Path) -> None:
    assert how_installed(prefix, tmp_path, "rempart-1.0.0-py3-none-any.whl") is None


def test_a_wheel_is_named_by_its_path_wherever_the_command_is_called(tmp_path: Path) -> None:
    assert wished("rempart-1.0.0-py3-none-any.whl").startswith("/")
    assert wished(str(tmp_path / "r.whl")) == str(tmp_path / "r.whl")


def test_a_python_of_the_system_or_an_environment_without_an_installer_is_nobodys_to_renew(
    prefix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert how_installed(tmp_path, None, None) is None
    assert how_installed(prefix, None, None) is None


def test_print_does_nothing(tmp_path: Path) -> None:
    env = environment(tmp_path)
    before = sorted(one.name for one in tmp_path.iterdir())
    shown = command("update", "--print", env=env, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "make -C" in shown.stdout
    assert sorted(one.name for one in tmp_path.iterdir()) == before


_COMMAND = """#!/bin/sh
echo "$1" >> "{folder}/called"
test "$1" != check || test ! -e "{folder}/$({folder}/which).objects"
"""
_WHICH = """#!/bin/sh
test -e "{folder}/renewed" && echo new || echo old
"""

OBJECTIONS: dict[str, tuple[Sequence[str], bool]] = {
    "neither release": ([], True),
    "the new release alone": (["new"], False),
    "both, as to a reply that can never be given": (["old", "new"], True),
    "the old release alone": (["old"], True),
}
"""Who objects to the rules, and whether the new release stays."""


@pytest.mark.parametrize("case", OBJECTIONS)
def test_a_release_goes_for_what_it_alone_objects_to(prefix: Path, tmp_path: Path, case: str) -> None:
    who, stays = OBJECTIONS[case]
    for name, text in ((prefix / "bin" / "rempart", _COMMAND), (tmp_path / "which", _WHICH)):
        name.write_text(text.format(folder=tmp_path), encoding="utf-8")
        name.chmod(0o755)
    for one in who:
        (tmp_path / f"{one}.objects").touch()
    renew, back = [["touch", str(tmp_path / "renewed")]], [["rm", str(tmp_path / "renewed")]]
    installed = Installed("environment", prefix, os.geteuid(), renew, back)
    update = Update(installed, {}, NOBODY, lambda *_, **__: None, os.environ, tmp_path, os.geteuid())
    with nullcontext() if stays else pytest.raises(NotRenewed, match="check failed"):
        update.run()
    assert (tmp_path / "renewed").exists() is stays
