"""Finds whom an act is about: by handle, by address, by raid, or by the act that it undoes."""

from bridge.heart.acts import concerns
from bridge.heart.acts.verb import About
from bridge.heart.books import Books
from bridge.model import Act, EventId, Micros, SenderId
from bridge.moderation.directory import exempt
from bridge.moderation.targets import ByAddress, ByHandle, read_people, read_pseudonym, read_target
from bridge.responses import Responses
from bridge.store.books import doubted
from bridge.store.books import senders as people
from bridge.store.books.journal import Journal
from bridge.store.books.loading import Shelf


class Targets:
    """Resolves targets inside the fold's transaction; an address never seen gets a row of its own.

    The journal names people by their pseudonyms; what older releases wrote down may hold an address.
    """

    def __init__(self, journal: Journal) -> None:
        """`journal` makes pseudonyms, and the keys behind them."""
        self._journal = journal

    async def about(  # noqa: PLR0911 - a kind of target each
        self, shelf: Shelf, books: Books, event: EventId, act: Act
    ) -> tuple[SenderId, ...]:
        """Whom an act is about; none where nobody is meant or known."""
        match concerns(act):
            case About.RAID:
                return await shelf.members(act.target)
            case About.GROUP:
                return await doubted.members(shelf.connection, self._journal, act.target, event)
            case About.CHOICE:
                return await shelf.chosen(act.target, event)
            case About.ACT:
                return await shelf.touched(act.target, event)
            case About.FOUND:
                return await shelf.met(read_people(act.target))
            case About.SENDER:
                found = await self._named(shelf, act.target, act.at)
                await shelf.fetch(books, found)
                books.changes.senders.update(found)  # a stranger's handle is told, and may be typed next
                return found
            case _:
                return ()

    def exempt(self, responses: Responses) -> frozenset[SenderId]:
        """The senders whom nobody can mute."""
        return exempt(responses, self._journal.sender)

    async def _named(self, shelf: Shelf, written: str, now: Micros) -> tuple[SenderId, ...]:
        known = read_pseudonym(written)
        if known is not None:
            return tuple(one.id for one in await people.find(shelf.connection, [known]))
        match read_target(written):
            case ByHandle(handle=handle):
                found = await people.by_handle(shelf.connection, handle)
                return (found,) if found else ()
            case ByAddress(channel=channel, address=address):
                sender = self._journal.sender(channel, address)
                await self._journal.keyring.ensure(shelf.connection, {sender: address}, now)
                return (sender,)
            case None:
                return ()
