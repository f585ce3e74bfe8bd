"""`rempart status`: asks the running service, or looks into the database itself."""

import json
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from bridge.cli.prices import price_rows
from bridge.clock import system_clock
from bridge.errors import Misconfigured
from bridge.ports import Wiring
from bridge.responses import read
from bridge.service.control import ask, socket_path
from bridge.service.exclusive import open_once
from bridge.service.plugins import connect_channels
from bridge.settings import Environment, Settings, read_environment, read_settings
from bridge.status import describe
from bridge.store.dialect import database_file, parse_url
from bridge.store.overview import Overview, overview
from bridge.store.store import Store


async def show_status(*, as_json: bool) -> None:
    """Prints the status as a table or as JSON. Raises `RempartError`."""
    told = await how_things_stand()
    table = _table(told)
    for name, price in [] if as_json else await price_rows(only_troubles=True):
        table.add_row(name, price)
    print_told(told, table, as_json=as_json)


def print_told(told: Mapping[str, Any], table: Table, *, as_json: bool) -> None:
    """For a program or for a person."""
    if as_json:
        print(json.dumps(told))  # noqa: T201 - the command's output
    else:
        Console().print(table)


async def how_things_stand() -> Mapping[str, Any]:
    """The status as the running service tells it, or as the database does."""
    environment = read_environment()
    settings = read_settings(environment)
    return await _from_service(settings) or await _from_database(settings, environment)


async def _from_service(settings: Settings) -> Mapping[str, Any] | None:
    database = database_file(parse_url(settings.database_url))
    return await ask(socket_path(database), "status") if database else None


async def _from_database(settings: Settings, environment: Environment) -> Mapping[str, Any]:
    channels = connect_channels(environment, Wiring(_append_nothing, system_clock, settings.public_url))
    states = {name: "on" if channel else "off" for name, channel in channels.items()}
    return {**describe(await _look(settings), states, read(settings.responses).pot.total)}


async def _look(settings: Settings) -> Overview:
    store = Store(settings.database_url)
    database = database_file(store.url)
    if database and not database.exists():
        return Overview()  # nothing has ever happened here
    if database:
        open_once(database)
    try:
        return await store.read(lambda connection: overview(connection, system_clock()))
    finally:
        await store.close()


async def _append_nothing(_happenings: object) -> None:
    raise Misconfigured("`rempart status` receives nothing.")


def _table(status: Mapping[str, Any]) -> Table:
    pot, replies = status["pot"], status["replies"]
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_row("posture", status["posture"])
    for name, state in status["channels"].items():
        table.add_row(f"channel {name}", state)
    table.add_row(
        "pot", f"{pot['spent']:.2f} of {pot['total']:.2f} EUR spent, {pot['reserved']:.2f} reserved"
    )
    table.add_row("receiving", f"{pot['inbound']:.2f} EUR")
    table.add_row(
        "replies", ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in replies.items())
    )
    if status["rules_refused"]:
        table.add_row("rules", f"the newest edit is refused: {status['rules_refused']}")
    return table
