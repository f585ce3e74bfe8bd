"""Whether the rules are sound, and whether they say what a public number needs."""

from collections.abc import Iterator, Mapping

from bridge.checkup import Examined, fine, note, wrong
from bridge.errors import Misconfigured
from bridge.responses import Responses, read, shipped
from bridge.service.door import settled_person
from bridge.service.plugins import directory
from bridge.settings import Settings


def rules(settings: Settings, environment: Mapping[str, str]) -> Iterator[Examined]:
    """The file, its time zone, and what it keeps and costs."""
    try:
        found = read(settings.responses, people=settled_person(directory(environment)))
    except Misconfigured as error:
        yield wrong("rules", "refused", why=str(error))
        return
    yield fine("rules", "rules_in_order", file=str(settings.responses.absolute()))
    if settings.responses == shipped():
        yield note("rules", "rules_shipped")
    yield from _told(found)


def _told(responses: Responses) -> Iterator[Examined]:
    yield fine("rules", "rules_zone", zone=str(responses.zone))
    if not responses.organisers.admins:
        yield note("rules", "no_admins")
    if not any(prices.outbound for prices in responses.prices.values()):
        yield wrong("rules", "no_prices")
