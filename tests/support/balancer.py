"""What stands before several processes: each request goes to the next one that answers."""

import asyncio
import time
from collections.abc import Sequence

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector, web

PATIENCE = 1.0
"""Seconds that one process may take to answer before the next is asked."""

_LEFT_ALONE = 2.0
"""Seconds for which a process that did not answer is asked last."""

_PASSED_ON = ("content-type", "x-twilio-signature", "x-slack-signature", "x-slack-request-timestamp")


class Balancer:
    """Hands requests round; what one process does not answer, or not well, the next one is asked."""

    def __init__(self, ports: Sequence[int]) -> None:
        """Listens nowhere before `start`."""
        self._ports = list(ports)
        self._failed_at = dict.fromkeys(ports, 0.0)
        self._turn = 0
        self.answered = dict.fromkeys(ports, 0)
        """How many requests each process has answered well."""

    async def start(self, port: int) -> str:
        """The URL at which it listens."""
        self._session = ClientSession(
            connector=TCPConnector(limit=0, force_close=True),
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=PATIENCE),
        )
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._hand_on)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        return f"http://127.0.0.1:{port}"

    async def close(self) -> None:
        """Listens no more."""
        await self._runner.cleanup()
        await self._session.close()

    async def _hand_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        for port in self._in_turn():
            answer = await self._asked(port, request, body)
            if answer is not None and answer.status < 500:
                self.answered[port] += 1
                return answer
            self._failed_at[port] = time.monotonic()
        return web.Response(status=502)

    def _in_turn(self) -> list[int]:
        self._turn += 1
        first = self._turn % len(self._ports)
        ports = self._ports[first:] + self._ports[:first]
        now = time.monotonic()
        return sorted(ports, key=lambda port: now - self._failed_at[port] < _LEFT_ALONE)

    async def _asked(self, port: int, request: web.Request, body: bytes) -> web.Response | None:
        headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        url = f"http://127.0.0.1:{port}{request.raw_path}"
        try:
            async with self._session.request(request.method, url, data=body, headers=headers) as answer:
                told = await answer.read()
                return web.Response(status=answer.status, body=told, content_type=answer.content_type)
        except (ClientError, OSError, asyncio.IncompleteReadError):
            return None
