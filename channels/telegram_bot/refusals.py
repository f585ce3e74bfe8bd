"""What Telegram answers where it does not do what it is asked. Touches floor 0 and the vendor's SDK.

https://core.telegram.org/bots/api#making-requests.
"""

import re
from typing import Literal

from pydantic import BaseModel, Field, ValidationError
from telegram.error import TelegramError

from bridge.model import SECOND, Micros

_RETRY_AFTER = re.compile(r"\bretry after ([0-9]{1,6})$")
"""How a description ends that asks for patience: the parameters, which say so as well, are optional."""


class Declined(TelegramError):
    """Telegram answered, and not with success.

    The SDK has classes of its own for that, but they forget the HTTP status, and warn about `retry_after`.
    """

    def __init__(self, status: int, description: str | None, retry_after: Micros | None) -> None:
        """`description` is Telegram's prose; `None` when the answer was not Telegram's."""
        super().__init__(f"HTTP {status}")
        self.status = status
        self.description = description
        self.retry_after = retry_after


class _Parameters(BaseModel):
    retry_after: int | None = Field(None, ge=0, le=366 * 86_400)


class _Refusal(BaseModel):
    ok: Literal[False]
    description: str
    parameters: _Parameters | None = None


def declined(status: int, payload: bytes) -> Declined:
    """What a payload says that came with `status`, or by its own word has that."""
    try:
        told = _Refusal.model_validate_json(payload)
    except ValidationError:
        return Declined(status, None, None)
    seconds = told.parameters.retry_after if told.parameters else None
    if seconds is None and (worded := _RETRY_AFTER.search(told.description)):
        seconds = int(worded[1])
    return Declined(status, told.description, None if seconds is None else seconds * SECOND)
