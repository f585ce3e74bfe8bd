"""A Slack stand-in, the room connected to it, and a small house in memory, for tests of the room."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from bridge.card import Bundle, Button, Card, Confirm, Discovery, Fact, Home, HomeMute, Sample
from bridge.errors import RempartError
from bridge.model import SECOND, Act, Answer, Call, Micros
from bridge.noun import replace
from bridge.ports import Webhook, Wiring
from bridge.wording import Language
from channels.slack.bolt import Acknowledged
from channels.slack.slack import Slack
from channels.slack.switchboard import Listening, Switchboard
from channels.standins.slack import SlackStandIn, workspace
from rempart.testing import Journal
from tests.channels.services import fronting

MEMBER = workspace.MEMBER
STRANGER = "U0STRANGER"
PATIENCE = 120.0
"""Seconds that a test waits for what must come; far more than it takes."""

HOSTILE_TEXTS = [
    "<!channel> <!here> <!everyone>",
    "<@U123> <#C123> <!subteam^S123>",
    "<https://evil.example|Your bank>",
    "https://evil.example/?q=1",
    "*bold* _x_ ~y~ `code` ```block``` > quote",
    ":rotating_light: :skull:",
    "\u202egnp.exe\u202c \u2066x\u2069",
    "zero\u200bwidth\u200d\ufeff\u2060 \u00ad",
    "tags \U000e0041\U000e0042",
    "nul \x00 esc \x1b[31m bell \x07",
    "line\nline\r\nline\u2028line\u2029line",
    "&lt;!channel&gt; &amp;",
    '"}],"type":"mrkdwn"',
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
    "🚒🏳️‍🌈" * 700,
    "\ud83d lone \udc00",
    "a" * 5000,
    "",
    " ",
    "\u3164\u2800",
]

CARD = Card(
    key="raid:1",
    title="Raid 1",
    lines=("120 messages from 40 senders.",),
    facts=(Fact("Spent", "€1.20"), Fact("Muted", "3")),
    spark=(0, 3, 1, 12),
    spark_label="Last hour",
    groups=("30 senders pasted one text: 100 messages.", "20 messages of others."),
    groups_label="What they have in common",
    buttons=(
        Button(
            "mute_all", "Mute all 40", "1", "danger", Confirm("Mute all 40?", "For 24 h.", "Mute", "Cancel")
        ),
        Button("mute", "Mute 24 h: brave-heron-42", "brave-heron-42"),
        Button("samples", "Show texts", "1"),
        Button("pause", "Pause SMS", "sms", "danger"),
    ),
    footer="as of 10:00",
)

HOME = Home(
    title="Rempart",
    facts=(Fact("Posture", "calm"), Fact("Pot", "€10.00 of €3,300.00 spent"), Fact("Channel sms", "on")),
    buttons=(Button("pause", "Pause SMS", "sms", "danger"),),
    mutes_label="Muted senders (1)",
    mutes=(
        HomeMute(
            "brave-heron-42",
            "until tomorrow, by U0ORGANISER: spam",
            Button("unmute", "Unmute", "brave-heron-42"),
        ),
    ),
)


class TestHost:
    """Takes note of every act, and answers as it is told to."""

    __test__ = False

    def __init__(self, language: Language = "en") -> None:
        self.language: Language = language
        self.region = "FR"
        self.zone: tzinfo = ZoneInfo("Europe/Paris")
        self.organisers: frozenset[str] = frozenset()
        self.acts: list[Act] = []
        self.page = HOME
        self.texts: list[Sample] = []
        self.bundles: list[Bundle] = []
        self.discovery = Discovery(("12 messages from 9 senders.",), name="")
        self.leaves: list[tuple[int, str]] = []
        self.link: str | None = None
        self.fault: Exception | None = None
        self.deciding = asyncio.Event()
        self.deciding.set()

    def status_link(self) -> str | None:
        """As it was set."""
        return self.link

    async def act(self, act: Act) -> str:
        """Returns once `deciding` is set."""
        self.acts.append(act)
        await self.deciding.wait()
        if self.fault:
            raise self.fault
        return f"Done: {act.verb}."

    async def samples(self, act: Act) -> Sequence[Sample]:
        """Only members see texts."""
        await self.act(act)
        if not act.member:
            raise RempartError("Only members see texts.")
        return self.texts

    async def doubtful(self, act: Act) -> Sequence[Bundle]:
        """Only members see texts."""
        await self.act(act)
        if not act.member:
            raise RempartError("Only members see texts.")
        return self.bundles

    async def find(self, act: Act) -> Discovery:
        """Only members see texts."""
        await self.act(act)
        if not act.member:
            raise RempartError("Only members see texts.")
        return replace(self.discovery, name=f"{'5' * 32}.0")

    async def home(self, page: int = 0, phrase: str = "") -> Home:
        """The same page for everybody."""
        self.leaves.append((page, phrase))
        if self.fault:
            raise self.fault
        return self.page

    def may(self, act: Act) -> bool:
        """Members, and admins by name or by group."""
        named = not self.organisers.isdisjoint({act.actor, *act.groups})
        return named or (act.member and not self.organisers)

    async def look_up(self, act: Act) -> str:
        """An act, and the same sentence about everybody."""
        await self.act(act)
        return await self.why(act.target)

    async def why(self, target: str) -> str:
        """The same sentence about everybody."""
        if self.fault:
            raise self.fault
        return f"{target} waits: a reply is held until about 18:52."


def system_clock() -> Micros:
    """The present instant."""
    return time.time_ns() // 1000


class World:
    """Everything that a test touches."""

    def __init__(
        self, standin: SlackStandIn, host: TestHost, environment: Mapping[str, str], room: Slack
    ) -> None:
        self.standin, self.host, self.environment, self.room = standin, host, environment, room

    async def posted(self, card: Card = CARD) -> dict[str, Any]:
        """A card, as the channel shows it."""
        where = await self.room.post(card)
        return next(one for one in self.standin.messages() if where.endswith(one["ts"]))

    async def told(self, user: str = MEMBER, times: int = 1) -> list[str]:
        """What the user was told privately, once it is `times` things."""
        await until(lambda: len(self.standin.ephemerals(user)) >= times, f"{user} was told {times} things")
        return [said(message) for message in self.standin.ephemerals(user)]

    async def acted(self, times: int = 1) -> list[Act]:
        """The acts, once there are `times` of them."""
        await until(lambda: len(self.host.acts) >= times, f"there were {times} acts")
        return self.host.acts

    def counted(self, method: str) -> int:
        """How often the room has called a method."""
        return sum(name == method for name, _ in self.standin.calls)


@asynccontextmanager
async def living(
    *,
    socket_mode: bool = False,
    language: Language = "en",
    host: bool = True,
    standin: SlackStandIn | None = None,
    second: bool = False,
) -> AsyncIterator[World]:
    """The room connected to its stand-in, over HTTP or by Socket Mode; `second`: as the second of two lines
    that have one app."""
    hooks: dict[str, Webhook] = {}
    provider = standin or SlackStandIn(socket_mode=socket_mode)
    team = TestHost(language)
    async with fronting(hooks) as url:
        environment = await provider.start(url)
        wiring = Wiring(Journal().append, system_clock, url, team if host else None)
        room = Slack.connect(environment, wiring)
        assert room is not None
        if second:
            lines = {"C0FIRST": _not_theirs, room.settings.channel: room.serve}
            room.share(Switchboard(lines), Listening(), receives=True)
        hooks.update({path: _stamped(hook) for path, hook in room.webhooks().items()})
        await room.open()
        try:
            await room.introduce()
            if socket_mode:
                await asyncio.wait_for(provider.hub.connected.wait(), PATIENCE)
            yield World(provider, team, environment, room)
        finally:
            await room.close()
            await provider.close()


async def _not_theirs(payload: Mapping[str, Any]) -> Acknowledged | None:
    """The first line, which hears what is the second's only by mistake."""
    raise AssertionError(f"A {payload.get('type')} of the second line came to the first.")


