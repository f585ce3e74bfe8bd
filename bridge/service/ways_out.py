"""Which channels may stand in for each other: those of telephone numbers, with prices for the same people."""

from collections.abc import Collection, Iterator

from bridge.responses import Line, Responses
from bridge.responses.complaints import did_you_mean, shown
from bridge.service.numbers import telephone
from bridge.service.plugins import broken_channels, channel_plugins


def astray(line: Line) -> Iterator[tuple[int, str, str]]:
    """The ways of a line that are none: the place of each in the list, what is wrong, and the mend."""
    ways = line.responses.ways
    if not ways:
        return
    carrying = [name for name in channel_plugins() if telephone(name)]
    lonely = _lonely(line.responses)
    for index, way in enumerate(ways):
        wrong = _is_none(way, carrying) or _unpriced(way, line.responses)
        if wrong is None and way in lonely:
            mend = f'Give {shown(way)} prices for their countries under "prices", or remove it.'
            wrong = f"{shown(way).capitalize()} has prices for nobody whom another way reaches.", mend
        if wrong is not None:
            yield index, *wrong


def _is_none(way: str, carrying: Collection[str]) -> tuple[str, str] | None:
    """Of a channel that does not load nobody knows: it is taken as it is written."""
    if way in carrying or way in broken_channels():
        return None
    if way not in channel_plugins():
        return f"No channel {shown(way)} is installed here.", did_you_mean(way, carrying)
    told = f"{shown(way).capitalize()} cannot stand in for another channel: "
    told += "whoever wrote to a telephone number cannot be answered there."
    return told, f"Remove it. Ways may be {', '.join(sorted(carrying))}."


def _unpriced(way: str, rules: Responses) -> tuple[str, str] | None:
    """What has no price is never sent."""
    if way not in rules.prices:
        mend = f'Say what {shown(way)} charges under "prices", as the channel is called there.'
        return f"{shown(way).capitalize()} has no prices.", mend
    if not rules.prices[way].outbound:
        mend = f'Say what {shown(way)} charges by country: "out: {{FR: 0.08}}".'
        return f"{shown(way).capitalize()} has prices for no country.", mend
    return None


def _lonely(rules: Responses) -> list[str]:
    """Ways that stand in for none of the others; where all of them are so, the first one is none of them."""
    reached = rules.reached
    lonely = [
        way
        for way, countries in reached.items()
        if len(reached) > 1 and not any(countries & there for name, there in reached.items() if name != way)
    ]
    return lonely[1:] if len(lonely) == len(reached) else lonely
