"""Whether the rules are sound, and whether they say what a public number needs."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bridge.checkup import Examined, fine, note, wrong
from bridge.errors import Misconfigured
from bridge.responses import Responses, shipped
from bridge.responses.load import examine
from bridge.service.door import People
from bridge.service.in_force import InForce, in_force
from bridge.service.last_good import place_of
from bridge.service.lines import sites
from bridge.service.plugins import directory
from bridge.service.unused import unused
from bridge.settings import Settings


def rules(settings: Settings, environment: Mapping[str, str]) -> Iterator[Examined]:
    """The file, its time zone, and what it keeps and costs."""
    try:
        found = in_force(settings, People(directory(environment)))
        sites(found.lines, environment, settings.database_url)
    except Misconfigured as error:
        yield wrong("rules", "refused", why=str(error))
        return
    if found.refused is not None:
        yield wrong("rules", "refused", why=found.refused)
        yield note("rules", "rules_kept", file=str(place_of(settings.database_url, settings.responses)))
    else:
        yield from _in_order(found, settings.responses)
    if settings.responses == shipped():
        yield note("rules", "rules_shipped")
    yield from dict.fromkeys(one for line in found.lines for one in _told(line.responses))


def _in_order(found: InForce, path: Path) -> Iterator[Examined]:
    """They are, but for what never counts in them: the service goes on, and `rempart check` refuses it."""
    _, document = examine(found.source, name=str(path))
    never = unused(found.lines, document)
    for one in never:
        yield note("rules", "rules_unused", why=one.within(str(path)))
    if not never:
        yield fine("rules", "rules_in_order", file=str(path.absolute()))


def _told(responses: Responses) -> Iterator[Examined]:
    yield fine("rules", "rules_zone", zone=str(responses.zone))
    kept = responses.retention
    yield fine("rules", "rules_retention", ordinary_kept=kept.ordinary, raid_kept=kept.raid)
    if responses.is_dry:
        yield note("rules", "dry_run")
    if responses.controller is None:
        yield note("rules", "no_controller")
    if not responses.organisers.admins:
        yield note("rules", "no_admins")
    woken = len(responses.organisers.wake)
    yield fine("rules", "woken", count=woken) if woken else note("rules", "nobody_woken")
    if not any(prices.outbound for prices in responses.prices.values()):
        yield wrong("rules", "no_prices")
