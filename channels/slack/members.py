"""Knows who belongs to the feed channel, and to which user groups. Asks Slack, and remembers for a minute.

Names play no part: people choose their names. What cannot be known is not assumed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from bridge.model import MINUTE, SECOND, Micros
from bridge.ports import Clock, Unreachable
from channels.slack.api import Api
from channels.slack.payloads import Place

FRESH: Micros = MINUTE
"""How long an answer is good for those whom it names."""

NEWCOMER: Micros = 5 * SECOND
"""How long it is good for those whom it does not: somebody who has just joined need not wait a minute."""

_PAGE = 999
"""The most that Slack gives at once: https://docs.slack.dev/reference/methods/conversations.members."""

log = structlog.get_logger("rempart.slack")

T = TypeVar("T")


class _Remembered(Generic[T]):
    """The last answer to one question, and the one way to ask it again."""

    def __init__(self, ask: Callable[[], Awaitable[T]], clock: Clock, what: str) -> None:
        self._ask = ask
        self._clock = clock
        self._what = what
        self._asking = asyncio.Lock()
        self._at: Micros | None = None
        self.answer: T | None = None

    async def no_older_than(self, age: Micros, patience_seconds: float) -> bool:
        """Whether `answer` is that young, once Slack was asked where need be."""
        try:
            async with asyncio.timeout(patience_seconds), self._asking:
                if not self._is_young(age):
                    self.answer, self._at = await self._ask(), self._clock()
        except (TimeoutError, Unreachable) as fault:
            log.warning("Slack did not say who belongs where", asked=self._what, why=str(fault) or "timeout")
        return self._is_young(age)

    def _is_young(self, age: Micros) -> bool:
        return self._at is not None and 0 <= self._clock() - self._at < age


@dataclass(frozen=True, slots=True)
class Standing:
    """What the host must know of an actor before it decides."""

    member: bool
    groups: tuple[str, ...]


class Members:
    """Answers within two seconds, whatever Slack does."""

    patience_seconds: float = 2

    def __init__(self, api: Api, channel: str, clock: Clock) -> None:
        """`channel` is the feed channel's id."""
        self._api = api
        self._channel = channel
        self._members = _Remembered(self._ask_members, clock, "members")
        self._groups = _Remembered(self._ask_groups, clock, "groups")

    async def standing(self, user: str, place: Place) -> Standing:
        """Where `user` stands. When Slack never said who is in the channel, only being there proves it."""
        belongs, groups = await asyncio.gather(self.belongs(user), self.groups(user))
        if belongs is None:
            belongs = place.channel == self._channel and place.is_private
        return Standing(belongs, groups)

    async def belongs(self, user: str) -> bool | None:
        """Whether `user` is in the feed channel, by Slack's last word; `None` when it never gave one."""
        members = self._members
        age = FRESH if user in (members.answer or ()) else NEWCOMER
        await members.no_older_than(age, self.patience_seconds)
        return None if members.answer is None else user in members.answer

    async def groups(self, user: str) -> tuple[str, ...]:
        """The ids of the user groups that `user` is in; none when Slack does not say."""
        if not await self._groups.no_older_than(FRESH, self.patience_seconds):
            return ()
        answer = self._groups.answer or {}
        return tuple(group for group, users in answer.items() if user in users)

    async def _ask_members(self) -> frozenset[str]:
        members: set[str] = set()
        cursor = ""
        while True:
            page = await self._api.call(
                "conversations.members",
                channel=self._channel,
                limit=_PAGE,
                **({"cursor": cursor} if cursor else {}),
            )
            members.update(_strings(page.get("members")))
            cursor = _next_cursor(page.get("response_metadata"))
            if not cursor:
                return frozenset(members)

    async def _ask_groups(self) -> dict[str, frozenset[str]]:
        answer = await self._api.call("usergroups.list", include_users=True)
        groups = [group for group in _list(answer.get("usergroups")) if isinstance(group, dict)]
        return {
            group["id"]: frozenset(_strings(group.get("users")))
            for group in groups
            if isinstance(group.get("id"), str)
        }


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _strings(value: object) -> list[str]:
    return [item for item in _list(value) if isinstance(item, str)]


def _next_cursor(metadata: object) -> str:
    cursor = metadata.get("next_cursor") if isinstance(metadata, dict) else None
    return cursor if isinstance(cursor, str) else ""
