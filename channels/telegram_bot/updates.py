"""What is read of Telegram's updates, and nothing else: names, pictures and places are never looked at. Pure.

Shapes: https://core.telegram.org/bots/api#update. The SDK's own classes are not used for this: they check no
types, and one update that they cannot parse spoils all that came with it.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

ALLOWED = ("message", "edited_message", "my_chat_member")
"""The kinds of updates that Telegram is asked for."""

Id = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Seconds = Annotated[int, Field(ge=0, lt=2**32)]
"""Seconds since 1970 in UTC."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class Chat(_Part):
    """Where something was written; with a person the id is the person's own."""

    id: Id
    type: str

    @property
    def is_private(self) -> bool:
        """Whether one person sits there, and nobody else."""
        return self.type == "private"


class User(_Part):
    """Who wrote."""

    is_bot: bool = False
    language_code: str | None = None


class Written(_Part):
    """A message, or its newest version."""

    date: Seconds
    edit_date: Seconds | None = None
    chat: Chat
    sender: User | None = Field(None, alias="from")
    text: str | None = None
    caption: str | None = None
    parts: frozenset[str]
    """The names of all its fields that are not null: they tell what it is made of, without a look inside."""
    files: dict[str, tuple[str, str]] = {}
    """By the names of fields: type and id of the file in each."""

    @model_validator(mode="before")
    @classmethod
    def _name_parts(cls, raw: Any) -> Any:
        if not isinstance(raw, dict):
            return raw
        there = {name: value for name, value in raw.items() if value is not None}
        found = {name: file for name, value in there.items() if (file := _file_in(value)) is not None}
        return {**there, "parts": frozenset(there), "files": found}


_LONGEST = 256
"""Characters of an id or a type: what is longer is none."""


def _file_in(value: Any) -> tuple[str, str] | None:
    """The type and the id of a file; a photo comes in several sizes, the largest last."""
    told = value[-1] if isinstance(value, list) and value else value
    if not isinstance(told, dict):
        return None
    id_, kind = told.get("file_id"), told.get("mime_type") or ""
    sound = all(isinstance(one, str) and one.isprintable() and len(one) <= _LONGEST for one in (id_, kind))
    return (kind, id_) if sound and id_ else None


class Membership(_Part):
    """How the bot stands in a chat."""

    status: str


class MembershipChange(_Part):
    """Somebody blocked the bot, took it back, or put it into a group."""

    date: Seconds
    chat: Chat
    sender: User | None = Field(None, alias="from")
    old: Membership = Field(alias="old_chat_member")
    new: Membership = Field(alias="new_chat_member")


class Update(_Part):
    """One update; of a kind that was not asked for, it holds nothing."""

    update_id: Id
    message: Written | None = None
    edited_message: Written | None = None
    my_chat_member: MembershipChange | None = None


class Hook(_Part):
    """Where updates go, and how that fares: https://core.telegram.org/bots/api#webhookinfo."""

    url: str = ""
    """Empty where they are asked for."""
    pending_update_count: Id = 0
    last_error_date: Seconds | None = None
    allowed_updates: list[str] | None = None


def id_of(raw: object) -> int | None:
    """The id of an update as it came; `None` when it is no update at all."""
    told = raw.get("update_id") if isinstance(raw, dict) else None
    return told if type(told) is int else None


def ids_of(raws: Sequence[object]) -> list[int]:
    """The ids of all that are updates."""
    return [id_ for raw in raws if (id_ := id_of(raw)) is not None]
