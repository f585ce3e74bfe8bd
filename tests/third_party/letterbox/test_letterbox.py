"""Letterbox keeps the promises of every channel, against a stand-in of its provider."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from aiohttp import web

import rempart_letterbox
from bridge.model import SECOND, Call
from bridge.noun import replace
from bridge.ports import Channel, ChannelPlugin
from rempart.testing import NOW, ChannelContract, Trouble, WordsContract
from rempart_letterbox import PATH, SIGNATURE, Letterbox

TOKEN, SECRET = "the token", "the secret of the webhook"
HANGING = {Trouble.HANGS_BEFORE, Trouble.HANGS_AFTER}
CUTTING = {Trouble.RESETS_BEFORE, Trouble.RESETS_AFTER}
LATE = {Trouble.HANGS_AFTER, Trouble.RESETS_AFTER, Trouble.FAILS_AFTER}


class StandIn:
    """The provider, on a free local port, with one trouble at a time."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.gone: set[str] = set()
        self.trouble: Trouble | None = None
        self._runner: web.AppRunner | None = None

    async def start(self) -> str:
        app = web.Application()
        app.router.add_post("/letters", self._letters)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _letters(self, request: web.Request) -> web.StreamResponse:
        trouble, self.trouble = self.trouble, None
        letter = await request.json()
        if trouble is Trouble.LOCKED_OUT or request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=401)
        if trouble is Trouble.BUSY:
            return web.Response(status=429, headers={"Retry-After": "7"})
        if letter["to"] in self.gone:
            return web.Response(status=410)
        if trouble is None or trouble in LATE:
            self.taken.append((letter["to"], letter["text"]))
        if trouble is not None:
            return await self._spoiled(trouble, request)
        return web.json_response({"id": f"letter-{len(self.taken)}"}, status=202)

    async def _spoiled(self, trouble: Trouble, request: web.Request) -> web.StreamResponse:
        if trouble in HANGING:
            await asyncio.sleep(3600)
        if trouble in CUTTING and request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)


class LetterboxHarness:
    plugin: ChannelPlugin = Letterbox
    credentials = ("LETTERBOX_TOKEN", "LETTERBOX_SECRET")
    address = "blue-door"
    line = "letterbox"

    def __init__(self) -> None:
        self.standin = StandIn()

    async def start(self, public_url: str) -> Mapping[str, str]:
        del public_url  # Letterbox is told in its own console where to call
        url = await self.standin.start()
        return {"LETTERBOX_TOKEN": TOKEN, "LETTERBOX_SECRET": SECRET, "LETTERBOX_API_URL": url}

    async def close(self) -> None:
        await self.standin.close()

    def hurry(self, channel: Channel) -> None:
        assert isinstance(channel, Letterbox)
        channel.patience_seconds = 1

    def call(self, text: str, provider_id: str) -> Call:
        letter = {"id": provider_id, "author": self.address, "text": text, "written": NOW // SECOND}
        body = json.dumps(letter).encode()
        signed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        return Call("POST", PATH, "", {SIGNATURE: signed}, body)

    def forge(self, call: Call) -> Call:
        return replace(call, body=call.body + b" ")

    def plan(self, trouble: Trouble) -> None:
        self.standin.trouble = trouble

    def opt_out(self) -> None:
        self.standin.gone.add(self.address)

    def taken(self) -> list[tuple[str, str]]:
        return self.standin.taken


class TestWords(WordsContract):
    @pytest.fixture
    def folder(self) -> Path:
        return Path(rempart_letterbox.__file__).with_name("locale")


class TestLetterbox(ChannelContract):
    @pytest.fixture
    def harness(self) -> LetterboxHarness:
        return LetterboxHarness()