async def until(happened: Callable[[], bool], what: str) -> None:
    """Returns once it has happened. Fails when that takes too long."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not happened():
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"It never happened that {what}.") from None


def action(message: Mapping[str, Any], verb: str) -> str:
    """The id of the first button with that verb."""
    names = [button["action_id"] for button in drawn_buttons(message["blocks"])]
    return next(str(name) for name in names if name.rpartition(":")[2] == verb)


def drawn_buttons(blocks: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Every button of a drawing."""
    return [part for part in parts(list(blocks)) if part.get("type") == "button"]


def parts(drawing: object) -> Iterator[dict[str, Any]]:
    """Every object in a drawing, at any depth."""
    if isinstance(drawing, dict):
        yield drawing
        for value in drawing.values():
            yield from parts(value)
    elif isinstance(drawing, list):
        for value in drawing:
            yield from parts(value)


def said(message: Mapping[str, Any]) -> str:
    """Every text of a message or view, in order."""
    return "\n".join(part["text"] for part in parts(message["blocks"]) if isinstance(part.get("text"), str))


def _stamped(hook: Webhook) -> Callable[[Call], Awaitable[Answer]]:
    """The server tells each call when it arrived."""

    async def receive(call: Call) -> Answer:
        return await hook(replace(call, arrived_at=round(time.time() * SECOND)))

    return receive
