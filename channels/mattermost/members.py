"""Knows who belongs to the feed channel, who is a guest, and what people are called. Asks the server, and
remembers for a moment; what it does not say is not assumed, neither way."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote

import structlog

from bridge.model import SECOND, Micros
from bridge.noun import Noun
from bridge.ports import Clock, Unreachable
from channels.mattermost.api import Api
from channels.mattermost.settings import ID
from channels.rooms.legible import legible
from channels.rooms.patience import patiently
from channels.rooms.standing import Standing

FRESH: Micros = 10 * SECOND
"""How long an answer is good: nobody tells us when somebody leaves."""

_MOST = 2048
_LONGEST_NAME = 40
_GUEST = "system_guest"
_NOBODYS = frozenset({"not_found", "forbidden", "refused"})
"""What the server says of somebody whom it does not have, or whom the bot may not see."""

log = structlog.get_logger("rempart.mattermost")


class Person(Noun):
    """What the server says of somebody."""

    name: str
    """As people there see it."""
    handle: str
    """By which they are mentioned."""
    guest: bool
    gone: bool
    """Their account was switched off."""


class Members:
    """Answers within the time that somebody waits for a press to be answered."""

    patience_seconds: float = 10
    names_seconds: float = 2.5

    def __init__(self, api: Api, channel: str, clock: Clock) -> None:
        """Dials nobody. `channel` is the feed channel's id."""
        self._api, self._channel, self._clock = api, channel, clock
        self._people: dict[str, tuple[Micros, Person]] = {}
        self._inside: dict[str, tuple[Micros, bool]] = {}

    async def standing(self, user: str) -> Standing:
        """Where somebody stands, as far as the server says. It has no groups that it tells everybody of."""
        asked = self.belongs(user), self._person(user, self.patience_seconds)
        belongs, person = await asyncio.gather(*asked, return_exceptions=True)
        silence = next((str(one) for one in (belongs, person) if isinstance(one, Unreachable)), "")
        for one in (belongs, person):
            if isinstance(one, BaseException) and not isinstance(one, Unreachable):
                raise one
        if silence:
            log.warning("Mattermost did not say who belongs where", why=silence)
        member = belongs if isinstance(belongs, bool) else None
        guest = person.guest if isinstance(person, Person) else None
        if isinstance(person, Person) and person.gone:
            member = False
        return Standing(member, (), silence, guest)

    async def belongs(self, user: str) -> bool:
        """Whether somebody is in the feed channel. Raises `Unreachable`."""
        at, known = self._inside.get(user, (0, False))
        now = self._clock()
        if not 0 <= now - at < FRESH:
            known = await patiently(lambda: self._is_inside(user), self.patience_seconds)
            _remember(self._inside, user, (now, known))
        return known

    async def names(self, people: Collection[str]) -> Mapping[str, str]:
        """What they are called; whom the server does not know within seconds is left out."""
        told = await self._told(people, self.names_seconds)
        return {who: one.name for who, one in told.items() if isinstance(one, Person)}

    async def handles(self, people: Collection[str]) -> dict[str, str]:
        """By what they are mentioned; whom the server does not know is left out.

        Raises `Unreachable` while it does not say: a call that names nobody wakes nobody, and is made once.
        """
        told = await self._told(people, self.patience_seconds)
        for one in told.values():
            if isinstance(one, Unreachable) and str(one) not in _NOBODYS:
                raise Unreachable(str(one), one.retry_after)
        return {who: one.handle for who, one in told.items() if isinstance(one, Person)}

    async def _told(self, people: Collection[str], seconds: float) -> dict[str, Person | Unreachable]:
        """What the server says of each; another room's people are none of this one's."""
        ours = [one for one in people if ID.fullmatch(one)]
        found = await asyncio.gather(*(self._heard(one, seconds) for one in ours))
        return {who: one for who, one in zip(ours, found, strict=True) if one is not None}

    async def _heard(self, user: str, seconds: float) -> Person | Unreachable | None:
        try:
            person = await self._person(user, seconds)
        except Unreachable as silence:
            return silence
        return person if person.handle else None

    async def _is_inside(self, user: str) -> bool:
        try:
            await self._api.mapping("GET", f"channels/{self._channel}/members/{quote(user)}")
        except Unreachable as fault:
            if str(fault) == "not_found":
                return False
            raise
        return True

    async def _person(self, user: str, seconds: float) -> Person:
        at, known = self._people.get(user, (0, None))
        now = self._clock()
        if known is None or not 0 <= now - at < FRESH:
            told = await patiently(lambda: self._api.mapping("GET", f"users/{quote(user)}"), seconds)
            known = _read(told)
            _remember(self._people, user, (now, known))
        return known


def _read(told: Mapping[str, Any]) -> Person:
    def text(name: str) -> str:
        value = told.get(name)
        return legible(value, _LONGEST_NAME) if isinstance(value, str) else ""

    whole = f"{text('first_name')} {text('last_name')}".strip()
    name = text("nickname") or whole or text("username")
    return Person(name, text("username"), _GUEST in text("roles").split(), bool(told.get("delete_at")))


def _remember(known: dict[str, Any], user: str, found: object) -> None:
    if len(known) >= _MOST:
        known.clear()
    known[user] = found
