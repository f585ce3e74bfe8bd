"""Fetches a photo or a file that Telegram keeps: from the server that stands for it, and from no other."""

import asyncio

import httpx
from telegram import File

from bridge.ports import LARGEST_CONTENT, Content, Unreachable
from channels.telegram_bot.outcomes import unreachable

_PATIENCE = 25.0  # seconds


async def fetch(found: File, base: str) -> Content:
    """The bytes behind what the API told of a file. The URL holds the bot's token. Raises `Unreachable`.

    How many there are is said beforehand, and not believed.
    """
    where = found.file_path or ""
    if not where.startswith(f"{base}/"):
        raise Unreachable("other_host")
    try:
        async with asyncio.timeout(_PATIENCE):
            return Content("", await _bytes(where))
    except (httpx.HTTPError, OSError, TimeoutError) as fault:
        raise unreachable(fault) from None


async def _bytes(where: str) -> bytes:
    read = bytearray()
    async with (
        httpx.AsyncClient(trust_env=False, timeout=_PATIENCE) as client,
        client.stream("GET", where) as told,
    ):
        if told.status_code != httpx.codes.OK:
            raise Unreachable(f"status_{told.status_code}")
        async for block in told.aiter_bytes():
            read += block
            if len(read) > LARGEST_CONTENT:
                raise Unreachable("too_large")
    return bytes(read)
