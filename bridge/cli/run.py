"""`rempart run`: the service in the foreground, until SIGTERM or Ctrl-C."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import structlog

from bridge.checkup import State
from bridge.cli.speech import words
from bridge.doctor import examination, is_well
from bridge.doctor.names import strangers
from bridge.environment import Environment, read_environment
from bridge.errors import Misconfigured
from bridge.litter import look_seldom
from bridge.observability import configure_logging
from bridge.service.crew import LAST_MOMENT
from bridge.service.service import Service, stop_signal
from bridge.service.steady import SteadyClock
from bridge.service.wrongs import wrongs
from bridge.settings import read_settings
from bridge.store.engine.address import sqlite_file
from bridge.store.engine.connecting import parse_url, shown_url

log = structlog.get_logger("rempart.service")


async def run(*, strict: bool) -> None:
    """Runs until told to stop; then finishes what is under way. Raises `RempartError`.

    `strict`: only where nothing at all is wrong; else what is sound goes on without the rest.
    """
    configure_logging()
    environment = read_environment()
    service = _made(environment, strict=strict)
    if strict:
        await _insist(environment)
    stop = stop_signal()
    if await _started(service, partial(_say_what_counts, environment, service), stop):
        look_seldom()
        try:
            await stop.wait()
        finally:
            await service.stop()
            await _leave()


def _say_what_counts(environment: Environment, service: Service) -> None:
    """First of all where things are, and what nobody reads: a wrong folder is another database."""
    settings = read_settings(environment)
    log.info(
        "starting",
        folder=str(Path.cwd()),
        database=str(sqlite_file(settings.database_url) or shown_url(parse_url(settings.database_url))),
        rules=str(settings.responses.absolute()),
    )
    for one in strangers(environment):
        log.warning("a variable is read by nobody", **dict(one.told.data))
    for name, lines in environment.repeated.items():
        log.warning("a variable stands in .env more than once; the last counts", name=name, lines=lines)
    if any(line.responses().controller is None for line in service.lines):
        log.warning("the rules name nobody who answers for what is kept: see rempart check")


def _made(environment: Environment, *, strict: bool) -> Service:
    """The service, not started. Raises `Misconfigured` with everything that keeps it from being made."""
    try:
        return Service(read_settings(environment), environment, SteadyClock(), strict=strict)
    except Misconfigured as first:
        raise Misconfigured(" ".join(wrongs(environment, strict=strict)) or str(first)) from first


async def _insist(environment: Environment) -> None:
    """Raises `Misconfigured` with everything that `rempart doctor` finds wrong."""
    found = await examination(environment)
    if not is_well(found):
        wrong = [one for one in found if one.state is State.WRONG]
        raise Misconfigured(" ".join(f"{one.part}: {words().examined(one.told)}" for one in wrong))


async def _started(service: Service, begun: Callable[[], None], stop: asyncio.Event) -> bool:
    """Starts, unless told to stop meanwhile: a database may keep us waiting for a minute."""
    starting, stopping = asyncio.ensure_future(service.start(begun)), asyncio.ensure_future(stop.wait())
    await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not starting.done():
        starting.cancel()
        with suppress(asyncio.CancelledError):
            await starting
        return False
    await starting
    return True


async def _leave() -> None:
    """Ends the process where something refuses to be cancelled, or a thread to end, as one does that asks a
    name server which does not answer: everything of ours is closed by now."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    threads = asyncio.ensure_future(asyncio.get_running_loop().shutdown_default_executor())
    if (await asyncio.wait({*left, threads}, timeout=LAST_MOMENT))[1]:
        os._exit(0)
