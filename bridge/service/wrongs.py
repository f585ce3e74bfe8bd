"""Everything that is wrong with a configuration, at once: one round of mending is enough."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import structlog

from bridge.errors import Misconfigured
from bridge.responses import Line
from bridge.service.door import People
from bridge.service.in_force import in_force, of_file
from bridge.service.lines import Site, sites
from bridge.service.plugins import directory, idle
from bridge.settings import Settings, read_settings

log = structlog.get_logger("rempart.service")


def wrongs(environment: Mapping[str, str], *, strict: bool = False) -> list[str]:
    """A sentence for each that keeps a service from starting; dials nobody, opens nothing.

    `strict`: the rules file must do by itself, without the last good rules.
    """
    try:
        settings = read_settings(environment)
    except Misconfigured as error:
        return [str(error), *filter(None, map(_objection, _connecting(Site("", environment, ""), None)))]
    reading = partial(_lines, settings, environment, strict=strict)
    checks: list[Callable[[], object]] = [settings.keys, reading]
    checks += _of_lines(settings, environment, reading)
    return list(dict.fromkeys(filter(None, map(_objection, checks))))


def _lines(settings: Settings, environment: Mapping[str, str], *, strict: bool) -> Sequence[Line]:
    people = People(directory(environment))
    found = of_file(settings.responses, people) if strict else in_force(settings, people)
    return found.lines


def _of_lines(
    settings: Settings, environment: Mapping[str, str], reading: Callable[[], Sequence[Line]]
) -> Iterator[Callable[[], object]]:
    """What each line is connected by; of one line where the rules do not tell."""
    try:
        found = sites(reading(), environment, settings.database_url)
    except Misconfigured as error:
        yield partial(_raise, error)
        found = [Site("", environment, settings.database_url)]
    for site in found:
        yield from _connecting(site, settings.public_url)


def _raise(error: Misconfigured) -> None:
    raise error


def _connecting(site: Site, public_url: str | None) -> Iterator[Callable[[], object]]:
    for plugin in site.plugins().values():
        yield partial(plugin.connect, site.environment, idle(public_url))


def _objection(check: Callable[[], object]) -> str | None:
    """What an operator has to mend; what an adapter does wrong by itself keeps nothing from starting."""
    try:
        check()
    except Misconfigured as error:
        return str(error)
    except Exception:
        log.exception("a channel cannot be connected")
    return None
