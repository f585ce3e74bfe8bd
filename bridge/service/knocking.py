"""Asks the running service at its socket, and waits for its answer alone.

Light, by hand, and without a loop: asyncio, or a client's library, takes longer to load than the answer to
come.
"""

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from bridge.errors import Misconfigured, RempartError

PATIENCE = 25.0
"""Seconds for which an answer is waited for."""

_PIECE = 65_536


def knock(path: Path, question: str, asked: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a running service answers; `None` when none runs.

    Raises `RempartError` with the service's own sentence, or when it is stuck.
    """
    with socket.socket(socket.AF_UNIX) as calling:
        try:
            return understood(_exchanged(calling, path, request(question, asked)))
        except TimeoutError as error:
            raise held_up() from error
        except OSError as error:
            raise silent() from error


def _exchanged(calling: socket.socket, path: Path, request: bytes) -> bytes | None:
    """All that is answered until the line is closed; `None` where nobody listens."""
    until = monotonic() + PATIENCE
    calling.settimeout(PATIENCE)
    try:
        calling.connect(str(path))
    except TimeoutError:
        raise
    except OSError:
        return None
    calling.sendall(request)
    pieces = []
    while piece := calling.recv(_PIECE):
        pieces.append(piece)
        calling.settimeout(max(0.001, until - monotonic()))
    return b"".join(pieces)


def request(question: str, asked: Mapping[str, Any]) -> bytes:
    """A question as it goes over the line."""
    body = json.dumps(asked).encode()
    head = f"POST /{question} HTTP/1.1\r\nhost: rempart\r\nconnection: close\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


def understood(answer: bytes | None) -> Mapping[str, Any] | None:
    """What an answer says. Raises `RempartError` with the service's own sentence, or where there is none."""
    if answer is None:
        return None
    try:
        told: Mapping[str, Any] = json.loads(answer.partition(b"\r\n\r\n")[2])
    except ValueError as error:
        raise silent() from error
    if "error" in told:
        kind = Misconfigured if told.get("exit_status") == Misconfigured.exit_status else RempartError
        raise kind(told["error"])
    return told


def held_up() -> RempartError:
    """It takes the question and does not answer."""
    return RempartError(
        f"The running service has not answered for {PATIENCE:g} seconds: look at its log, or restart "
        "it. Where it was only held up, it may still do it once it goes on."
    )


def silent() -> RempartError:
    """It hangs up, or answers what it never would."""
    return RempartError("The running service does not answer: look at its log, or restart it.")
