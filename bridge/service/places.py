"""Where the rules file says that lines are: on which channels it may say so at all."""

from collections.abc import Iterable, Iterator

from bridge.errors import Misconfigured
from bridge.responses import Line
from bridge.responses.complaints import shown
from bridge.service.plugins import broken_channels, lined_plugins


def misplaced(line: Line) -> Iterator[tuple[str, str]]:
    """The channels that the file cannot place, each with what to be told of it.

    Of one that does not load nobody knows: it is taken as it is written.
    """
    placed = sorted(name for name, plugin in lined_plugins().items() if plugin.place)
    for name in sorted(line.channels.keys() - placed - broken_channels().keys()):
        told = f"The rules file says where the line {line.name} is on {shown(name)}: it can say that of "
        yield name, f"{told}{', '.join(placed)}. What is secret stands in the environment."


def insist_on_places(lines: Iterable[Line]) -> None:
    """Raises `Misconfigured` where the file places a channel that it cannot place."""
    for line in lines:
        for _, told in misplaced(line):
            raise Misconfigured(told)
