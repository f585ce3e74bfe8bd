"""slack-bolt's ASGI app under uvicorn, with a listener that does nothing; it stores nothing."""

import os
from typing import Any

import uvicorn
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult


async def _authorize(**_: Any) -> AuthorizeResult:
    """Without asking the provider."""
    return AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="U1", bot_token="xoxb-bench")


async def _said(event: dict[str, Any]) -> None:
    """Does nothing."""


def application() -> AsyncSlackRequestHandler:
    """The app at `/slack/events`."""
    app = AsyncApp(signing_secret=os.environ["PEER_TOKEN"], authorize=_authorize)
    app.event("message")(_said)
    return AsyncSlackRequestHandler(app, path="/slack/events")


if __name__ == "__main__":
    port = int(os.environ["PEER_PORT"])
    uvicorn.run(application(), port=port, loop="asyncio", log_level="error", backlog=4096)
