"""Puts to the host what somebody in a room wants or asks, and says what came of it: alike in every room."""

from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from bridge.errors import RempartError, StoreUnavailable
from bridge.grammar import Asked, Misunderstood, Wanted, parse, usage
from bridge.heart.acts import look_up
from bridge.heart.acts.verb import METERED
from bridge.model import Act, Micros
from bridge.moderation.targets import is_handle
from bridge.ports import Clock, Host, Unreachable
from bridge.wording import Words
from channels.rooms.commands import mutes_lines, pot_lines, rules_lines, status_lines
from channels.rooms.recent import Recent
from channels.rooms.standing import Standing, vouched

_REMEMBERED = 2048

_LINES = {"mutes": mutes_lines, "pot": pot_lines, "rules": rules_lines}
_OF_THE_CHANNEL = frozenset({"mutes", "rules"})
"""Who is muted, and why, is nobody else's business."""

log = structlog.get_logger("rempart.rooms")


class Heard(Protocol):
    """A press, a command or a window, as a room received it."""

    @property
    def key(self) -> str:
        """What tells it from every other in its room."""

    @property
    def actor(self) -> str:
        """Whose it is."""


class Typed(Heard, Protocol):
    """A command."""

    @property
    def text(self) -> str:
        """What was typed."""


class Members(Protocol):
    """Who is in the feed channel, as the room says."""

    async def standing(self, actor: str, /) -> Standing:
        """What is known of somebody who acts; raises nothing."""

    async def belongs(self, actor: str, /) -> bool:
        """Whether they are in the channel. Raises `Unreachable`."""


class Hearing:
    """That of one room."""

    def __init__(
        self, room: str, host: Host, clock: Clock, words: Callable[[], Words], members: Members
    ) -> None:
        """Nobody was heard yet."""
        self._room, self._host, self._clock, self._words, self._members = room, host, clock, words, members
        self._heard = Recent(_REMEMBERED)

    def is_new(self, one: Heard) -> bool:
        """Whether it is heard for the first time: rooms deliver some twice."""
        return self._heard.add(one.key)

    def understood(self, command: Typed) -> Wanted | Asked | Misunderstood:
        """What was typed, in the team's language."""
        return parse(command.text, self._words().language, self._host.region, self._clock(), self._host.zone)

    def wish(self, by: Heard, verb: str, target: str, length: Micros | None = None) -> Act:
        """An act that the host has not decided yet."""
        return Act(self._room, by.key, by.actor, verb, target, self._clock(), length)

    def typed(self, command: Typed, wanted: Wanted) -> Act:
        """The act that was typed. What names no channel means the one that costs money."""
        return Act(
            self._room,
            command.key,
            command.actor,
            wanted.verb,
            wanted.target or METERED,
            self._clock(),
            length=wanted.length,
            reason=wanted.reason,
            says=wanted.says,
        )

    async def vouched(self, wish: Act) -> Act:
        """The wish with what the room says of its actor.

        Raises `RempartError` where it did not say what would decide: unknown is not no.
        """
        return vouched(self._host, wish, await self._members.standing(wish.actor), self._words())

    async def decided(self, wish: Act) -> str:
        """What came of it, for the one who acted; raises nothing."""
        try:
            return await self._host.act(await self.vouched(wish))
        except StoreUnavailable:
            return self._words()("unavailable")
        except RempartError as refusal:
            return str(refusal)
        except Exception:
            log.exception("an act could not be decided", room=self._room, verb=wish.verb)
            return self._words()("fault")

    async def answered(self, command: Typed, asked: Asked | Misunderstood) -> Sequence[str]:
        """What whoever asks is told, a line each; raises nothing that provider or database can cause."""
        words = self._words()
        if isinstance(asked, Misunderstood):
            return [asked.sentence]
        if asked.question == "help":
            return usage(words.language)
        try:
            return await self._looked_up(command, asked)
        except StoreUnavailable:
            return [words("not_now")]
        except Unreachable as silence:
            return [words("unsure", code=str(silence))]
        except RempartError as refusal:
            return [str(refusal)]

    async def _looked_up(self, command: Typed, asked: Asked) -> Sequence[str]:
        words = self._words()
        if asked.question == "why":
            return [await self._why(command, asked.target)]
        if asked.question in _OF_THE_CHANNEL and not await self._members.belongs(command.actor):
            return [words("members_only")]
        return _LINES.get(asked.question, status_lines)(await self._host.home(), words)

    async def _why(self, command: Typed, target: str) -> str:
        """By handle for whoever sees handles; by number it is an act, for those who may."""
        if not is_handle(target):
            return await self._host.look_up(await self.vouched(self.wish(command, look_up.VERB.name, target)))
        if not await self._members.belongs(command.actor):
            return self._words()("members_only_why")
        return await self._host.why(target)
