"""Says whether a record of Twilio's log is a reply of ours: yes, no, or nobody can know. Pure.

Absence proves nothing where a field may be blank. Message Redaction empties bodies and puts XXXX for the last
four digits of numbers: what cannot be compared is unclear, never "another one".
https://www.twilio.com/docs/messaging/guides/privacy-message-redaction
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from bridge.model import SECOND, Micros, Outgoing


class Likeness(Enum):
    """What a comparison comes to."""

    SAME = "same"
    OTHER = "other"
    UNCLEAR = "unclear"


_TRIAL = "Sent from your Twilio trial account - "
_READABLE = re.compile(r"[+0-9 ().-]+")
_HIDING = "*•●█#xX"
_HIDDEN_RUN = re.compile(rf"[{re.escape(_HIDING)}]+")
_HIDDEN_WORDS = re.compile(r"([*•●█#xX])\1{2,}|redact|mask", re.IGNORECASE)


def likeness(record: Any, reply: Outgoing, earliest: Micros) -> Likeness:
    """Whether `record`, as the SDK gives it, is `reply`, handed over at `earliest` or later."""
    marks = {
        _direction(record.direction or ""),
        _recipient(record.to or "", reply.address),
        _made(made_at(record), earliest),
        _words(record.body or "", reply.text),
        Likeness.SAME if isinstance(record.sid, str) and record.sid else Likeness.UNCLEAR,
    }
    if Likeness.OTHER in marks:
        return Likeness.OTHER
    return Likeness.UNCLEAR if Likeness.UNCLEAR in marks else Likeness.SAME


def made_at(record: Any) -> Micros | None:
    """When Twilio made a record; `None` where it does not say."""
    moment = record.date_created or record.date_sent
    if not isinstance(moment, datetime):
        return None
    return round(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * SECOND)


def is_past(records: Sequence[Any], earliest: Micros) -> bool:
    """Whether a page is past an instant, on the way to older ones; where it is not told when, it is not."""
    made = [made_at(record) for record in records]
    told = [at for at in made if at is not None]
    return len(told) == len(made) and max(told) < earliest and told[0] >= told[-1]


def is_hidden(number: str | None) -> bool:
    """Whether a number is blank, or has digits hidden: nobody can say whose it is."""
    return not number or bool(_HIDDEN_RUN.search(number.rpartition(":")[2])) or not _digits(number)


def _direction(told: str) -> Likeness:
    if not told.strip():
        return Likeness.UNCLEAR
    return Likeness.SAME if told.startswith("outbound") else Likeness.OTHER


def _recipient(told: str, address: str) -> Likeness:
    """Somebody of another network (`whatsapp:...`) is another; with digits hidden, it may be the same."""
    if told == address:
        return Likeness.SAME
    network, _, told = told.rpartition(":")
    ours, _, address = address.rpartition(":")
    if network != ours:
        return Likeness.OTHER
    if _READABLE.fullmatch(told.strip()):
        return Likeness.SAME if _digits(told) == _digits(address) else Likeness.OTHER
    fits = re.compile(_HIDDEN_RUN.sub(".*", re.sub(r"[^*•●█#xX0-9]", "", told)) or ".*", re.DOTALL)
    return Likeness.UNCLEAR if fits.fullmatch(_digits(address)) else Likeness.OTHER


def _digits(number: str) -> str:
    return re.sub(r"[^0-9]", "", number).removeprefix("00")


def _made(at: Micros | None, earliest: Micros) -> Likeness:
    if at is None:
        return Likeness.UNCLEAR
    return Likeness.SAME if at >= earliest else Likeness.OTHER


def _words(told: str, text: str) -> Likeness:
    """By letters and digits alone: on its way a text loses accents, blanks and fine quotes."""
    told = told.removeprefix(_TRIAL)
    seen, ours = _skeleton(told), _skeleton(text)
    if not seen or _HIDDEN_WORDS.search(told):
        same = told.strip() == text.strip() and bool(told.strip())
        return Likeness.SAME if same else Likeness.UNCLEAR
    if ours and seen.endswith(ours):
        return Likeness.SAME
    return Likeness.UNCLEAR if ours.startswith(seen) else Likeness.OTHER  # cut off, perhaps


def _skeleton(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if sign.isalnum()).casefold()
