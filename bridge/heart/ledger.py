"""Where the money stands while replies move. Pure; micro-euros."""

from dataclasses import dataclass

from bridge.model import IN_FLIGHT, MicroEuros, Micros, OutboxRow
from bridge.pot import Purse


@dataclass(slots=True)
class Ledger:
    """Moves money as replies move."""

    spent: MicroEuros = 0
    reserved: MicroEuros = 0
    inbound: MicroEuros = 0
    total: MicroEuros | None = None
    """Set by hand: counts above the rules file."""
    open_since: Micros | None = None
    """When an admin opened the day, if anybody ever did."""
    open_until: Micros | None = None

    def opened_until(self, now: Micros) -> Micros | None:
        """Until when no limit of hour or day keeps anybody waiting, if none does at `now`."""
        is_open = self.open_since is not None and self.open_since <= now < (self.open_until or 0)
        return self.open_until if is_open else None

    def purse(self) -> Purse:
        """Where the money stands, but for what hours and days have cost."""
        return Purse(self.spent, self.reserved, self.inbound, self.total)

    def move(self, before: OutboxRow | None, after: OutboxRow) -> None:
        """What a step of a reply does to the money: the one place that says so.

        Money is set aside when a reply is handed over. What a provider has taken may be billed, also when it
        fails later: only a refusal costs nothing.
        """
        self.reserved += _reserved(after) - (_reserved(before) if before else 0)
        # A correction by hand may have taken the difference back already: then nothing is left to give back.
        self.spent = max(0, self.spent + _spent(after) - (_spent(before) if before else 0))


def _reserved(row: OutboxRow) -> MicroEuros:
    return row.reply.price if row.progress in IN_FLIGHT else 0


def _spent(row: OutboxRow) -> MicroEuros:
    return row.booked if row.paid and row.progress not in IN_FLIGHT else 0
