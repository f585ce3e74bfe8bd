"""`rempart update`: by whatever brought it here; where that cannot be known, it says what to type."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from bridge.setup.installed import how_installed, wished
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


def test_a_clone_is_pulled_and_goes_back_to_the_commit_that_it_was_at(prefix: Path, tmp_path: Path) -> None:
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "--quiet"], ["commit", "--quiet", "--allow-empty", "--message=One"]):
        subprocess.run([*git, *words], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout
    found = how_installed(prefix, tmp_path, None)
    assert found is not None
    assert [one[-1] for one in found.renew] == ["--ff-only", "install"]
    assert [*found.back[0][-2:]] == ["--keep", commit.strip()]
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
