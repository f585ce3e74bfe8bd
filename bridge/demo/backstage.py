"""What runs behind the page: the stand-ins and the service, in a folder that is gone afterwards."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from msgspec import to_builtins
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.clock import system_clock
from bridge.demo.app import NotThere, demo_app
from bridge.demo.pace import DemoClock
from bridge.demo.play import Play, Scripted
from bridge.demo.queue import Queue, queue
from bridge.demo.script import CHANNEL, Cut, Name
from bridge.demo.team import Team
from bridge.demo.visitors import Visitors
from bridge.environment import Environment
from bridge.errors import RempartError
from bridge.explaining.stories import Story, stories_of
from bridge.responses import read, shipped
from bridge.service.plugins import stand_ins
from bridge.service.service import Service
from bridge.settings import Settings
from bridge.standin import StandIn
from bridge.status import allowed
from bridge.store.looks.overview import Overview, overview
from bridge.wording import LANGUAGES, Words

HOST = "127.0.0.1"
"""Nobody else's business: what one writes in the demo stays on the machine."""

CHANGES = (
    (r"^hold:.*$", "hold: {min: 3s, max: 6s}"),
    (r"last_for: 30d\b", "per_hour: 300, per_day: 1500"),
    (r"^answer_within:.*$", "answer_within: 10m"),
)
"""What the demo changes in the shipped rules, since time passes faster here: a hold long enough to see and
short enough to wait for, and shares of the pot for an evening that passes in a minute. What the team releases
waits for two minutes here, too: so long and longer it must be able to wait."""

_CHANCE = b"The evening of 30 October 2017"
"""Behind every choice, instead of a secret: what is played comes out the same each time."""

_WHOLE = Cut()


class Backstage:
    """The service on stand-ins, as the page sees it. Money is micro-euros, time microseconds."""

    def __init__(
        self,
        port: int,
        folder: Path,
        doubles: Mapping[str, StandIn],
        environment: Mapping[str, str],
        cut: Cut,
    ) -> None:
        """`environment` points the service at the stand-ins, and is all that it gets to see."""
        self.url = f"http://{HOST}:{port}"
        self.run = secrets.token_hex(8)
        self._rules = read(write_rules(folder))
        self._shipped = read(shipped())
        self._visitors, self._team = Visitors(doubles), Team(doubles, self._rules.feed.language)
        self.text, self.press, self.command = self._visitors.text, self._team.press, self._team.command
        settings = _settings(port, folder)
        self._clock = DemoClock(system_clock)
        self.service = Service(settings, Environment(environment), self._clock, pages=demo_app(self))
        self.service.pipeline.folding.seed = _CHANCE
        self._play = self._played(doubles, cut)

    async def state(self, number: str | None) -> Mapping[str, Any]:
        """Everything that the page shows: a telephone, what became of each message, the team's channel."""
        stories, money, queue = await self.service.store.read(self._look)
        return {
            "run": self.run,
            "now": self._clock(),
            "hold": {"here": self._rules.hold.model_dump(), "shipped": self._shipped.hold.model_dump()},
            "pot": self._pot(money),
            "paused": money.paused,
            "conversations": self._visitors.conversations(number),
            "queue": to_builtins(queue),
            "stories": [_told(story) for story in stories],
            "room": self._team.sight(),
            "evening": await self._play.told() if self._play else None,
        }

    async def speak(self, language: str) -> bool:
        """The team reads this language from now on: an edit of the rules, like any other."""
        path = self.service.rules.path
        written = await asyncio.to_thread(path.read_text, encoding="utf-8")
        edited = re.sub(r"^feed:.*$", f"feed: {{language: {language}}}", written, flags=re.MULTILINE)
        if edited != written:
            await asyncio.to_thread(path.write_text, edited, encoding="utf-8")
            self.service.rules.look()
        self._team.speak(language)
        return True

    async def picture(self, file: str) -> bytes | None:
        """A picture that the team's channel shows."""
        return self._team.picture(file)

    async def evening(self, name: Name, *, play: bool) -> bool:
        """Begins an evening, or stops the one that is played. Raises `NotThere` or `NotNow`."""
        if self._play is None:
            raise NotThere("There is no number here to write to: load the page again.")
        if play:
            self._play.start(name)
        else:
            self._play.stop()
        return True

    async def close(self) -> None:
        """Ends what this began."""
        if self._play is not None:
            await self._play.close()

    def _played(self, doubles: Mapping[str, StandIn], cut: Cut) -> Play | None:
        """The evenings, where there is a number to write to."""
        if CHANNEL not in doubles:
            return None
        handset = cast(Scripted, doubles[CHANNEL])
        return Play(self.service.store, handset, self._clock, self._rules, cut)

    async def _look(self, connection: AsyncConnection) -> tuple[list[Story], Overview, Queue]:
        """The stories of what is written here by hand: a raid would push them off the page."""
        stories = await stories_of(connection, self._visitors.newest)
        return stories, await overview(connection, self._clock()), await queue(connection)

    def _pot(self, money: Overview) -> dict[str, int]:
        total = allowed(money, self._rules.pot.total)
        return {"total": total, "spent": money.spent, "reserved": money.reserved, "inbound": money.inbound}


@asynccontextmanager
async def backstage(
    port: int, doubles: Mapping[str, StandIn] | None = None, cut: Cut = _WHOLE
) -> AsyncIterator[Backstage]:
    """Everything that runs, until the block ends; nothing of it remains. Raises `RempartError`.

    `doubles`: the stand-ins by the name of their channel; every one that is installed, when nobody says.
    `cut`: how far the raid is condensed that the page can play.
    """
    async with AsyncExitStack() as ending:
        folder = Path(ending.enter_context(TemporaryDirectory(prefix="rempart-demo-")))
        doubles = stand_ins() if doubles is None else doubles
        environment: dict[str, str] = {}
        for double in doubles.values():
            ending.push_async_callback(double.close)
            environment |= await double.start(f"http://{HOST}:{port}")
        behind = Backstage(port, folder, doubles, environment, cut)
        await behind.service.start()
        ending.push_async_callback(behind.service.stop)
        ending.push_async_callback(behind.close)
        yield behind


def write_rules(folder: Path) -> Path:
    """The shipped rules, but for `CHANGES`: nothing else differs from the product."""
    rules = shipped().read_text(encoding="utf-8")
    for pattern, ours in CHANGES:
        rules, changed = re.subn(pattern, ours, rules, flags=re.MULTILINE)
        if changed != 1:
            raise RempartError(f"The shipped rules have no one place for `{ours}`, which the demo changes.")
    path = folder / "responses.yaml"
    path.write_text(rules, encoding="utf-8")
    return path


def _settings(port: int, folder: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{folder / 'demo.db'}",
        responses=folder / "responses.yaml",
        host=HOST,
        port=port,
        public_url=f"http://{HOST}:{port}",
        secret=SecretStr(secrets.token_hex(32)),
    )


def _told(story: Story) -> dict[str, Any]:
    """As the page shows it: in every language, for whoever reads along chooses."""
    told: dict[str, Any] = to_builtins(story)
    if story.decided:
        worded = {one: list(map(Words(one).reason, story.decided.reasons)) for one in LANGUAGES}
        told["decided"]["reasons"] = worded
    return told
