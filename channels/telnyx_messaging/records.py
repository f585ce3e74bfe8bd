"""Asks Telnyx what became of a reply: its detail records, then the message itself. Touches floor 0.

https://developers.telnyx.com/api-reference/detail-records/search-detail-records and
.../messages/retrieve-a-message. Nowhere is it said how far the records lag behind: so absence proves nothing
before `LAG`, and what cannot be compared is in doubt.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bridge.model import MINUTE, SECOND, Micros, Outgoing
from bridge.ports import Accepted, InDoubt, Unreachable
from channels.telnyx_messaging.translation import cost_of, instant, reply_of

if TYPE_CHECKING:
    from channels.dialling import Dialler

LAG: Micros = 15 * MINUTE
"""After the call began: until then it is unknown whether there will be a record."""

_SKEW: Micros = MINUTE
"""Telnyx's clock and ours may differ by so much."""

_PAGE = 50
"""Records a page: the most that Telnyx gives. Nobody gets so many replies in a day."""

_NOT_FOUND = 404


async def find(
    dialler: Dialler, reply: Outgoing, since: Micros, others: Collection[str], now: Micros
) -> Accepted | InDoubt | None:
    """The reply as Telnyx knows it, if it took it after `since`. Raises `Unreachable`."""
    unclear = InDoubt("log_lags") if now - since < LAG else None
    for name in await _sent_to(dialler, reply.address, since - _SKEW):
        if name in others:
            continue
        record = await _message(dialler, name)
        if record is None or (not record.get("text") and reply_of(record) is None):
            unclear = InDoubt("incomparable")
        elif reply_of(record) == reply.id or record.get("text") == reply.text:
            return Accepted(name, cost_of(record.get("cost")))
    return unclear


async def _sent_to(dialler: Dialler, address: str, earliest: Micros) -> list[str]:
    """The ids of what was sent to somebody, the newest first."""
    day = datetime.fromtimestamp(earliest / SECOND, UTC).date().isoformat()
    query = {
        "filter[record_type]": "messaging",
        "filter[direction]": "outbound",
        "filter[cld]": address,
        "filter[created_at][gte]": day,
        "sort": "-created_at",
        "page[size]": str(_PAGE),
    }
    told = (await dialler.ask("/v2/detail_records", query)).told
    records = told.get("data") if isinstance(told, dict) else None
    if not isinstance(records, list):
        raise Unreachable("unreadable")  # what lists no records proves nothing
    return [str(one["uuid"]) for one in records if _is_ours(one, address, earliest)]


def _is_ours(record: Any, address: str, earliest: Micros) -> bool:
    """Whether a record can be of a reply to somebody: what the filter was for, looked at once more."""
    if not isinstance(record, dict) or not isinstance(record.get("uuid"), str):
        return False
    made = instant(record.get("created_at"))
    return record.get("cld") == address and (made is None or made >= earliest)


async def _message(dialler: Dialler, name: str) -> Mapping[str, Any] | None:
    answered = await dialler.answered("GET", f"/v2/messages/{name}")
    if answered.status == _NOT_FOUND:
        return None
    told = answered.told if answered.status < 400 else None  # noqa: PLR2004 - the first error
    data = told.get("data") if isinstance(told, dict) else None
    if not isinstance(data, dict):
        raise Unreachable(f"status_{answered.status}", answered.retry_after)
    return data
