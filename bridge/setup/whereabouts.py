"""What can be found out about an installation: whose it is, where it stands, what it reads and writes."""

import os
import pwd
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import bridge
from bridge.doctor.names import known
from bridge.environment import Environment
from bridge.errors import Misconfigured
from bridge.noun import Noun
from bridge.responses import read_lines
from bridge.service.lines import Site, sites
from bridge.service.place import is_within_reach
from bridge.service.shelf import Shelf
from bridge.settings import Settings, read_settings
from bridge.setup.written import Written
from bridge.store.engine.address import sqlite_file
from bridge.store.engine.connecting import parse_url

_ROOT = 0
_FILE = "_FILE"


class Whereabouts(Noun):
    """One installation."""

    folder: Path
    """Where `.env` stands."""
    user: str
    """Whose it is."""
    command: Path
    settings: Settings
    writes: tuple[Path, ...]
    """Folders that it must be able to write to."""
    keeps: tuple[Path, ...]
    """Folders for copies that may not be there yet."""
    reads: tuple[Path, ...]
    """What it is installed in, and files that its settings name."""
    is_reachable: bool
    """Whether commands find the control socket beside the database, and not in a folder for what passes."""
    only_here: tuple[str, ...]
    """Variables of this shell that a service would not see."""


def look_around(folder: Path, process: Mapping[str, str]) -> Whereabouts:
    """Raises `Misconfigured` with what keeps it from being a service."""
    written = Written(folder / ".env")
    values = written.values()
    if not values:
        raise Misconfigured(
            f"There is no .env in {folder}: run this in the folder of your installation, where "
            "`rempart init` wrote it."
        )
    environment = Environment({}, values)
    settings = read_settings(environment)
    settings.keys()
    lines = read_lines(settings.responses)
    stands = sites(lines, environment, settings.database_url)
    databases = [file for one in stands if (file := sqlite_file(one.database_url))]
    asked = [(site, line.responses.backup) for site, line in zip(stands, lines, strict=True)]
    writes = _outermost([folder, *(file.parent for file in databases)])
    shelves = [_shelf(site, backup.to) for site, backup in asked if backup is not None]
    return Whereabouts(
        folder=_plain(folder),
        user=_owner(written.path),
        command=_command(),
        settings=settings,
        writes=writes,
        keeps=_outermost([one for one in shelves if not _is_below(one, writes)]),
        reads=_outermost(_read(settings, environment)),
        is_reachable=all(map(is_within_reach, databases)),
        only_here=tuple(sorted(name for name in process if _is_ours(name) and name not in values)),
    )


def _owner(dotenv: Path) -> str:
    """Whoever can read `.env`, and no more than that: nobody needs root to answer texts."""
    owner = dotenv.stat().st_uid
    if owner == _ROOT:
        folder = dotenv.parent
        raise Misconfigured(
            f"{dotenv} belongs to root, and no service needs to be root. Give the folder a user of its own: "
            f"useradd --system --home-dir {folder} --shell /usr/sbin/nologin rempart && "
            f"chown -R rempart: {folder}. Then run this again."
        )
    try:
        return pwd.getpwuid(owner).pw_name
    except KeyError:
        return str(owner)


def _command() -> Path:
    command = Path(sysconfig.get_path("scripts")) / "rempart"
    if not command.is_file():
        raise Misconfigured(f"There is no {command}: install Rempart into an environment of its own.")
    return _plain(command)


def _shelf(site: Site, to: str) -> Path:
    return Shelf(parse_url(site.database_url), to).folder


def _read(settings: Settings, environment: Environment) -> Iterator[Path]:
    """The environment it runs in, the Python under it, and what its settings name."""
    yield from (Path(sys.prefix), Path(sys.base_prefix), Path(sys.base_prefix).resolve())
    yield Path(bridge.__file__).parents[1]
    yield settings.responses.absolute().parent
    named = (environment.path_of(name.removesuffix(_FILE)) for name in environment if name.endswith(_FILE))
    yield from (file.absolute() for file in named if file is not None)


def _outermost(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Each once, and none that lies within another."""
    plain = list(dict.fromkeys(map(_plain, paths)))
    return tuple(one for one in plain if not _is_below(one, [other for other in plain if other != one]))


def _is_below(path: Path, others: Sequence[Path]) -> bool:
    return any(path.is_relative_to(one) for one in others)


def _plain(path: Path) -> Path:
    """Raises `Misconfigured` for a path that no file of the system can name in one line."""
    whole = Path(os.path.normpath(path.absolute()))
    if not str(whole).isprintable():
        raise Misconfigured("The path of this installation holds an odd character: move it.")
    return whole


def _is_ours(name: str) -> bool:
    return name.removesuffix(_FILE) in known()
