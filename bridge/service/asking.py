"""How a command asks: the running service, at its socket; where none answers, the database itself."""

import asyncio
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from bridge.environment import Environment, database_url, meant, read_environment
from bridge.service import knocking
from bridge.service.place import socket_path
from bridge.store.engine.address import sqlite_file

aside: ContextVar[Callable[[str], None]] = ContextVar("told what to know", default=lambda _: None)
"""Told what whoever asks should know of an answer: it stands beside it, never in it."""


async def ask_counter(
    question: str, asked: Mapping[str, Any] | None = None, environment: Environment | None = None
) -> Mapping[str, Any]:
    """What the counter answers. Raises `RempartError`."""
    line = meant.get()
    asked = {**(asked or {}), **({} if line is None else {"line": line})}
    environment = environment or read_environment()
    database = sqlite_file(database_url(environment))
    told = await ask(socket_path(database), question, asked) if database else None
    if told is not None:
        return told
    from bridge.service import alone  # noqa: PLC0415 - a question to a socket needs none of it

    return await alone.answer(environment, question, asked, aside.get())


async def ask(path: Path, question: str, asked: Mapping[str, Any] | None = None) -> Mapping[str, Any] | None:
    """As `knock`, while others go on."""
    try:
        async with asyncio.timeout(knocking.PATIENCE):
            answer = await _exchanged(path, knocking.request(question, asked or {}))
    except TimeoutError as error:
        raise knocking.held_up() from error
    except OSError as error:
        raise knocking.silent() from error
    return knocking.understood(answer)


async def _exchanged(path: Path, request: bytes) -> bytes | None:
    """All that is answered until the line is closed; `None` where nobody listens."""
    try:
        reader, writer = await asyncio.open_unix_connection(path)
    except TimeoutError:
        raise
    except OSError:
        return None
    try:
        writer.write(request)
        return await reader.read()
    finally:
        writer.close()
