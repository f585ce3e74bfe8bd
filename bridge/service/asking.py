"""How a command asks: the running service, at its socket; where none answers, the database itself."""

from collections.abc import Mapping
from typing import Any

from bridge.environment import Environment, database_url, meant, read_environment
from bridge.service.control import ask, socket_path
from bridge.store.engine.address import sqlite_file


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

    return await alone.answer(environment, question, asked)
