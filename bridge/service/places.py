"""Where the rules file says that lines are: on which channels it may say so, and no two in one place."""

from collections.abc import Iterator, Sequence

from bridge.responses import Line
from bridge.responses.complaints import shown
from bridge.service.numbers import telephone
from bridge.service.plugins import broken_channels, lined_plugins

_INTERNATIONAL = "+"
_ANOTHER = "Give each its own: a number is at one provider, and of one line."
_ANEW = 'Write it as "+33...", with its country code.'


def misplaced(line: Line) -> Iterator[tuple[str, str, str]]:
    """The channels that the file cannot place, or places nowhere: what is wrong with each, and the mend.

    Of one that does not load nobody knows: it is taken as it is written.
    """
    if not line.channels:
        return
    placed = sorted(name for name, plugin in lined_plugins().items() if plugin.place)
    for name in sorted(line.channels.keys() - broken_channels().keys()):
        if name not in placed:
            told = f"The rules file cannot say where the line {line.name} is on {shown(name)}."
            mend = f"It can of {', '.join(placed)}. What is secret stands in the environment."
            yield name, told, mend
        elif not _is_somewhere(name, line.channels[name]):
            yield name, f"{shown(name).capitalize()} has no telephone number here.", _ANEW


def twice(lines: Sequence[Line]) -> Iterator[tuple[str, str, str, str]]:
    """What stands in one place with something before it: its line, its channel, what is wrong, the mend."""
    taken: dict[tuple[str, str], tuple[str, str]] = {}
    for line in lines:
        for name, place in line.channels.items():
            kind, exact = _exact(name, place)
            other, before = taken.setdefault((kind, exact), (line.name, name))
            if (other, before) != (line.name, name):
                yield line.name, name, _both(line.name, name, other, before), _ANOTHER


def _both(line: str, channel: str, other: str, before: str) -> str:
    what = "the same number" if telephone(channel) else "the same place"
    if line != other:
        return f"The lines {other} and {line} have {what}."
    return f"{shown(channel).capitalize()} and {shown(before)} have {what}."


def _is_somewhere(channel: str, place: str) -> bool:
    """Whether a telephone number is one, and abroad too; a short code is. Nobody can write to a name."""
    addresses, bare = telephone(channel), place.strip()
    if addresses is None:
        return True
    found = addresses.read(bare)
    return found is not None and (bare.startswith(_INTERNATIONAL) or found == bare)


def _exact(channel: str, place: str) -> tuple[str, str]:
    """A place in its one form, and of what kind it is: a telephone number is at one provider alone."""
    addresses, bare = telephone(channel), place.strip()
    if addresses is None:
        return channel, bare
    return "", addresses.read(bare) or bare
