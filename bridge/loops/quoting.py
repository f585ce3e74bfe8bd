"""Quoting: asks a provider what it charges, at start and once a day, and keeps its word.

It waits for nobody and keeps nobody waiting: until a provider has told, the prices of the rules file count.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import structlog

from bridge.model import CURRENCY, DAY, Micros
from bridge.ports import Clock, Pricing, Quote
from bridge.prices import believed
from bridge.responses import Responses
from bridge.store.books import tariff
from bridge.store.engine.store import Store

EVERY: Micros = DAY
"""How old a provider's word may be before it is asked again."""

REST = 60.0
"""Seconds between looks: the rules may list another country."""

PAUSE = 15 * 60.0
"""Seconds before a provider that could not be asked, or told nothing usable, is asked again."""

log = structlog.get_logger("rempart.prices")


@dataclass(slots=True)
class Quoting:
    """Takes turns asking one channel's provider."""

    patience: ClassVar[float] = PAUSE

    store: Store
    channel: Pricing
    clock: Clock
    responses: Callable[[], Responses]
    """The rules in force: only the countries that they list matter."""
    _begun: bool = False
    _complained_of: tuple[list[str], list[str], list[str]] = ([], [], [])

    async def turn(self) -> float:
        """Asks where the provider's word is missing or a day old. Raises `Unreachable`."""
        wanted = await self._wanted()
        if not wanted:
            return REST
        told, now = await self.channel.quotes(wanted), self.clock()
        quotes = [believed(quote, self.responses(), self.channel.name) for quote in told]
        await self.store.transact(lambda connection: tariff.save(connection, self.channel.name, quotes, now))
        self._begun = True
        odd = sorted(one.country for one, kept in zip(told, quotes, strict=True) if one != kept)
        self._tell(wanted, quotes, odd)
        return REST if len(quotes) == len(wanted) else PAUSE

    async def _wanted(self) -> Sequence[str]:
        """The listed countries to ask for: all of them after a start, then those whose price has aged."""
        listed = self.responses().prices.get(self.channel.name)
        if listed is None or not self._begun:
            return tuple(listed.outbound) if listed else ()
        told, now = await self.store.read(tariff.load), self.clock()
        ages = {country: told.get((self.channel.name, country)) for country in listed.outbound}
        return [country for country, last in ages.items() if last is None or now - last.at >= EVERY]

    def _tell(self, wanted: Sequence[str], quotes: Sequence[Quote], odd: list[str]) -> None:
        """Says plainly where the provider's word does not count; once, until that changes."""
        foreign = sorted({quote.currency for quote in quotes} - {CURRENCY})
        silent = sorted(set(wanted) - {quote.country for quote in quotes})
        if (foreign, silent, odd) == self._complained_of:
            return
        self._complained_of = foreign, silent, odd
        say = log.bind(channel=self.channel.name)
        if foreign:
            say.warning(
                "a provider charges no euros; the prices of the rules file count", currency=foreign[0]
            )
        if silent:
            say.warning("a provider tells no price; that of the rules file counts", countries=silent)
        if odd:
            say.warning("a provider's price cannot be true; that of the rules file counts", countries=odd)
