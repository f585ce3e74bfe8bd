"""`rempart update`: a newer release in one command, with a copy of the database before it, and a way back."""

import os
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

from bridge.cli.speech import words
from bridge.cli.terminal import put_line
from bridge.clock import iso, system_clock
from bridge.environment import read_environment
from bridge.errors import RempartError
from bridge.service.exclusive import is_held
from bridge.service.in_force import in_force
from bridge.service.lines import Site, sites
from bridge.settings import Settings, read_settings
from bridge.setup.installed import Installed, this_one
from bridge.setup.keeper import NOBODY, Keeping, by_systemd, systemd_runs
from bridge.setup.updating import Update
from bridge.store.engine.address import sqlite_file


def update(wanted: str | None, *, only_print: bool) -> int:
    """Says each step; 1 where it cannot know how this was installed.

    Raises `RempartError`, and then all is as it was.
    """
    folder, environment = Path.cwd(), read_environment()
    settings = read_settings(environment)
    found = sites(in_force(settings).lines, environment, settings.database_url)
    installed = this_one(wanted)
    if installed is None:
        _say("by_hand")
        return 1
    copies = dict(_copies(found, folder))
    if only_print:
        return _plan(installed, copies)
    keeping = _keeping(found, settings, folder)
    before = version("rempart")
    Update(installed, copies, keeping, _say, dict(os.environ), folder, _whose(folder)).run()
    _say("updated" if keeping is not NOBODY else "updated_start_it", before=before)
    return 0


def _keeping(found: list[Site], settings: Settings, folder: Path) -> Keeping:
    if not systemd_runs(folder):
        files = [file for one in found if (file := sqlite_file(one.database_url))]
        if any(map(is_held, files)):
            raise RempartError(
                "A service runs here that systemd did not start: stop it, run this again, and start it anew."
            )
        return NOBODY
    return by_systemd(settings)


def _copies(found: list[Site], folder: Path) -> Iterator[tuple[str, Path]]:
    """One beside each database that is there."""
    stamp = f"before-{version('rempart')}-{iso(system_clock())[:19].replace(':', '')}Z"
    for site in found:
        file = sqlite_file(site.database_url)
        if file is None:
            yield site.name, folder / f"{site.name or 'rempart'}-{stamp}.dump"
        elif file.exists():
            yield site.name, file.with_name(f"{file.stem}-{stamp}.db")


def _plan(installed: Installed, copies: Mapping[str, Path]) -> int:
    _say("how", how=words().within("install")(installed.how), prefix=str(installed.prefix))
    for file in copies.values():
        _say("would_copy", file=str(file))
    for command in installed.renew:
        put_line("    " + " ".join(command))
    return 0


def _whose(folder: Path) -> int:
    dotenv = folder / ".env"
    return (dotenv if dotenv.exists() else folder).stat().st_uid


def _say(name: str, **values: object) -> None:
    put_line(words().within("install")(name, **values))
