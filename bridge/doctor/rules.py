"""Whether the rules are sound, and whether they say what a public number needs."""

from collections.abc import Iterator, Mapping

from bridge.checkup import Examined, fine, note, wrong
from bridge.errors import Misconfigured
from bridge.responses import Responses, read_lines, shipped
from bridge.service.door import settled_person
from bridge.service.lines import sites
from bridge.service.plugins import directory
from bridge.settings import Settings


def rules(settings: Settings, environment: Mapping[str, str]) -> Iterator[Examined]:
    """The file, its time zone, and what it keeps and costs."""
    try:
        lines = read_lines(settings.responses, people=settled_person(directory(environment)))
        sites(lines, environment, settings.database_url)
    except Misconfigured as error:
        yield wrong("rules", "refused", why=str(error))
        return
    yield fine("rules", "rules_in_order", file=str(settings.responses.absolute()))
    if settings.responses == shipped():
        yield note("rules", "rules_shipped")
    yield from dict.fromkeys(one for line in lines for one in _told(line.responses))


def _told(responses: Responses) -> Iterator[Examined]:
    yield fine("rules", "rules_zone", zone=str(responses.zone))
    if not responses.organisers.admins:
        yield note("rules", "no_admins")
    if not any(prices.outbound for prices in responses.prices.values()):
        yield wrong("rules", "no_prices")
