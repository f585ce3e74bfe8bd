"""Variables that nobody reads, or that are set twice: either is a channel that stays off, without a word."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from bridge.checkup import Examined, note, wrong
from bridge.environment import PREFIX, Environment
from bridge.ports import Configured
from bridge.service.plugins import channel_plugins
from bridge.settings import Settings

_FILE = "_FILE"
_ALIKE = 0.8
"""How alike a name must be to one of ours to be taken for it (difflib's ratio)."""


def strangers(environment: Mapping[str, str], endings: Collection[str] = ()) -> Iterator[Examined]:
    """Each name that looks like one of ours and is none, with the one that is likely meant; `endings`: what
    stands behind the names of what is said of one line."""
    ours = known()
    beginnings = {PREFIX, *(f"{name.partition('_')[0]}_" for name in ours)}
    for name in sorted(environment):
        plain = name.removesuffix(_FILE)
        if any(plain.removesuffix(ending) in ours for ending in ("", *endings)):
            continue
        meant = _meant(name.removesuffix(_FILE), ours)
        if meant:
            yield wrong("settings", "misspelled", name=name, meant=meant)
        elif name.startswith(tuple(beginnings)):
            yield wrong("settings", "stranger", name=name)


def twice(environment: Environment) -> Iterator[Examined]:
    """What stands in `.env` more than once: the last line counts, and another may be the right one."""
    for name, lines in environment.repeated.items():
        *others, last = map(str, lines)
        yield note("settings", "twice", name=name, others=", ".join(others), last=last)


def known() -> frozenset[str]:
    """Every name that the house and the installed channels read."""
    plugins = (one for one in channel_plugins().values() if isinstance(one, Configured))
    house = frozenset(f"{PREFIX}{name.upper()}" for name in Settings.model_fields)
    return house.union(*(one.variables for one in plugins))


def _meant(name: str, ours: Collection[str]) -> str | None:
    """The name that is likely meant; case apart, for variables are written in capitals."""
    close = get_close_matches(name.upper(), ours, n=1, cutoff=_ALIKE)
    return close[0] if close else None
