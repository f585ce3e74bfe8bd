"""`rempart mute`, `unmute`, `mutes`, `why`, `pause`, `resume`: what the team can do, from the machine."""

import json
import sys
from collections.abc import Mapping
from functools import partial
from typing import Any

from rich.console import Console
from rich.table import Table

from bridge.cards.words import Words
from bridge.clock import system_clock
from bridge.errors import Misconfigured
from bridge.heart.acts import VERBS
from bridge.heart.acts.verb import About
from bridge.model import Micros
from bridge.moderation.targets import read_target
from bridge.privacy.pseudonym import sender_id
from bridge.privacy.secret import derive_keys
from bridge.responses import read
from bridge.responses.complaints import Unfit
from bridge.responses.quantities import duration
from bridge.service.control import ask, socket_path
from bridge.service.operator import act_alone, listed_mutes, own_database
from bridge.service.plugins import channel_names
from bridge.service.why import Explaining
from bridge.settings import Settings, read_environment, read_settings
from bridge.store.dialect import database_file, parse_url


async def act(verb: str, target: str, *, length: str | None = None, reason: str = "") -> int:
    """Does it, says what came of it, and returns the exit status. Raises `RempartError`."""
    if VERBS[verb].about is About.SENDER and read_target(target) is None:
        raise Misconfigured("This is no sender: write a handle (brave-heron-42), a number, or telegram:ID.")
    settings = read_settings(read_environment())
    asked = {"verb": verb, "target": target, "length": _length(length), "reason": reason}
    told = await from_service(settings, "act", asked)
    if told is None:
        told = await act_alone(settings, system_clock, asked)
    failed = told["outcome"] == "refused"
    print(told["told"], file=sys.stderr if failed else sys.stdout)
    return 1 if failed else 0


async def show_mutes(*, as_json: bool) -> None:
    """Prints the mutes in force. Raises `RempartError`."""
    settings = read_settings(read_environment())
    told = await from_service(settings, "mutes", {})
    mutes = told["mutes"] if told else await _mutes_alone(settings)
    if as_json:
        print(json.dumps(mutes))  # noqa: T201 - the command's output
    elif mutes:
        Console().print(_table(mutes))
    else:
        print("Nobody is muted.")  # noqa: T201 - the command's output


async def show_why(asked: str, *, as_json: bool) -> None:
    """Prints why a sender, or a message, is held, muted or answered. Raises `RempartError`."""
    settings = read_settings(read_environment())
    told = await from_service(settings, "why", {"target": asked}) or await _why_alone(settings, asked)
    print(json.dumps(told) if as_json else told["told"])  # noqa: T201 - the command's output


async def _why_alone(settings: Settings, asked: str) -> Mapping[str, Any]:
    identify = partial(sender_id, derive_keys(settings.secret_value()).senders)
    async with own_database(settings, system_clock) as store:
        explaining = Explaining(store, identify, channel_names(), system_clock)
        return await explaining.explain(asked, Words("en", read(settings.responses).zone))


async def _mutes_alone(settings: Settings) -> list[dict[str, str]]:
    async with own_database(settings, system_clock) as store:
        return await listed_mutes(store, system_clock())


async def from_service(settings: Settings, verb: str, asked: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the running service tells; `None` when none runs, or none that can be asked."""
    database = database_file(parse_url(settings.database_url))
    return await ask(socket_path(database), verb, asked) if database else None


def _length(written: str | None) -> Micros | None:
    if written is None:
        return None
    try:
        return duration(written)
    except Unfit as unfit:
        raise Misconfigured("This is no length of time: write 90s, 10m, 2h or 7d.") from unfit


def _table(mutes: list[dict[str, str]]) -> Table:
    table = Table("sender", "until", "by", "reason")
    for mute in mutes:
        table.add_row(mute["sender"], mute["until"], mute["by"], mute["reason"])
    return table
