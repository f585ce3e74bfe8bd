"""Finds whom an act is about: by handle, by address, by raid, or by the act that it undoes."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.acts import concerns
from bridge.heart.acts.verb import About
from bridge.model import Act, EventId, SenderId
from bridge.moderation.targets import ByAddress, ByHandle, read_target
from bridge.responses import Responses
from bridge.store import people, raids, team
from bridge.store.journal import Journal


class Targets:
    """Resolves targets inside the fold's transaction; an address never seen gets a row of its own."""

    def __init__(self, journal: Journal) -> None:
        """`journal` makes pseudonyms, and the keys behind them."""
        self._journal = journal

    async def resolve(
        self, connection: AsyncConnection, acts: Mapping[EventId, Act]
    ) -> dict[EventId, tuple[SenderId, ...]]:
        """The senders that each act is about; none where nobody is meant or known."""
        return {event: await self._one(connection, act) for event, act in acts.items()}

    def exempt(self, responses: Responses) -> frozenset[SenderId]:
        """The senders whom nobody can mute."""
        return frozenset(
            self._journal.sender(target.channel, target.address)
            for written in responses.exempt
            if isinstance(target := read_target(written), ByAddress)
        )

    async def _one(self, connection: AsyncConnection, act: Act) -> tuple[SenderId, ...]:
        match concerns(act):
            case About.SENDER:
                return await self._named(connection, act.target)
            case About.RAID:
                return await raids.members_of(connection, act.target)
            case About.ACT:
                return await team.muted_by(connection, act.target)
            case _:
                return ()

    async def _named(self, connection: AsyncConnection, written: str) -> tuple[SenderId, ...]:
        match read_target(written):
            case ByHandle(handle=handle):
                found = await people.by_handle(connection, handle)
                return (found,) if found else ()
            case ByAddress(channel=channel, address=address):
                sender = self._journal.sender(channel, address)
                await self._journal.keyring.ensure(connection, {sender: address})
                return (sender,)
            case None:
                return ()
