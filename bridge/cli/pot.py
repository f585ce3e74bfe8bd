"""`rempart pot`: where the money stands and what a segment costs; sets the pot, tops it up, corrects it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from rich.table import Table

from bridge.cli.status import how_things_stand, print_told
from bridge.cli.team import act
from bridge.clock import system_clock
from bridge.errors import Misconfigured
from bridge.prices import in_force
from bridge.responses import read
from bridge.responses.complaints import Unfit
from bridge.responses.quantities import euros
from bridge.service.control import ask, socket_path
from bridge.settings import Settings, read_environment, read_settings
from bridge.status import describe_prices
from bridge.store import tariff
from bridge.store.dialect import database_file, parse_url
from bridge.store.store import Store

_VERBS = {"set": "pot", "add": "pot_add", "correct": "pot_correct"}
_USAGE = (
    "Write `rempart pot` to see the pot, `rempart pot set 3300` to set what may be spent in all, "
    "`rempart pot add 50` to top it up, or `rempart pot correct -12.50` to correct what is spent."
)


async def pot(words: Sequence[str], *, reason: str, as_json: bool) -> int:
    """Prints the pot, or changes it; returns the exit status. Raises `RempartError`."""
    if not words:
        await _show(as_json=as_json)
        return 0
    if len(words) != 2 or words[0] not in _VERBS:  # noqa: PLR2004 - how, and how much
        raise Misconfigured(_USAGE)
    return await act(_VERBS[words[0]], _amount(words[1]), reason=reason)


def _amount(written: str) -> str:
    try:
        euros(Decimal(written.removeprefix("-")))
    except (Unfit, InvalidOperation):
        raise Misconfigured("This is no amount in euros: write one such as 3300 or 12.50.") from None
    return written


async def _show(*, as_json: bool) -> None:
    money = (await how_things_stand())["pot"]
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, amount in money.items():
        table.add_row(name, f"{amount:.4f} EUR")
    for price in [] if as_json else await _prices():
        table.add_row(f"{price['channel']} to {price['country']}", _told(price))
    print_told(money, table, as_json=as_json)


def _told(price: Mapping[str, Any]) -> str:
    """A price, and by whose word."""
    amount = f"{price['euros']:.4f} EUR a segment"
    if price["source"] == "provider":
        return f"{amount}, as the provider said on {price['told_at']}"
    if price["currency"] != "EUR":
        return f"{amount}, by the rules file: the provider charges {price['currency']}, and no rate is known"
    return f"{amount}, by the rules file"


async def _prices() -> Sequence[Mapping[str, Any]]:
    settings = read_settings(read_environment())
    database = database_file(parse_url(settings.database_url))
    told = await ask(socket_path(database), "prices") if database else None
    return told["prices"] if told else await _prices_alone(settings)


async def _prices_alone(settings: Settings) -> Sequence[Mapping[str, Any]]:
    store = Store(settings.database_url)
    database = database_file(store.url)
    try:
        told = {} if database and not database.exists() else await store.read(tariff.load)
    finally:
        await store.close()
    return describe_prices(in_force(read(settings.responses), told, system_clock()))
