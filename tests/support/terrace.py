"""Several lines in one service, on real parts: two numbers of an account, two bots, two channels in Slack."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr
from sqlalchemy import select

from bridge.clock import system_clock
from bridge.environment import Environment
from bridge.service import alone
from bridge.service.line import Line
from bridge.service.service import Service
from bridge.settings import Settings
from bridge.store.engine.tables import events, outbox
from bridge.store.looks.overview import lag
from channels.standins.slack import SlackStandIn
from channels.standins.telegram import TelegramStandIn
from channels.standins.twilio import TwilioStandIn
from tests.support.events import SECRET
from tests.support.house import free_port, until

PARIS, LYON = "+33639980000", "+33639980001"
"""The numbers of the two lines."""

FEED = "C0LYON"
"""The Slack channel of the second one; that of the first is the workspace's own."""

RULES = f"""
languages: [fr]
hold: {{min: 0s, max: 1s}}
replies:
  - id: first
    when: {{first: true}}
    say: {{fr: ["Un mot de Paris."]}}
lines:
  paris:
    channels: {{sms: "{PARIS}"}}
    pot: {{total: 10}}
  lyon:
    channels: {{sms: "{LYON}"}}
    pot: {{total: 20}}
    replies:
      - id: first
        when: {{first: true}}
        say: {{fr: ["Un mot de Lyon."]}}
"""


IN_SLACK = RULES.replace(f'"{LYON}"', f'"{LYON}", slack: {FEED}')
"""The same, each with its room."""

NOWHERE = re.sub(r"    channels: .*\n", "", RULES)
"""The same, of lines of which the environment alone says where they are."""


class Terrace:
    """The providers, and the service whenever it runs."""

    def __init__(self, database_url: str, folder: Path, *, socket_mode: bool = False) -> None:
        self.database_url, self.folder = database_url, folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.twilio = TwilioStandIn(PARIS, callback_delay=0.01)
        self.twilio.account.further.add(LYON)
        self.bots = {"paris": TelegramStandIn("paris_bot"), "lyon": TelegramStandIn("lyon_bot")}
        self.slack = SlackStandIn(socket_mode=socket_mode)
        self.environment: dict[str, str] = {}
        self.rules = folder / "responses.yaml"
        self.rules.write_text(RULES, encoding="utf-8")

    async def providers(self, ending: AsyncExitStack, *names: str) -> None:
        """Those listen that are named: twilio, telegram, slack."""
        if "twilio" in names:
            self.environment |= await self.twilio.start(self.url)
            ending.push_async_callback(self.twilio.close)
        if "slack" in names:
            self.environment |= await self.slack.start(self.url)
            self.rules.write_text(IN_SLACK, encoding="utf-8")
            ending.push_async_callback(self.slack.close)
        if "telegram" in names:
            for name, bot in self.bots.items():
                told = await bot.start(self.url)
                ending.push_async_callback(bot.close)
                self.environment |= {f"{variable}_{name.upper()}": told[variable] for variable in told}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Service]:
        """The service, until the block ends."""
        service = Service(self.settings, Environment(self.environment), system_clock)
        await service.start()
        try:
            yield service
        finally:
            await service.stop()

    @property
    def settings(self) -> Settings:
        """The service's own."""
        return Settings(
            database_url=self.database_url,
            responses=self.rules,
            port=self.port,
            public_url=self.url,
            secret=SecretStr(SECRET),
        )

    async def asked(self, question: str, **told: Any) -> Mapping[str, Any]:
        """What a command is told where no service runs."""
        settings = {
            "REMPART_DATABASE_URL": self.database_url,
            "REMPART_RESPONSES": str(self.rules),
            "REMPART_SECRET": SECRET,
        }
        return await alone.answer(Environment(self.environment | settings), question, told)

    async def page(self, path: str) -> str:
        """What a page of the service says."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}{path}") as response:
            return await response.text()


@asynccontextmanager
async def terrace(
    database_url: str, folder: Path, *names: str, socket_mode: bool = False
) -> AsyncIterator[Terrace]:
    """With the providers that are named; no service runs yet."""
    async with AsyncExitStack() as ending:
        made = Terrace(database_url, folder, socket_mode=socket_mode)
        await made.providers(ending, *names)
        yield made


def line(service: Service, name: str) -> Line:
    """One of the lines."""
    return next(one for one in service.lines if one.name == name)


async def replies(of: Line, progress: str) -> list[Any]:
    """Its replies that have come so far."""

    async def work(connection: Any) -> list[Any]:
        return list((await connection.execute(select(outbox).where(outbox.c.progress == progress))).all())

    return await of.store.read(work)


async def journalled(of: Line, kind: str = "message") -> int:
    """How many events of a kind stand in its journal."""

    async def work(connection: Any) -> int:
        return len((await connection.execute(select(events.c.id).where(events.c.kind == kind))).all())

    return await of.store.read(work)


async def folded(*lines: Line) -> None:
    """Returns once everything they received is decided."""

    async def nothing_waits() -> bool:
        waiting = await asyncio.gather(*(one.store.read(lag) for one in lines))
        return not any(one.events for one in waiting)

    await until(nothing_waits, "everything was folded")


async def delivered(of: Line, count: int = 1) -> list[Any]:
    """Its replies, once so many are delivered."""

    async def all_there() -> list[Any]:
        found = await replies(of, "delivered")
        return found if len(found) >= count else []

    found: list[Any] = await until(all_there, f"{count} replies of {of.name} were delivered")
    return found
