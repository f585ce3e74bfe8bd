"""Explains how a sender or a message is treated: for the room, the control socket and the command line."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import RempartError
from bridge.explaining import lookup
from bridge.explaining.known import Known
from bridge.explaining.lookup import Identify
from bridge.explaining.sentences import judged, told
from bridge.model import EventId, Micros, SenderId, Verdict
from bridge.noun import replace
from bridge.ports import Clock
from bridge.reasons import Reason
from bridge.store.engine.store import Store
from bridge.wording import Words, for_json

_LONGEST_QUESTION = 200

Naming = Callable[[Collection[str], Words], Awaitable[Mapping[str, str]]]
"""Tells what people are called, in the reader's language."""


class Explaining:
    """Looks up whoever, or whatever message, is asked about."""

    def __init__(
        self,
        store: Store,
        identify: Identify,
        channels: Collection[str],
        clock: Clock,
        once_per: Callable[[], Micros],
        *,
        names: Naming | None = None,
    ) -> None:
        """`identify` makes pseudonyms; `channels` are the names of those that may have brought a message;
        `once_per`: how often the rules in force answer anybody;
        `names` tells what people of the team are called: without it they are told by their ids."""
        self._names = names
        self._store, self._identify = store, identify
        self._channels, self._clock, self._once_per = channels, clock, once_per

    async def explain(self, asked: str, words: Words) -> Mapping[str, Any]:
        """What `rempart why --json` promises. Raises `RempartError`, in the reader's language."""
        written, now = asked.strip(), self._clock()
        if not _can_be_stored(written):
            raise RempartError(words.within("why")("unknown"))

        async def look(connection: AsyncConnection) -> Known:
            sender, message = await self._meant(connection, written, words)
            return await lookup.known(connection, sender, now, self._once_per, message)

        return describe(await self._named(await self._store.read(look), words), words, now)

    async def tell(self, target: str, words: Words) -> str:
        """The sentences alone, and about senders alone. Raises `RempartError`, in the reader's language."""
        now = self._clock()

        async def look(connection: AsyncConnection) -> Known | None:
            sender = await lookup.sender_named(connection, target, self._identify)
            return await lookup.known(connection, sender, now, self._once_per) if sender else None

        known = await self._store.read(look)
        if known is None:
            raise RempartError(words.within("why")("unknown_sender"))
        return told(await self._named(known, words), words, now)

    async def _named(self, known: Known, words: Words) -> Known:
        people = {one.by for one in (known.muted, known.by_hand) if one is not None}
        if self._names is None or not people:
            return known
        names = await self._names(people, words)
        muted, given = known.muted, known.by_hand
        return replace(
            known,
            muted=muted and replace(muted, by=names[muted.by]),
            by_hand=given and replace(given, by=names[given.by]),
        )

    async def judgements(
        self, connection: AsyncConnection, senders: Collection[SenderId], words: Words
    ) -> dict[SenderId, str]:
        """What each of some senders is taken for, and why, in a line."""
        found = await lookup.judgements(connection, senders, self._clock())
        return {sender: judged(known, words) for sender, known in found.items()}

    async def _meant(
        self, connection: AsyncConnection, written: str, words: Words
    ) -> tuple[SenderId, EventId | None]:
        """A sender, where one is known by it, and otherwise a message: digits alone may be either."""
        sender = await lookup.sender_named(connection, written, self._identify)
        if sender is not None:
            return sender, None
        match await lookup.messages_named(connection, written, self._channels):
            case []:
                raise RempartError(words.within("why")("unknown"))
            case [(event, who)]:
                return who, event
            case _:
                raise RempartError(words.within("why")("several"))


def describe(known: Known, words: Words, now: Micros) -> dict[str, Any]:
    """The facts as plain data, with the sentences under `told`."""
    about = known.message
    decided = about or known.newest
    replied = about or known.replied
    reply = replied.answered if replied else None
    return {
        "sender": known.handle,
        "verdict": _verdict(known),
        "raid": _raid(known),
        "suspicion": decided.suspicion if decided else None,
        "action": decided.action if decided else None,
        **for_json(_reasons(known)),
        "progress": reply.progress if reply else None,
        "by_hand": _by_hand(known),
        "told": told(known, words, now),
    }


def _by_hand(known: Known) -> dict[str, Any] | None:
    """Who of the team has answered them last, and how far that has come."""
    given = known.by_hand
    return None if given is None else {"by": given.by, "progress": given.answered.progress}


def _raid(known: Known) -> str | None:
    """The raid that is the reason, if one is."""
    raid = known.raid.id if known.raid and not known.raid.false_alarm else None
    if known.message is None:
        return raid if known.verdict is Verdict.RAIDER else None
    return known.message.raid or (raid if known.message.kept_back else None)


def _verdict(known: Known) -> Verdict:
    """Of a sender, and of a message whose reply is kept back, what is thought now; else what was thought."""
    message = known.message
    if message is None or message.action is None or message.kept_back:
        return known.verdict
    return message.verdict


def _reasons(known: Known) -> tuple[Reason, ...]:
    message = known.message or known.newest
    decided = message.reasons if message else ()
    if known.message is not None and not known.message.kept_back:
        return decided
    return known.reasons or decided


def _can_be_stored(written: str) -> bool:
    """Whether a database can be asked for it at all."""
    return 0 < len(written) <= _LONGEST_QUESTION and written.isprintable()
