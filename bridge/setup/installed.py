"""How this Rempart was installed, and so how a newer one is: whatever brought it brings the next one."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from bridge.noun import Noun

NAME = "rempart"

How = Literal["uv tool", "pipx", "environment", "checkout"]
Command = Sequence[str]

_PATIENCE = 15  # seconds


class Installed(Noun):
    """An installation that we know how to renew."""

    how: How
    prefix: Path
    """The environment that it is in."""
    owner: int
    """Whose it is: nothing in it may become somebody else's."""
    renew: Sequence[Command]
    back: Sequence[Command] = ()
    """What takes it back beside the environment, which is put back as it was."""

    @property
    def command(self) -> Path:
        """The command in it."""
        return self.prefix / "bin" / NAME


def this_one(wanted: str | None) -> Installed | None:
    """How this very process was installed; `None` where it cannot be known."""
    return how_installed(Path(sys.prefix), _checkout(), wanted)


def how_installed(prefix: Path, checkout: Path | None, wanted: str | None) -> Installed | None:
    """The same of an environment, and of the clone that it comes from, if any.

    `wanted`: a release or a wheel, the newest where nobody says.
    """
    if not (prefix / "pyvenv.cfg").is_file():
        return None
    owner = prefix.stat().st_uid
    if (prefix / "uv-receipt.toml").is_file():
        return _of_tool("uv tool", prefix, owner, ["uv", "tool"], wanted)
    if (prefix / "pipx_metadata.json").is_file():
        return _of_tool("pipx", prefix, owner, ["pipx"], wanted)
    if checkout is not None:
        return _of_checkout(prefix, owner, checkout, wanted)
    installer = _installer(prefix)
    if installer is None:
        return None
    return Installed("environment", prefix, owner, [[*installer, wished(wanted)]])


def wished(wanted: str | None) -> str:
    """As installers want it: a wheel by its path, a release by its number."""
    if wanted is None:
        return NAME
    return str(Path(wanted).absolute()) if wanted.endswith(".whl") else f"{NAME}=={wanted}"


def _of_tool(how: How, prefix: Path, owner: int, tool: Command, wanted: str | None) -> Installed:
    newest = [*tool, "upgrade", NAME]
    named = [*tool, "install", "--force", wished(wanted)]
    return Installed(how, prefix, owner, [newest if wanted is None else named])


def _of_checkout(prefix: Path, owner: int, checkout: Path, wanted: str | None) -> Installed | None:
    """A clone of the repository, as `make install` made it. A wheel does not go into it."""
    if wanted is not None and wanted.endswith(".whl"):
        return None
    commit, branch = _asked(checkout, "rev-parse", "HEAD"), _asked(checkout, "branch", "--show-current")
    if commit is None or branch is None:
        return None
    bring, back = _brought(["git", "-C", str(checkout)], wanted, commit, branch)
    return Installed("checkout", prefix, owner, [*bring, ["make", "-C", str(checkout), "install"]], [back])


def _brought(git: Command, wanted: str | None, commit: str, branch: str) -> tuple[list[Command], Command]:
    """What brings a clone to a release, and what takes it back to where it stands, on a branch (empty: at a
    commit). What somebody has edited there stays, both ways."""
    if wanted is None and branch:
        return [[*git, "pull", "--ff-only"]], [*git, "reset", "--keep", commit]
    there = "origin/HEAD" if wanted is None else f"v{wanted}"  # at a commit there is no branch to pull
    back = ["checkout", branch] if branch else ["checkout", "--detach", commit]
    return [[*git, "fetch", "--tags"], [*git, "checkout", "--detach", there]], [*git, *back]


def _asked(checkout: Path, *words: str) -> str | None:
    """What git says of a clone; it is told to trust the folder, whoever asks."""
    git = ["git", "-c", f"safe.directory={checkout}", "-C", str(checkout)]
    try:
        told = subprocess.run(  # noqa: S603 - the words are ours
            [*git, *words], capture_output=True, text=True, timeout=_PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return told.stdout.strip()


def _checkout() -> Path | None:
    """The folder that this is imported from, where it is a clone (PEP 610 says so)."""
    try:
        told = distribution(NAME).read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    written = json.loads(told) if told else {}
    if not written.get("dir_info", {}).get("editable"):
        return None
    folder = Path(unquote(urlsplit(written["url"]).path))
    return folder if (folder / ".git").exists() else None


def _installer(prefix: Path) -> Command | None:
    """What puts packages into an environment: its own pip, or uv."""
    python = str(prefix / "bin" / "python")
    if (prefix / "bin" / "pip").exists():
        return [python, "-m", "pip", "install", "--upgrade"]
    uv = shutil.which("uv", path=f"{prefix / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")
    return None if uv is None else [uv, "pip", "install", "--python", python, "--upgrade-package", NAME]
