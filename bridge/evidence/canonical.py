"""Canonical bytes: one way only to write a happening down, so that hashes can be compared.

JSON with sorted keys, no spaces and ASCII escapes. A lone surrogate survives it; two halves of a
character side by side, which some programs make of one, are read as that character.
"""

import json
from dataclasses import dataclass, fields
from typing import Any

from bridge.model import (
    Act,
    Contact,
    EventId,
    Happening,
    Message,
    Micros,
    Progress,
    Receipt,
    ReplyId,
    SenderId,
    Wish,
)


def canonical(plain: dict[str, Any]) -> bytes:
    """The canonical bytes of plain data."""
    return _encode(plain).encode("ascii")


def kind_of(what: Happening) -> str:
    """The journal's word for what kind of happening this is."""
    return _KINDS[type(what)]


def write(what: Happening) -> bytes:
    """A happening as canonical bytes: the inverse of `read`."""
    return canonical({name: getattr(what, name) for name in _FIELDS[type(what)]})


def read(kind: str, written: bytes) -> Happening:
    """The happening that `write` wrote down."""
    values = json.loads(written)
    if kind == "message":
        wish = values.pop("wish")
        return Message(**values, wish=Wish(wish) if wish else None)
    if kind == "contact":
        return Contact(**values)
    if kind == "act":
        return Act(**values | {"groups": tuple(values["groups"])})
    reply = values.pop("reply")
    progress = Progress(values.pop("progress"))
    return Receipt(**values, reply=ReplyId(reply) if reply else None, progress=progress)


_KINDS: dict[type, str] = {Message: "message", Receipt: "receipt", Contact: "contact", Act: "act"}
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode

_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in (Message, Receipt, Contact, Act)}


@dataclass(frozen=True, slots=True)
class Entry:
    """A journal row: what is known in clear, and the sealed rest. The chain runs over entries."""

    id: EventId
    channel: str
    kind: str
    sender: SenderId
    received_at: Micros
    sealed: bytes
