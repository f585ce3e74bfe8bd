"""Reads Twilio's own log of messages: what came in, how replies fare, and whether a reply was taken.

Touches floor 0 and the SDK. Every page is one bounded call; nothing is repeated by itself.
"""

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from twilio.rest import Client

from bridge.model import MINUTE, SECOND, Happening, Message, Micros, Outgoing
from bridge.noun import replace
from bridge.ports import Accepted, Clock, InDoubt, Unreachable
from channels.attached import MOST_MEDIA, form_of
from channels.twilio.bounded import bounded
from channels.twilio.codes import never_left
from channels.twilio.likeness import Likeness, is_hidden, is_past, likeness, made_at
from channels.twilio.numbers import is_same
from channels.twilio.records import answers, charges_of, count_of, fares, message_of, taken
from channels.twilio.transport import Transport
from channels.twilio.ways import bare

PAGE = 1000
"""Messages a page: the most that Twilio gives."""

SKEW: Micros = MINUTE
"""Twilio's clock and ours may differ by so much."""

MOST_PAGES = 5
"""Pages that one look for a reply goes through: what lies behind them is unknown."""

MOST_SHOWN = 50
"""Messages of one look of which it is asked what is attached: the newest."""

_UNANSWERED = frozenset({"timeout", "unreachable"})


