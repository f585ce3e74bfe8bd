"""An installation on stand-ins of the three providers, to be examined."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientError, ClientSession, web

from bridge.checkup import Examined, State
from bridge.clock import system_clock
from bridge.doctor import examination
from bridge.environment import Environment
from bridge.service.service import Service
from bridge.settings import read_settings
from channels.standins.slack import SlackStandIn
from channels.standins.telegram import TelegramStandIn
from channels.standins.twilio import TwilioStandIn
from tests.support.events import SECRET
from tests.support.house import QUICK, free_port
from tests.support.walls import handled


@dataclass(slots=True)
class Installation:
    """Its folder and its providers, and what its environment says."""

    folder: Path
    sms: TwilioStandIn
    telegram: TelegramStandIn
    slack: SlackStandIn
    variables: dict[str, str] = field(default_factory=dict)

    def without(self, *names: str) -> None:
        """As if somebody had never set them."""
        for name in names:
            del self.variables[name]

    async def examined(self) -> list[Examined]:
        """What the doctor finds."""
        return await examination(Environment(self.variables))

    async def told(self) -> Mapping[str, State]:
        """The same, by code."""
        return {one.told.code: one.state for one in await self.examined()}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Service]:
        """While the service runs."""
        environment = Environment(self.variables)
        service = Service(read_settings(environment), environment, system_clock)
        await service.start()
        try:
            yield service
        finally:
            await service.stop()


@asynccontextmanager
async def installed(folder: Path) -> AsyncIterator[Installation]:
    """Everything as it should be, and no service yet."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    sms, telegram, slack = TwilioStandIn(), TelegramStandIn(), SlackStandIn()
    (folder / "rules.yaml").write_bytes(QUICK)
    variables = {
        "REMPART_DATABASE_URL": f"sqlite:///{folder / 'rempart.db'}",
        "REMPART_RESPONSES": str(folder / "rules.yaml"),
        "REMPART_SECRET": SECRET,
        "REMPART_PORT": str(port),
        "REMPART_PUBLIC_URL": url,
    }
    try:
        for standin in (sms, telegram, slack):
            variables |= await standin.start(url)
        slack.workspace.members.add(slack.workspace.bot)
        yield Installation(folder, sms, telegram, slack, variables)
    finally:
        for standin in (sms, telegram, slack):
            await standin.close()


@asynccontextmanager
async def proxied(
    upstream: str, leads: Callable[[str], str | None], *, posts: bool = True
) -> AsyncIterator[str]:
    """A proxy before a service; what is to lead nowhere, it answers with a page of its own, and so each POST
    where it hands over none."""
    async with ClientSession() as session:

        async def hand_over(request: web.Request) -> web.StreamResponse:
            path = leads(request.path)
            if path is None or (request.method == "POST" and not posts):
                return web.Response(status=404, text="<h1>It works!</h1>")
            url = f"{upstream}{path}"
            body, headers = await request.read(), _onward(request)
            try:
                async with session.request(
                    request.method,
                    url,
                    params=request.query,
                    data=body,
                    headers=headers,
                    allow_redirects=False,
                ) as answer:
                    return web.Response(status=answer.status, body=await answer.read())
            except ClientError:
                return web.Response(status=502)

        async with handled(hand_over) as proxy:
            yield proxy


def _onward(request: web.Request) -> dict[str, str]:
    """The headers but those of the connection."""
    return {name: value for name, value in request.headers.items() if name not in ("Host", "Content-Length")}
