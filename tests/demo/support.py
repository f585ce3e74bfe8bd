"""Shared by the demo's tests: the running whole, and waiting for what it shows."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from httpx import AsyncClient

PHONE = "+33639981234"
PATIENCE = 600.0
"""Seconds; far more than anything takes, because test machines are slow and shared."""

State = dict[str, Any]


async def look(client: AsyncClient, number: str = PHONE) -> State:
    """What the page would be told."""
    answer = await client.get("/demo/state", params={"number": number})
    assert answer.status_code == 200
    state: State = answer.json()
    return state


async def until(client: AsyncClient, condition: Callable[[State], object], number: str = PHONE) -> State:
    """A state in which a condition holds; a look is work for the demo, so that each is awaited longer."""
    pause = 0.1
    async with asyncio.timeout(PATIENCE):
        while not condition(state := await look(client, number)):
            await asyncio.sleep(pause)
            pause = min(1.2 * pause, 0.5)
    return state


async def write(client: AsyncClient, text: str, number: str = PHONE, channel: str = "sms") -> None:
    """Somebody who reads French writes, and the service takes it."""
    written = {"channel": channel, "number": number, "text": text, "language": "fr"}
    answer = await client.post("/demo/text", json=written)
    assert answer.json() == {"taken": True}


def bubbles(state: State, channel: str = "sms") -> list[State]:
    """What a telephone shows of one channel."""
    found: list[State] = state["conversations"][channel]["bubbles"]
    return found


def answers(state: State) -> list[str]:
    """What the team's member was told privately."""
    return [one["text"] for one in state["room"]["answers"]]


def is_empty(folder: Path) -> bool:
    """Whether nothing was left in a folder."""
    return not any(folder.iterdir())


def progress(state: State) -> str | None:
    """How far the reply to the newest message has come."""
    stories = state["stories"]
    replied = stories[0]["replied"] if stories else None
    return replied and str(replied["progress"])
