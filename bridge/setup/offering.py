"""Which channels everybody is asked about, and which are offered by their names: those that few need."""

from collections.abc import Mapping

from bridge.ports import Asking, ChannelPlugin, Usual
from bridge.service.plugins import channel_plugins
from bridge.setup.answers import NONE


def usual() -> dict[str, ChannelPlugin]:
    """Those that everybody is asked about, each with how it is set up."""
    return {name: plugin for name, plugin in _asking().items() if isinstance(plugin, Usual)}


def offered() -> dict[str, ChannelPlugin]:
    """The others that can be set up by questions, other packages' too."""
    return {name: plugin for name, plugin in _asking().items() if not isinstance(plugin, Usual)}


def named(answer: str, offers: Mapping[str, object], nothing: str) -> list[str] | None:
    """The channels that an answer names, each once; `None` where it names what is not offered.

    `nothing`: the word for none of them.
    """
    said = list(dict.fromkeys(answer.casefold().replace(",", " ").split()))
    if said in ([], [NONE], [nothing.casefold()]):
        return []
    return said if all(one in offers for one in said) else None


def _asking() -> dict[str, ChannelPlugin]:
    return {name: plugin for name, plugin in channel_plugins().items() if isinstance(plugin, Asking)}
