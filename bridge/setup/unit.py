"""The unit of systemd, filled in for one installation."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bridge.setup.templates import UNIT, template
from bridge.setup.whereabouts import Whereabouts

_HOMES = Path("/home"), Path("/root"), Path("/run/user")


def unit(found: Whereabouts) -> str:
    """The file as it should stand among the system's units."""
    filled: dict[str, Sequence[str]] = {
        "User": [f"User={found.user}"],
        "WorkingDirectory": [f"WorkingDirectory={_specified(found.folder)}"],
        "ExecStart": [f"ExecStart={_word(found.command, dollars=True)} run"],
        "ReadWritePaths": _writable(found.writes, found.keeps),
    }
    if any(map(_is_at_home, (*found.writes, *found.keeps, *found.reads))):
        filled |= _at_home(found)
    if not found.is_reachable:
        filled["PrivateTmp"] = ["PrivateTmp=no"]
    return "".join(f"{line}\n" for line in _lines(template(UNIT), filled))


def _lines(text: str, filled: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """The template's lines, but others for those whose key is filled in."""
    for line in text.splitlines():
        yield from filled.get(line.partition("=")[0], [line])


def _at_home(found: Whereabouts) -> dict[str, Sequence[str]]:
    """Homes are empty for the service, but for what it needs there."""
    writes = [one for one in (*found.writes, *found.keeps) if _is_at_home(one)]
    needed = [one for one in found.reads if _is_at_home(one)]
    reads = [one for one in needed if not any(one.is_relative_to(other) for other in writes)]
    elsewhere = [one for one in found.writes if not _is_at_home(one)]
    kept = [one for one in found.keeps if not _is_at_home(one)]
    shown = [f"BindPaths={_word(one, '-' if one in found.keeps else '')}" for one in writes]
    shown += [f"BindReadOnlyPaths={_word(one)}" for one in reads]
    return {"ReadWritePaths": _writable(elsewhere, kept), "ProtectHome": ["ProtectHome=tmpfs", *shown]}


def _is_at_home(path: Path) -> bool:
    return any(path.is_relative_to(home) for home in _HOMES)


def _writable(paths: Sequence[Path], perhaps: Sequence[Path]) -> Sequence[str]:
    """Before what may not be there yet stands a dash."""
    words = [*map(_word, paths), *(_word(one, "-") for one in perhaps)]
    return [f"ReadWritePaths={' '.join(words)}"] if words else []


def _specified(path: Path) -> str:
    return str(path).replace("%", "%%")


def _word(path: Path, before: str = "", *, dollars: bool = False) -> str:
    """A path as one word (systemd.syntax(7))."""
    text = before + _specified(path).replace("\\", "\\\\").replace('"', '\\"')
    text = text.replace("$", "$$") if dollars else text
    return f'"{text}"' if any(one in text for one in " '\"\\;") else text
