"""`rempart status`: how things stand, for a person or for a program."""

from collections.abc import Iterable, Mapping
from typing import Any

from bridge.cli.sheet import Sheet, pairs, show
from bridge.cli.terminal import put_json, put_line
from bridge.clock import parse_iso, system_clock
from bridge.model import EURO, MINUTE, Micros
from bridge.prices import CURRENCY
from bridge.service.asking import ask_counter
from bridge.wording import ENGLISH


async def show_status(*, as_json: bool) -> int:
    """Prints the status as a table or as JSON; 1 when no service runs. Raises `RempartError`."""
    told = await ask_counter("status")
    print_told(told, _tables(told), as_json=as_json)
    return 1 if told["running"] is False else 0


def print_told(told: Mapping[str, Any], tables: Mapping[str, Sheet], *, as_json: bool) -> None:
    """For a program or for a person."""
    if as_json:
        put_json(told)
        return
    for name, table in tables.items():
        if name:
            put_line(f"{name}:")
        show(table)


def _tables(told: Mapping[str, Any]) -> dict[str, Sheet]:
    """One for each line, by its name; that of the only one has none."""
    return {name: _table(one) for name, one in told.get("lines", {"": told}).items()}


_UNKNOWN = "unknown: whoever has the database open does not say who they are"


def _service(status: Mapping[str, Any]) -> str:
    """Whether one runs; where none does, since when, and what is shown instead."""
    if status["running"] is not False:
        return "runs" if status["running"] else _UNKNOWN
    since = status["not_running_since"]
    if status["database"] == "absent":
        return "not running, and there is no database yet: `rempart run` makes one"
    if since is None:
        return "not running, and it never ran: this is the database as it was left"
    how = "when it was stopped" if status["stopped"] else "its last sign of life"
    return f"not running since {since} ({how}): this is the database as it was left"


def _moved(status: Mapping[str, Any]) -> str:
    where = status["moved_to"] or "another one"
    return f"moved to {where}, which goes on from here: point REMPART_DATABASE_URL at it"


def _table(status: Mapping[str, Any]) -> Sheet:
    pot, replies = status["pot"], status["replies"]
    table = pairs()
    table.add_row("service", _service(status))
    if status["database"] == "moved":
        table.add_row("database", _moved(status))
    if status["running"] and not status["deciding"]:
        table.add_row("", "nobody decides at this moment: one of its processes takes over within seconds")
    table.add_row("posture", status["posture"])
    for name, state in status["channels"].items():
        table.add_row(f"channel {name}", state)
    spent, total, reserved = (ENGLISH.euros(pot[name]) for name in ("spent", "total", "reserved"))
    table.add_row("pot", f"{spent} of {total} spent, {reserved} reserved")
    table.add_row("receiving", ENGLISH.euros(pot["inbound"]))
    table.add_row(
        "replies", ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in replies.items())
    )
    waiting = status["waiting"]
    if waiting["replies"]:
        late = (
            f"{waiting['replies']}, {ENGLISH.euros(waiting['euros'])}, the oldest since {waiting['oldest']}"
        )
        table.add_row("wait for money", late)
    if status["limits_lifted_until"]:
        table.add_row("limits of hour and day", f"lifted until {status['limits_lifted_until']}")
    table.add_row("mutes", str(status["mutes"]))
    _add_signs(table, status)
    forgotten = status["forgotten"]
    late = f", {forgotten['overdue']:,} overdue" if forgotten["overdue"] else ""
    table.add_row("people forgotten", f"{forgotten['people']:,}{late}")
    _add_raids_and_troubles(table, status)
    return table


def _add_signs(table: Sheet, status: Mapping[str, Any]) -> None:
    now, unfolded = system_clock(), status["unfolded"]
    waits = f", the oldest since {unfolded['oldest']}" if unfolded["events"] else ""
    table.add_row("not decided yet", f"{unfolded['events']:,}{waits}")
    if status["calls"]:
        table.add_row("calls", f"{status['calls']:,} in the last 24 hours")
    table.add_row("newest message", _age(status["newest_message"], now))
    table.add_row("newest backup", _age(status["newest_backup"], now))
    table.add_row("backups", _backups(status["backups"]))
    for one in status["refused_webhooks"]:
        told = f"{one['count']:,} refused with {one['status']} in the last hour: {one['likely']}"
        table.add_row(f"webhook {one['path']}", told)
    for name, how in status["watched"].items():
        table.add_row(name.replace("_", " "), how)


def _backups(told: Mapping[str, Any] | None) -> str:
    if told is None:
        return "none by itself: `backup` in responses.yaml asks for them"
    if told["failing"]:
        return f"FAILING since {told['since']}: {told['failing']}"
    return f"{told['kept']} of {told['keep']} in {told['to']}"


def _age(at: str | None, now: Micros) -> str:
    if at is None:
        return "none known"
    minutes = max(0, now - parse_iso(at)) // MINUTE
    hours, days = divmod(minutes, 60)[0], minutes // (24 * 60)
    age = f"{days} d" if days > 1 else f"{hours} h" if hours > 1 else f"{minutes} min"
    return f"{age} ago ({at})"


_HALVES = {"in": "nothing comes in", "out": "nothing gets out"}


def _add_raids_and_troubles(table: Sheet, status: Mapping[str, Any]) -> None:
    for raid in status["raids"]:
        how = "on" if raid["open"] else "over"
        size = f"messages: {raid['messages']}, senders: {raid['senders']}"
        size += f", calls among them: {raid['calls']:,}" if raid["calls"] else ""
        table.add_row(
            f"raid {raid['name']} ({raid['id']})", f"{how}, {size}, saved: {ENGLISH.euros(raid['saved'])}"
        )
    if status["older_raids"]:
        table.add_row("older raids", f"and {status['older_raids']:,} more")
    if status["rules_refused"]:
        table.add_row("rules", f"the newest edit is refused: {status['rules_refused']}")
    for one in status["troubles"]:
        table.add_row(
            f"channel {one['channel']}", f"{_HALVES[one['half']]} since {one['since']} ({one['code']})"
        )
    for one in status["ways"]:
        told = f"leave by {one['way']} since {one['since']} ({one['code'] or 'a way back'})"
        table.add_row(f"replies to {one['channel']}", told)
    for name, told in price_rows(status["foreign_prices"]):
        table.add_row(name, told)


def price_rows(prices: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """A row a price: what it is for, and what it is."""
    return [(f"{price['channel']} to {price['country']}", _price(price)) for price in prices]


def _price(price: Mapping[str, Any]) -> str:
    """A price, and by whose word."""
    amount = f"{ENGLISH.price(round(price['euros'] * EURO))} a segment"
    if price["source"] == "provider":
        return f"{amount}, as the provider said on {price['told_at']}"
    if price["currency"] != CURRENCY:
        return f"{amount}, by the rules file: the provider charges {price['currency']}, and no rate is known"
    return f"{amount}, by the rules file"
