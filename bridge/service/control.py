"""The control socket: while the service runs on SQLite, the command line acts through it.

Only the same user can open it; one connection stays the only writer.
"""

from __future__ import annotations

import asyncio
import json
import os
import stat
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bridge.errors import Misconfigured, RempartError

if TYPE_CHECKING:  # whoever asks needs no server
    from bridge.web.webhooks import App, Receive, Scope, Send

_LONGEST_PATH = 100  # bytes that a Unix socket's path may have on every system
_SHORT_PATHS = Path("/tmp")  # noqa: S108 - in it stands a folder of our own, closed to others
_PATIENCE = 25.0  # seconds

Told = Mapping[str, Any]
"""What is asked, and what is answered: plain data."""

Clerk = Callable[[Told], Awaitable[Told]]
"""Answers one question."""


def socket_path(database: Path) -> Path:
    """Where the service of a database file listens: beside the file, or where paths are short.

    Raises `Misconfigured` when the short place is not ours alone.
    """
    if is_within_reach(database):
        return _beside(database)
    return _own_folder() / f"{sha256(os.fsencode(database)).hexdigest()[:16]}.sock"


def is_within_reach(database: Path) -> bool:
    """Whether the socket has its place beside the file."""
    return len(os.fsencode(_beside(database))) <= _LONGEST_PATH


def _beside(database: Path) -> Path:
    return database.with_name(database.name + ".sock")


def _own_folder() -> Path:
    folder = _SHORT_PATHS / f"rempart-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        state = folder.lstat()
    except OSError as error:
        raise Misconfigured(
            f"The folder {folder} cannot be made ({error.strerror}): remove what is in its place, "
            "or give the database a shorter path."
        ) from error
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid() or state.st_mode & 0o077:
        raise Misconfigured(f"{folder} belongs to someone else, or is open to others: remove it.")
    return folder


def control_app(clerks: Mapping[str, Clerk]) -> App:
    """An application that answers `POST /QUESTION`, as JSON."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        clerk = clerks.get(scope["path"].removeprefix("/"))
        asked = _asked(await _body(receive))
        status, told = await _told(clerk, asked) if clerk else (404, {"error": "There is no such question."})
        body = json.dumps(told).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _asked(body: bytes) -> Told | None:
    """`None` where it is no JSON object."""
    try:
        asked = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return None
    return asked if isinstance(asked, dict) else None


async def _told(clerk: Clerk, asked: Told | None) -> tuple[int, Mapping[str, Any]]:
    if asked is None:
        return 400, {"error": "The question is not a JSON object."}
    try:
        return 200, await clerk(asked)
    except RempartError as error:
        return 503, {"error": str(error), "exit_status": error.exit_status}


async def ask(path: Path, question: str, asked: Told | None = None) -> Told | None:
    """What a running service answers; `None` when none runs.

    Raises `RempartError` with the service's own sentence, or when it is stuck.
    """
    try:
        async with asyncio.timeout(_PATIENCE):
            answer = await _exchanged(path, _request(question, asked or {}))
            told: Told | None = None if answer is None else json.loads(answer)
    except TimeoutError as error:
        raise RempartError(
            f"The running service has not answered for {_PATIENCE:g} seconds: look at its log, or restart "
            "it. Where it was only held up, it may still do it once it goes on."
        ) from error
    except (OSError, ValueError) as error:
        raise RempartError("The running service does not answer: look at its log, or restart it.") from error
    if told is not None and "error" in told:
        kind = Misconfigured if told.get("exit_status") == Misconfigured.exit_status else RempartError
        raise kind(told["error"])
    return told


def _request(question: str, asked: Mapping[str, Any]) -> bytes:
    """Written by hand: a client's library would take longer to load than the answer to come."""
    body = json.dumps(asked).encode()
    head = f"POST /{question} HTTP/1.1\r\nhost: rempart\r\nconnection: close\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


async def _exchanged(path: Path, request: bytes) -> bytes | None:
    """The body of the answer; `None` where nobody listens."""
    try:
        reader, writer = await asyncio.open_unix_connection(path)
    except TimeoutError:
        raise
    except OSError:
        return None
    try:
        writer.write(request)
        return (await reader.read()).partition(b"\r\n\r\n")[2]
    finally:
        writer.close()
