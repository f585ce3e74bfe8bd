"""Everything that is wrong with a configuration, at once: one round of mending is enough."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from bridge.errors import Misconfigured
from bridge.responses import read, read_lines
from bridge.service.door import settled_person
from bridge.service.lines import Site, sites
from bridge.service.plugins import directory, idle
from bridge.settings import Settings, read_settings


def wrongs(environment: Mapping[str, str]) -> list[str]:
    """A sentence for each; dials nobody, opens nothing."""
    try:
        settings = read_settings(environment)
    except Misconfigured as error:
        return [str(error), *filter(None, map(_objection, _connecting(Site("", environment, ""), None)))]
    checks = [*_reading(settings, environment), *_of_lines(settings, environment)]
    return list(dict.fromkeys(filter(None, map(_objection, checks))))


def _reading(settings: Settings, environment: Mapping[str, str]) -> Iterator[Callable[[], object]]:
    yield settings.keys
    yield lambda: read(settings.responses, settled_person(directory(environment)))


def _of_lines(settings: Settings, environment: Mapping[str, str]) -> Iterator[Callable[[], object]]:
    """What each line is connected by; of one line where the rules do not tell."""
    try:
        found = sites(read_lines(settings.responses), environment, settings.database_url)
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
    try:
        check()
    except Misconfigured as error:
        return str(error)
    return None