class Log:
    """The log of one number, on one way."""

    def __init__(
        self,
        client: Callable[[Transport], Client],
        transport: Callable[[], Transport],
        number: str,
        clock: Clock,
    ) -> None:
        """`transport` makes a carrier for one call; `client` makes the SDK's client on it; `number` is ours,
        as Twilio has it."""
        self._client, self._transport, self._number = client, transport, number
        self._clock = clock
        self.asked_at: Micros | None = None
        """When it was asked last, by Twilio's clock, where it told."""

    async def since(self, earliest: Micros, latest: Micros) -> list[Happening]:
        """Everything that the number received or sent since `earliest`; or `Unreachable`.

        First that people were answered, then the rest, each oldest first: after a restore both are news, and
        a text that is decided before it is known that it was answered would be answered again. What replies
        cost is told of those made until `latest`: the call that made a newer one may still run.
        """
        after = datetime.fromtimestamp(earliest / SECOND, UTC)
        found = [record async for record in self._all(date_sent_after=after)]
        newest_first = sorted(found, key=lambda record: -(made_at(record) or self._clock()))
        read = [happening for record in reversed(newest_first) for happening in self._read(record, latest)]
        told = sorted(read, key=answers, reverse=True)
        shown = [one for one in told if isinstance(one, Message) and one.attachments][-MOST_SHOWN:]
        known = {one.provider_id: one async for one in self._looked_at(shown)}
        return [known.get(one.provider_id, one) if isinstance(one, Message) else one for one in told]

    async def _looked_at(self, messages: Sequence[Message]) -> AsyncIterator[Message]:
        """With what is attached, as far as Twilio tells it now: the list of messages has a count alone.

        Where it does not answer once, it is not asked for the others: what people wrote must not wait for it.
        """
        with suppress(Unreachable):
            for message in messages:
                yield await self._with_media(message)

    async def _with_media(self, message: Message) -> Message:
        transport = self._transport()
        client = self._client(transport)
        listed = client.messages(message.provider_id).media.list_async(limit=MOST_MEDIA)
        try:
            found = await bounded(listed, transport)
        except Unreachable as fault:
            if str(fault) in _UNANSWERED:
                raise
            return message
        base = client.api.base_url
        media = tuple((str(one.content_type or ""), f"{base}{_address(one.uri)}") for one in found)
        return replace(message, media=media, form=form_of(media))

    async def fared(self, earliest: Micros, latest: Micros) -> list[Happening]:
        """What became of the replies sent since `earliest`, and what those made until `latest` cost, as far
        as that is known by now; or `Unreachable`.

        Of no opt-out: whoever refused one of them may have let us write since.
        """
        told: list[Happening] = []
        async for record in self._made_since(earliest, from_=self._number):
            told += [replace(one, opted_out=False) for one in fares(record)]
            told += charges_of(record, latest)
        return told

    async def received(self, earliest: Micros, latest: Micros) -> AsyncIterator[Message]:
        """What the number received between two instants, newest first; or `Unreachable`."""
        dates = {
            "date_sent_after": datetime.fromtimestamp(earliest / SECOND, UTC),
            "date_sent_before": datetime.fromtimestamp(latest / SECOND, UTC),
        }
        async for record in self._all(to=self._number, **dates):
            message = message_of(record, 0) if record.direction == "inbound" else None
            if message is not None:
                yield message

    async def find(
        self, reply: Outgoing, since: Micros, others: Collection[str]
    ) -> Accepted | InDoubt | None:
        """The reply as Twilio knows it, if it took it after `since`; in doubt where that cannot be told.

        First by its recipient; then among all that our number sent, for numbers may be hidden. Raises
        `Unreachable`.
        """
        for wanted in ({"to": reply.address}, {"from_": reply.line}):
            found = await self._look(reply, since, others, wanted)
            if found is not None:
                return found
        return None

    async def _look(
        self, reply: Outgoing, since: Micros, others: Collection[str], wanted: dict[str, str]
    ) -> Accepted | InDoubt | None:
        unclear, looked = None, 0
        async for records, behind in self._pages(**wanted):
            earliest = since - SKEW - behind
            for record in records:
                passed_over = record.sid in others or never_left(count_of(record.error_code))
                alike = Likeness.OTHER if passed_over else likeness(record, reply, earliest)
                if alike is Likeness.SAME:
                    return taken(record)
                if alike is Likeness.UNCLEAR:
                    unclear = InDoubt("incomparable")
            looked += 1
            if is_past(records, earliest):
                break
            if looked == MOST_PAGES:
                return InDoubt("log_too_long")
        return unclear

    async def _all(self, **wanted: Any) -> AsyncIterator[Any]:
        """The records, in Twilio's order."""
        async for records, _ in self._pages(**wanted):
            for record in records:
                yield record

    async def _made_since(self, earliest: Micros, **wanted: Any) -> AsyncIterator[Any]:
        """What was made since then: what never left has no date of sending, and is not found by one."""
        async for records, _ in self._pages(**wanted):
            for record in records:
                if not is_past([record], earliest):
                    yield record
            if is_past(records, earliest):
                return

    async def _pages(self, **wanted: Any) -> AsyncIterator[tuple[Sequence[Any], Micros]]:
        """The records page by page, newest first as a rule, each with how far Twilio's clock is behind ours.
        An empty page is the last, also where it names another: else a look could go on for ever."""
        transport = self._transport()
        messages = self._client(transport).messages
        page = await bounded(messages.page_async(**wanted, page_size=PAGE), transport)
        self.asked_at = transport.date
        while page is not None and (records := _records(page)):
            yield records, max(0, self._clock() - (transport.date or self._clock()))
            page = await bounded(page.next_page_async(), transport)

    def _read(self, record: Any, latest: Micros) -> Iterator[Happening]:
        if record.direction == "inbound":
            message = message_of(record, self._clock())
            if message is not None and is_same(record.to, self._number):
                yield replace(message, line=bare(self._number))
        elif is_same(record.from_ or "", self._number) and not is_hidden(record.to):
            yield from (*fares(record), *charges_of(record, latest))


def _records(page: Any) -> list[Any]:
    """Those of a page. Raises `Unreachable`: what lists no messages is not Twilio's, and proves nothing."""
    if "messages" not in page._payload:  # noqa: SLF001 - the SDK takes any list for the records
        raise Unreachable("unreadable")
    try:
        return list(page)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreachable("unreadable") from error


def _address(uri: object) -> str:
    """Where the bytes lie, behind the base: what the API gives is the address of what it tells of them."""
    return str(uri or "").removesuffix(".json")
