"""What the slash command asks, and what whoever asks is answered: the same in every room."""

from collections.abc import Awaitable, Callable, Sequence

from bridge.errors import RempartError, StoreUnavailable
from bridge.grammar import Asked, Misunderstood, usage
from bridge.heart.acts import look_up
from bridge.model import Act
from bridge.moderation.targets import is_handle
from bridge.ports import Clock, Host, Unreachable
from bridge.wording import Words
from channels.rooms.commands import mutes_lines, pot_lines, rules_lines, status_lines
from channels.rooms.typed import Typed

_LINES = {"mutes": mutes_lines, "pot": pot_lines, "rules": rules_lines}
_OF_THE_CHANNEL = frozenset({"mutes", "rules"})
"""Who is muted, and why, is nobody else's business."""


class Questions:
    """Answers what is asked in one room."""

    def __init__(
        self,
        room: str,
        host: Host,
        clock: Clock,
        words: Callable[[], Words],
        *,
        belongs: Callable[[str], Awaitable[bool]],
        vouched: Callable[[Act], Awaitable[Act]],
    ) -> None:
        """`belongs`: whether somebody is in the feed channel. `vouched`: an act with what the room says of
        its actor."""
        self._room, self._host, self._clock, self._words = room, host, clock, words
        self._belongs, self._vouched = belongs, vouched

    async def told(self, command: Typed, asked: Asked | Misunderstood) -> Sequence[str]:
        """The answer, a line each; raises nothing that a provider or the database can cause."""
        words = self._words()
        if isinstance(asked, Misunderstood):
            return [asked.sentence]
        if asked.question == "help":
            return usage(words.language)
        try:
            return await self._answered(command, asked)
        except StoreUnavailable:
            return [words("not_now")]
        except Unreachable as silence:
            return [words("unsure", code=str(silence))]
        except RempartError as refusal:
            return [str(refusal)]

    async def _answered(self, command: Typed, asked: Asked) -> Sequence[str]:
        words = self._words()
        if asked.question == "why":
            return [await self._why(command, asked.target)]
        if asked.question in _OF_THE_CHANNEL and not await self._belongs(command.actor):
            return [words("members_only")]
        return _LINES.get(asked.question, status_lines)(await self._host.home(), words)

    async def _why(self, command: Typed, target: str) -> str:
        """By handle for whoever sees handles; by number it is an act, for those who may."""
        if not is_handle(target):
            look = Act(self._room, command.key, command.actor, look_up.VERB.name, target, self._clock())
            return await self._host.look_up(await self._vouched(look))
        if not await self._belongs(command.actor):
            return self._words()("members_only_why")
        return await self._host.why(target)
