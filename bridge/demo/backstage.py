"""What runs behind the page: the stand-ins and the service, in a folder that is gone afterwards."""

import re
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.clock import system_clock
from bridge.demo.app import demo_app
from bridge.errors import RempartError
from bridge.model import EventId
from bridge.ports import Bubble, Handset
from bridge.privacy.pseudonym import event_id
from bridge.responses import read, shipped
from bridge.service import Service
from bridge.service.plugins import stand_ins
from bridge.settings import Environment, Settings
from bridge.store.overview import Overview, overview
from bridge.store.story import Story, newest

HOST = "127.0.0.1"
"""Nobody else's business: what one writes in the demo stays on the machine."""

HOLD = "hold: {min: 3s, max: 6s}"
"""Long enough to see a reply wait, short enough to wait for it."""

NEWEST = 30
"""Messages that the page shows."""

_HOLD = re.compile(r"^hold:.*$", re.MULTILINE)
_CHANNEL = "sms"


class Backstage:
    """The service on stand-ins, as the page sees it. Money is micro-euros, time microseconds."""

    def __init__(self, port: int, folder: Path, handset: Handset, environment: Mapping[str, str]) -> None:
        """`environment` points the service at the stand-ins, and is all that it gets to see."""
        self.url = f"http://{HOST}:{port}"
        self.run = secrets.token_hex(8)
        self._handset = handset
        self._rules = read(write_rules(folder))
        self._shipped = read(shipped())
        settings = _settings(port, folder)
        self.service = Service(settings, Environment(environment), system_clock, pages=demo_app(self))

    async def text(self, address: str, text: str) -> bool:
        """A telephone texts the number; whether the service took it."""
        status, _ = await self._handset.text(address, text)
        return status == 200  # noqa: PLR2004 - HTTP's OK

    async def state(self, address: str | None) -> Mapping[str, Any]:
        """Everything that the page shows: the telephone at `address`, and what became of each message."""
        stories, money = await self.service.store.read(_look)
        return {
            "run": self.run,
            "now": system_clock(),
            "line": self._handset.line,
            "hold": {"here": self._rules.hold.model_dump(), "shipped": self._shipped.hold.model_dump()},
            "pot": self._pot(money),
            "conversation": self._conversation(address) if address else [],
            "stories": [asdict(story) for story in stories],
        }

    def _pot(self, money: Overview) -> dict[str, int]:
        total = self._rules.pot.total
        return {"total": total, "spent": money.spent, "reserved": money.reserved, "inbound": money.inbound}

    def _conversation(self, address: str) -> list[dict[str, Any]]:
        return [asdict(one) | {"event": _event(one)} for one in self._handset.conversation(address)]


@asynccontextmanager
async def backstage(port: int) -> AsyncIterator[Backstage]:
    """Everything that runs, until the block ends; nothing of it remains. Raises `RempartError`."""
    async with AsyncExitStack() as ending:
        folder = Path(ending.enter_context(TemporaryDirectory(prefix="rempart-demo-")))
        doubles = stand_ins()
        environment: dict[str, str] = {}
        for double in doubles.values():
            ending.push_async_callback(double.close)
            environment |= await double.start(f"http://{HOST}:{port}")
        behind = Backstage(port, folder, cast(Handset, doubles[_CHANNEL]), environment)
        await behind.service.start()
        ending.push_async_callback(behind.service.stop)
        yield behind


def write_rules(folder: Path) -> Path:
    """The shipped rules, but for a hold of seconds: nothing else differs from the product."""
    rules, changed = _HOLD.subn(HOLD, shipped().read_text(encoding="utf-8"))
    if changed != 1:
        raise RempartError("The shipped rules have no line `hold: ...`, which the demo would shorten.")
    path = folder / "responses.yaml"
    path.write_text(rules, encoding="utf-8")
    return path


def _event(bubble: Bubble) -> EventId | None:
    """What the journal made of a person's message, so that the page can tell which card belongs to it."""
    return event_id(_CHANNEL, "message", bubble.id) if bubble.by == "person" else None


def _settings(port: int, folder: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{folder / 'demo.db'}",
        responses=folder / "responses.yaml",
        host=HOST,
        port=port,
        public_url=f"http://{HOST}:{port}",
        secret=SecretStr(secrets.token_hex(32)),
    )


async def _look(connection: AsyncConnection) -> tuple[list[Story], Overview]:
    return await newest(connection, NEWEST), await overview(connection, system_clock())
