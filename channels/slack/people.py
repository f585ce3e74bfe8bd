"""Knows what people are called, and who is a guest: asks Slack, and remembers for a moment.

Names are text that people choose: they are shown, and nothing is decided by them.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import structlog

from bridge.model import HOUR, MINUTE, Micros
from bridge.noun import Noun
from bridge.ports import Clock, Unreachable
from channels.rooms.legible import legible
from channels.rooms.patience import patiently
from channels.rooms.recent import Recent
from channels.slack.api import Api

_FRESH: Micros = MINUTE
"""How long it is remembered who is a guest."""

_KNOWN: Micros = HOUR
"""How long a name is remembered: longer, since nothing depends on it."""

_MOST = 2048
_LONGEST_NAME = 40

NOBODYS = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
"""Slack's words for somebody whom our workspace does not have: a shared channel brings them along."""

CANNOT_TELL = frozenset({"missing_scope", "unknown_method", "no_permission", "unreadable_person"})
"""The app was installed before it asked for `users:read`, and will not be told however long it waits. What
payloads and the feed channel say has to do, as it did before."""

log = structlog.get_logger("rempart.slack")


class Person(Noun):
    """What Slack says of somebody."""

    name: str
    """As Slack shows it; empty where it did not say."""
    guest: bool
    """A guest of our workspace, or a member of another one."""
    ours: bool = False
    """Slack names our workspace among theirs, wherever they are at home."""


class People:
    """Answers within the time that the asker has, whatever Slack does."""

    names_seconds: float = 2.5
    """For names: a card does not wait for long to be told who did something."""

    def __init__(self, api: Api, clock: Clock) -> None:
        """Dials nobody."""
        self._api, self._clock = api, clock
        self._known: dict[str, tuple[Micros, Person]] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._guests = Recent(_MOST)
        self._team: str | None = None

    def note_guest(self, user: str) -> None:
        """A payload says that they belong to another workspace."""
        self._guests.add(user)

    def forget(self) -> None:
        """Slack has told that somebody came or went."""
        self._known.clear()

    async def is_guest(self, user: str, seconds: float) -> bool:
        """Whether `user` is a guest, or one of another workspace; asked for so long. Raises `Unreachable`.

        What a payload said counts, unless Slack says that they belong to ours as well: payloads name the
        workspace where somebody is at home, which in an organisation of several need not be ours.
        """
        noted = user in self._guests
        try:
            person = await self._person(user, _FRESH, seconds)
        except Unreachable as fault:
            if noted:
                return True
            if str(fault) in CANNOT_TELL:
                log.warning("Slack cannot tell who is a guest: give the app users:read", why=str(fault))
                return False
            raise
        return person.guest or (noted and not person.ours)

    async def names(self, users: Collection[str]) -> Mapping[str, str]:
        """What they are called; whom Slack does not tell in time is left out."""
        found = await asyncio.gather(*(self._name(user) for user in users))
        return {user: name for user, name in zip(users, found, strict=True) if name}

    async def _name(self, user: str) -> str:
        try:
            return (await self._person(user, _KNOWN, self.names_seconds)).name
        except Unreachable:
            return ""

    async def _person(self, user: str, age: Micros, seconds: float) -> Person:
        return await patiently(lambda: self._young(user, age), seconds)

    async def _young(self, user: str, age: Micros) -> Person:
        """Asked once for all who wait for the same."""
        async with self._asking[user]:
            at, person = self._known.get(user, (0, None))
            now = self._clock()
            if person is None or not 0 <= now - at < age:
                person = await self._asked(user)
                self._remember(user, now, person)
            return person

    def _remember(self, user: str, at: Micros, person: Person) -> None:
        if len(self._known) >= _MOST:
            self._known.clear()
            self._asking.clear()
        self._known[user] = at, person

    async def _asked(self, user: str) -> Person:
        try:
            answer = await self._api.call("users.info", user=user)
        except Unreachable as fault:
            if str(fault) in NOBODYS:
                return Person("", guest=True)
            raise
        told = answer.get("user")
        if not isinstance(told, dict):
            raise Unreachable("unreadable_person")
        team = await self._own_team()
        return Person(_called(told), guest=_is_guest(told, team), ours=_is_ours(told, team))

    async def _own_team(self) -> str:
        """The workspace of the app; empty where Slack will not say, and then nobody is of another one."""
        if self._team is None:
            try:
                self._team = _text(await self._api.call("auth.test"), "team_id")
            except Unreachable as fault:
                if fault.retry_after is not None or fault.in_doubt or str(fault) not in CANNOT_TELL:
                    raise
                self._team = ""
        return self._team


def _called(told: Mapping[str, Any]) -> str:
    """As Slack shows people: the name that they chose to be shown, else their own."""
    profile = told.get("profile")
    chosen: Mapping[str, Any] = profile if isinstance(profile, dict) else {}
    names = (_text(chosen, "display_name"), _text(chosen, "real_name"), _text(told, "real_name"))
    return next((shown for one in names if (shown := legible(one, _LONGEST_NAME))), "")


def _is_guest(told: Mapping[str, Any], team: str) -> bool:
    limited = any(told.get(sign) is True for sign in ("is_restricted", "is_ultra_restricted", "is_stranger"))
    return limited or (not _is_ours(told, team) and _is_elsewhere(told, team))


def _is_ours(told: Mapping[str, Any], team: str) -> bool:
    """Whether Slack names our workspace among theirs: in an organisation of several, one may belong to more.
    For an app of the whole organisation, that is the workspace."""
    enterprise = told.get("enterprise_user")
    if not (team and isinstance(enterprise, dict)):
        return False
    teams = enterprise.get("teams")
    return enterprise.get("enterprise_id") == team or (isinstance(teams, list) and team in teams)


def _is_elsewhere(told: Mapping[str, Any], team: str) -> bool:
    """Whether they are at home in another workspace."""
    theirs = _text(told, "team_id")
    return bool(team and theirs) and theirs != team


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""
