"""Lists messages as Twilio does: filtered, newest first, in pages."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from urllib.parse import urlencode

from bridge.noun import Noun
from channels.standins.twilio.messages import API_VERSION, Record

_DEFAULT_SIZE = 50
_LARGEST_SIZE = 1000
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

Query = Mapping[str, str]


class Filter(Noun):
    """What a listing asks for. The bounds include the second, or the day, that they name."""

    to: str | None
    from_: str | None
    earliest: datetime | None
    end: datetime | None
    """The first instant past the latest one asked for."""

    @classmethod
    def read(cls, query: Query) -> "Filter":
        """From the query of a listing; raises `ValueError` for a date that is none."""
        on, after, before = (_span(query.get(name)) for name in ("DateSent", "DateSent>", "DateSent<"))
        return cls(
            to=query.get("To") or None,
            from_=query.get("From") or None,
            earliest=(on or after or (None, None))[0],
            end=(on or before or (None, None))[1],
        )

    def takes(self, record: Record) -> bool:
        """Whether the listing contains `record`."""
        return (
            self.to in {None, record.shown.get("to", record.to)}
            and self.from_ in {None, record.shown.get("from", record.from_)}
            and self._spans(record.sent)
        )

    def _spans(self, sent: datetime | None) -> bool:
        """By the whole seconds that Twilio shows; what was never sent is in no span of time."""
        if sent is None:
            return self.earliest is None and self.end is None
        at = sent.replace(microsecond=0)
        return (self.earliest is None or self.earliest <= at) and (self.end is None or at < self.end)


def page(records: Sequence[Record], account: str, query: Query) -> dict[str, object]:
    """The JSON of one page out of `records`, which come newest first.

    The token names the last message of the page before, so that what arrives meanwhile shifts nothing. Raises
    `ValueError` when the query makes no sense.
    """
    size = min(max(1, int(query.get("PageSize") or _DEFAULT_SIZE)), _LARGEST_SIZE)
    number = int(query.get("Page") or 0)
    found = filter(Filter.read(query).takes, _after(records, query.get("PageToken")))
    shown = list(islice(found, size))
    following = (
        {**query, "PageSize": size, "Page": number + 1, "PageToken": _token(shown[-1])} if shown else {}
    )
    path = f"/{API_VERSION}/Accounts/{account}/Messages.json"
    return {
        "messages": [record.resource(account) for record in shown],
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(0, len(shown) - 1),
        "uri": f"{path}?{urlencode(query)}",
        "first_page_uri": f"{path}?{urlencode({**query, 'PageSize': size, 'Page': 0, 'PageToken': ''})}",
        "previous_page_uri": None,
        "next_page_uri": f"{path}?{urlencode(following)}" if any(True for _ in found) else None,
    }


def _span(text: str | None) -> tuple[datetime, datetime] | None:
    """From the first instant of a date, or of a second, to the first one after it."""
    if not text:
        return None
    start = datetime.fromisoformat(text)
    start = start if start.tzinfo else start.replace(tzinfo=UTC)
    return start, start + (timedelta(days=1) if _DATE.fullmatch(text) else timedelta(seconds=1))


def _token(record: Record) -> str:
    return f"PA{record.sid}"


def _after(records: Sequence[Record], token: str | None) -> Sequence[Record]:
    """Those that follow the one that the token names."""
    if not token:
        return records
    place = next((at for at, record in enumerate(records) if _token(record) == token), None)
    if place is None:
        raise ValueError("The page token names no message.")
    return records[place + 1 :]
