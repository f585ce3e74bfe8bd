"""Reads Twilio's own log of messages: what came in, how replies fare, and whether a reply was taken.

Touches floor 0 and the SDK. Every page is one bounded call; nothing is repeated by itself.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientError
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from bridge.model import MINUTE, SECOND, Happening, Message, Micros, Outgoing, Receipt
from bridge.ports import Accepted, Unreachable
from channels.twilio.codes import OPTED_OUT, reason
from channels.twilio.translation import CHANNEL, PROGRESS
from channels.twilio.transport import Transport

PAGE = 1000
"""Messages a page: the most that Twilio gives."""

LONGEST_PAGE = 25.0
"""Seconds for one call."""

SKEW: Micros = MINUTE
"""Twilio's clock and ours may differ by so much."""

_MOST_DIGITS = 6
_MOST_OF_ONE_RECIPIENT = 200


class Log:
    """The log of one number."""

    def __init__(
        self, client: Callable[[Transport], Client], transport: Callable[[], Transport], number: str
    ) -> None:
        """`transport` makes a carrier for one call; `client` makes the SDK's client on it."""
        self._client, self._transport, self._number = client, transport, number

    async def since(self, earliest: Micros) -> list[Happening]:
        """Everything that the number received or sent since `earliest`, oldest first; or `Unreachable`."""
        after = datetime.fromtimestamp(earliest / SECOND, UTC)
        found = [self._read(record) async for record in self._all(date_sent_after=after)]
        return [happening for happening in reversed(found) if happening is not None]

    async def find(self, reply: Outgoing, earliest: Micros) -> Accepted | None:
        """The reply as Twilio knows it, if it took it after `earliest`. Raises `Unreachable`."""
        seen = 0
        async for record in self._all(to=reply.address):
            if _is(record, reply, earliest - SKEW):
                return Accepted(record.sid)
            seen += 1
            if seen >= _MOST_OF_ONE_RECIPIENT:
                break
        return None

    async def _all(self, **wanted: Any) -> AsyncIterator[Any]:
        """The records, newest first, page by page."""
        transport = self._transport()
        messages = self._client(transport).messages
        page = await _bounded(messages.page_async(**wanted, page_size=PAGE), transport)
        while page is not None:
            for record in page:
                yield record
            page = await _bounded(page.next_page_async(), transport)

    def _read(self, record: Any) -> Happening | None:
        if record.direction == "inbound":
            return _message(record) if record.to == self._number else None
        return _receipt(record) if record.from_ == self._number else None


async def _bounded(call: Any, transport: Transport) -> Any:
    try:
        async with asyncio.timeout(LONGEST_PAGE):
            return await call
    except TimeoutError as error:
        raise Unreachable("timeout") from error
    except TwilioException as error:
        raise Unreachable(f"status_{transport.status}", transport.retry_after) from error
    except (ClientError, OSError) as error:
        raise Unreachable("unreachable") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreachable("unreadable") from error


def _message(record: Any) -> Message:
    at = _at(record.date_sent or record.date_created)
    return Message(
        channel=CHANNEL,
        provider_id=record.sid,
        line=record.to,
        address=record.from_,
        text=record.body or "",
        at=at,
        segments=max(1, _count(record.num_segments)),
        attachments=_count(record.num_media),
    )


def _receipt(record: Any) -> Receipt | None:
    status = str(getattr(record.status, "value", record.status) or "")
    progress = PROGRESS.get(status)
    if progress is None:
        return None
    code = _count(record.error_code) or None
    return Receipt(
        channel=CHANNEL,
        provider_id=f"{record.sid}:{status}",
        message_id=record.sid,
        reply=None,
        address=record.to,
        progress=progress,
        at=_at(record.date_updated or record.date_created),
        error=None if code is None else reason(code),
        opted_out=code == OPTED_OUT,
    )


def _is(record: Any, reply: Outgoing, earliest: Micros) -> bool:
    """Whether a record is this reply; a trial account puts words of its own before the text."""
    if not str(record.direction).startswith("outbound") or record.to != reply.address:
        return False
    return _at(record.date_created) >= earliest and (record.body or "").strip().endswith(reply.text.strip())


def _at(moment: datetime | None) -> Micros:
    return round(moment.timestamp() * SECOND) if moment else 0


def _count(value: object) -> int:
    text = str(value or "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0
