"""Finds the channels that are installed, ours and other people's, through their entry points."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from bridge.clock import system_clock
from bridge.errors import Misconfigured
from bridge.moderation.directory import Directory
from bridge.noun import Noun
from bridge.ports import (
    ENTRY_POINTS,
    Addresses,
    Addressing,
    ChannelPlugin,
    Identifying,
    Ids,
    Lined,
    Wiring,
)
from bridge.standin import StandIn

_STAND_INS = "rempart.standins"


@cache
def _installed(group: str) -> Sequence[EntryPoint]:
    """By name. Every package of the installation is looked through for it, and none comes while we run."""
    return sorted(entry_points(group=group), key=lambda entry: entry.name)


def channel_names() -> list[str]:
    """The names of the channels that are installed; loads none."""
    return [entry.name for entry in _installed(ENTRY_POINTS)]


def channel_plugins() -> dict[str, ChannelPlugin]:
    """Every installed channel by its name, but for those that do not load."""
    tried = {entry.name: _loaded(entry) for entry in _installed(ENTRY_POINTS)}
    return {name: plugin for name, plugin in tried.items() if not isinstance(plugin, Broken)}


def broken_channels() -> dict[str, str]:
    """Those that do not load, each with a sentence that says why, and the mend."""
    tried = {entry.name: _loaded(entry) for entry in _installed(ENTRY_POINTS)}
    return {
        name: f"The channel {name} cannot be loaded ({plugin.why}): reinstall its package, then restart."
        for name, plugin in tried.items()
        if isinstance(plugin, Broken)
    }


class Broken(Noun):
    """What is there of a channel whose package does not load."""

    why: str
    """The kind of error, and of a package that is missing its name."""


@cache
def _loaded(entry: EntryPoint) -> ChannelPlugin | Broken:
    """Whatever is wrong with a package is no reason to do without the others'."""
    try:
        plugin = entry.load()
    except ImportError as error:
        return Broken(f"{type(error).__name__}: {error.name}" if error.name else type(error).__name__)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - it may be anybody's code
        return Broken(type(error).__name__)
    return cast(ChannelPlugin, plugin) if callable(getattr(plugin, "connect", None)) else Broken("no channel")


def lined_plugins() -> dict[str, Lined]:
    """Those that each of several lines may have."""
    return {name: plugin for name, plugin in channel_plugins().items() if isinstance(plugin, Lined)}


def idle(public_url: str | None, knock: Mapping[str, str] | None = None) -> Wiring:
    """For channels that are only looked at: they receive nothing. `knock`: how they call our own service."""
    return Wiring(_append_nothing, system_clock, public_url, knock=knock or {})


async def _append_nothing(_happenings: object) -> None:
    raise Misconfigured("Whoever is looked at receives nothing.")


def directory(environment: Mapping[str, str]) -> Directory:
    """Who can be meant; a channel is loaded when somebody there is."""
    entries = {entry.name: entry for entry in _installed(ENTRY_POINTS)}

    @cache
    def find(name: str) -> Addresses | None:
        plugin = _loaded(entries[name])
        if isinstance(plugin, Broken):
            return _AS_WRITTEN
        return plugin.addresses(environment) if isinstance(plugin, Addressing) else None

    return Directory(list(entries), find, room_ids)


def room_ids() -> dict[str, Ids]:
    """What each installed room takes for an id, by its name; nothing where one of them does not say, for then
    nobody can tell a name from an id."""
    rooms = {name: plugin for name, plugin in channel_plugins().items() if not isinstance(plugin, Addressing)}
    said = {name: plugin.ids for name, plugin in rooms.items() if isinstance(plugin, Identifying)}
    return said if len(said) == len(rooms) and not broken_channels() else {}


_AS_WRITTEN = Addresses(read=lambda written: written, example="")
"""Where a channel does not load, nobody can tell an address from none: rules that name some stay good."""


def stand_ins() -> dict[str, StandIn]:
    """A new stand-in for each provider that has one."""
    return {entry.name: cast(StandIn, entry.load()()) for entry in _installed(_STAND_INS)}
