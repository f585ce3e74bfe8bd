"""The order of an examination: what is written first, then the house, then each provider."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial

import structlog

from bridge.checkup import Examined, State, note, unknown, wrong
from bridge.doctor.database import database
from bridge.doctor.machine import machine
from bridge.doctor.names import strangers, twice
from bridge.doctor.prices import prices
from bridge.doctor.routes import routes
from bridge.doctor.rules import rules
from bridge.doctor.running import running
from bridge.environment import Environment
from bridge.errors import Misconfigured, RempartError
from bridge.noun import replace
from bridge.ports import Channel, ChannelPlugin, Examining, Pricing
from bridge.responses import Responses
from bridge.service.in_force import in_force
from bridge.service.lines import Site, ending_of, sites
from bridge.service.numbers import telephone, uncounted
from bridge.service.plugins import broken_channels, channel_plugins, idle
from bridge.settings import Settings, read_settings
from bridge.web.knock import knock

log = structlog.get_logger("rempart.doctor")


async def examination(environment: Environment) -> list[Examined]:
    """Everything that can be told of an installation; raises nothing that is wrong with it."""
    try:
        settings = read_settings(environment)
    except Misconfigured as error:
        refused = wrong("settings", "refused", why=str(error))
        return [*strangers(environment), *twice(environment), refused]
    lines, ruled = _lines(settings, environment), _ruled(settings)
    found = list(strangers(environment, [ending_of(site.name) for site in lines if site.name]))
    found.extend(twice(environment))
    found.extend(_written(settings, environment))
    found.extend([one async for one in _house(settings, environment, lines)])
    found.extend(_ways(settings, lines))
    for site in lines:
        for name, plugin in channel_plugins().items():
            looked = [one async for one in _provider(name, plugin, site, settings, ruled.get(site.name))]
            found.extend(_of_line(site, one) for one in looked)
    found.extend(wrong(name, "refused", why=why) for name, why in broken_channels().items())
    return found


def _lines(settings: Settings, environment: Environment) -> list[Site]:
    """Where each line stands; one where the rules do not tell."""
    try:
        return sites(in_force(settings).lines, environment, settings.database_url)
    except Misconfigured:
        return [Site("", environment, settings.database_url)]


def _ruled(settings: Settings) -> Mapping[str, Responses]:
    """The rules of each line, by its name; none where they do not tell."""
    try:
        return {line.name: line.responses for line in in_force(settings).lines}
    except Misconfigured:
        return {}


def _of_line(site: Site, one: Examined) -> Examined:
    return replace(one, part=f"{one.part} ({site.name})") if site.name else one


def is_well(found: Iterable[Examined]) -> bool:
    """Whether nothing is wrong."""
    return all(one.state is not State.WRONG for one in found)


def _written(settings: Settings, environment: Mapping[str, str]) -> Iterator[Examined]:
    """What stands in the environment and in the rules."""
    yield from _unless_refused("secret", settings.keys)
    yield from rules(settings, environment)
    if settings.public_url is None:
        yield note("settings", "no_public_url")
    elif not settings.public_url.startswith("https://"):
        yield note("settings", "public_url_in_the_clear")


def _ways(settings: Settings, lines: Sequence[Site]) -> Iterator[Examined]:
    """Ways that the rules list and that are off, and channels that cost what nobody counts."""
    try:
        rules = in_force(settings).lines
    except Misconfigured:
        return
    for site, line in zip(lines, rules, strict=True):
        on = site.on(settings.public_url)
        for way in line.responses.ways:
            if way not in on:
                yield _of_line(site, wrong("rules", "way_off", way=way))
        for channel in sorted(on) if len(line.responses.ways) > 1 else ():
            if telephone(channel) and channel not in line.responses.ways:
                yield _of_line(site, note("rules", "way_left_out", channel=channel))
        for channel in uncounted(sorted(on), line.responses):
            yield _of_line(site, wrong("rules", "channel_uncounted", channel=channel))


async def _house(
    settings: Settings, environment: Environment, lines: Sequence[Site]
) -> AsyncIterator[Examined]:
    """Where it runs, and whether it does."""
    for one in machine(settings):
        yield one
    for site in lines:
        for one in await database(settings.model_copy(update={"database_url": site.database_url})):
            yield _of_line(site, one)
    for one in await running(environment):
        yield one
    for one in await routes(lines, settings.public_url, _knock(settings)):
        yield one


def _knock(settings: Settings) -> Mapping[str, str]:
    """How we call our own service; where there is no secret, there is none that would know us."""
    with suppress(Misconfigured):
        return knock(settings.keys().links)
    return {}


async def _provider(
    name: str, plugin: ChannelPlugin, site: Site, settings: Settings, rules: Responses | None
) -> AsyncIterator[Examined]:
    rings_out = rules is not None and rules.calls.ring_out
    wiring = replace(idle(settings.public_url, _knock(settings)), rings_out=lambda: rings_out)
    try:
        channel = plugin.connect(site.environment, wiring) if name in site.plugins() else None
    except Misconfigured as error:
        yield wrong(name, "refused", why=str(error))
        return
    except Exception as error:
        log.exception("a channel cannot be looked at", channel=name)
        yield _broken(name, error)
        return
    if channel is None:
        yield note(name, "off")
    elif not isinstance(channel, Examining):
        yield unknown(name, "not_examined")
    else:
        found = await _looked(name, channel, channel.examine)
        for one in [*found, *await _charged(name, channel, rules if is_well(found) else None)]:
            yield one


async def _charged(name: str, channel: Channel, rules: Responses | None) -> Iterable[Examined]:
    """What its provider charges; nobody who refuses us is asked."""
    if rules is None or not isinstance(channel, Pricing):
        return []
    return await _looked(name, channel, partial(prices, channel, rules))


async def _looked(
    name: str, channel: Channel, look: Callable[[], Awaitable[Iterable[Examined]]]
) -> Iterable[Examined]:
    """An adapter that fails by itself is as wrong as one whose provider refuses us."""
    try:
        return await looked_at(channel, look)
    except Exception as error:
        log.exception("a channel cannot be looked at", channel=name)
        return [_broken(name, error)]


def _broken(name: str, error: Exception) -> Examined:
    return wrong(name, "adapter_broken", kind=type(error).__name__)


async def looked_at(
    channel: Channel, look: Callable[[], Awaitable[Iterable[Examined]]]
) -> Iterable[Examined]:
    """What a channel finds at its provider; it is open meanwhile, and closed afterwards."""
    await channel.open()
    try:
        return await look()
    finally:
        await channel.close()


def _unless_refused(part: str, check: Callable[[], object]) -> Iterator[Examined]:
    try:
        check()
    except RempartError as error:
        yield wrong(part, "refused", why=str(error))
