"""The control socket: while the service runs on SQLite, the command line acts through it.

Only the same user can open it; one connection stays the only writer.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from bridge.errors import RempartError

if TYPE_CHECKING:
    from bridge.web.webhooks import App, Receive, Scope, Send

Told = Mapping[str, Any]
"""What is asked, and what is answered: plain data."""

Clerk = Callable[[Told], Awaitable[Told]]
"""Answers one question."""


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
