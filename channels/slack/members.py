"""Knows who belongs to the feed channel, and to which user groups. Asks Slack, and remembers for a moment.

Names play no part: people choose their names. What cannot be known is not assumed, neither way.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

from bridge.model import SECOND, Micros
from bridge.ports import Clock, Unreachable
from channels.rooms.patience import patiently
from channels.rooms.standing import Standing
from channels.slack.api import Api
from channels.slack.pages import listed, next_cursor
from channels.slack.people import People

FRESH: Micros = 15 * SECOND
"""How long an answer is good for those whom it names. Slack says when somebody leaves; this is for when it
does not reach us."""

NEWCOMER: Micros = 5 * SECOND
"""How long it is good for those whom it does not: somebody who has just joined need not wait."""

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
        self._changes = 0
        self.answer: T | None = None

    async def no_older_than(self, age: Micros, patience_seconds: float) -> T:
        """The answer, at most that old, once Slack was asked where need be. Raises `Unreachable`."""
        try:
            return await patiently(lambda: self._young(age), patience_seconds)
        except Unreachable as fault:
            log.warning("Slack did not say who belongs where", asked=self._what, why=str(fault))
            raise Unreachable(str(fault)) from None

    async def _young(self, age: Micros) -> T:
        async with self._asking:
            while self.answer is None or not self._is_young(age):
                await self._ask_again()
            return self.answer

    def forget(self) -> None:
        """Something has changed: also an answer that is under way may be of the time before."""
        self._at, self._changes = None, self._changes + 1

    async def _ask_again(self) -> None:
        """An answer is as old as its question."""
        asked_at, changes = self._clock(), self._changes
        self.answer = await self._ask()
        self._at = asked_at if changes == self._changes else None

    def _is_young(self, age: Micros) -> bool:
        return self._at is not None and 0 <= self._clock() - self._at < age


class Members:
    """Answers within half a minute, whatever Slack does: as long as somebody's acknowledged touch is good."""

    patience_seconds: float = 25

    def __init__(self, api: Api, channel: str, clock: Clock, people: People) -> None:
        """`channel` is the feed channel's id; `people` knows who is a guest."""
        self._people = people
        self._api = api
        self._channel = channel
        self._members = _Remembered(self._ask_members, clock, "members")
        self._groups = _Remembered(self._ask_groups, clock, "groups")

    def forget(self) -> None:
        """Slack has told that somebody came or went: it is asked anew."""
        self._members.forget()
        self._groups.forget()
        self._people.forget()

    def note_guest(self, user: str) -> None:
        """They belong to another workspace: a shared channel brings them among its members."""
        self._people.note_guest(user)

    async def standing(self, user: str) -> Standing:
        """Where `user` stands, as far as Slack says."""
        asked = self.belongs(user), self.groups(user), self._people.is_guest(user, self.patience_seconds)
        belongs, groups, guest = await asyncio.gather(*asked, return_exceptions=True)
        silence = next((str(one) for one in (belongs, groups, guest) if isinstance(one, BaseException)), "")
        return Standing(_known(belongs), _known(groups), silence, _known(guest))

    async def belongs(self, user: str) -> bool:
        """Whether `user` is in the feed channel, be it as a guest. Raises `Unreachable`."""
        age = FRESH if user in (self._members.answer or ()) else NEWCOMER
        return user in await self._members.no_older_than(age, self.patience_seconds)

    async def groups(self, user: str) -> tuple[str, ...]:
        """The ids of the user groups that `user` is in. Raises `Unreachable`."""
        answer = await self._groups.no_older_than(FRESH, self.patience_seconds)
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
            members.update(_strings(listed(page, "members")))
            cursor = next_cursor(page.get("response_metadata"))
            if not cursor:
                return frozenset(members)

    async def _ask_groups(self) -> dict[str, frozenset[str]]:
        answer = await self._api.call("usergroups.list", include_users=True)
        groups = [group for group in listed(answer, "usergroups") if isinstance(group, dict)]
        return {
            group["id"]: frozenset(_strings(group.get("users")))
            for group in groups
            if isinstance(group.get("id"), str)
        }


def _known(answer: T | BaseException) -> T | None:
    if isinstance(answer, BaseException):
        if not isinstance(answer, Unreachable):
            raise answer
        return None
    return answer


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
