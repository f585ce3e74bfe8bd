"""Canonical bytes: one way only to write a happening down, so that hashes can be compared.

JSON with sorted keys, no spaces and ASCII escapes. A lone surrogate survives it; two halves of a
character side by side, which some programs make of one, are read as that character.
"""

import json
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from bridge.model import (
    HEARD,
    Act,
    Contact,
    Deed,
    EventId,
    Happening,
    Message,
    Micros,
    Original,
    Progress,
    Receipt,
    ReplyId,
    SenderId,
    Wish,
)
from bridge.noun import Noun


def canonical(plain: dict[str, Any]) -> bytes:
    """The canonical bytes of plain data."""
    return _encode(plain).encode("ascii")


def kind_of(what: Happening) -> str:
    """The journal's word for what kind of happening this is."""
    if isinstance(what, Message) and what.form == CALL:
        return CALL
    return _KINDS[type(what)]


def write(what: Happening, copied: str = "") -> bytes:
    """A happening as canonical bytes: the inverse of `read`.

    `copied`: the SHA-256 of the provider's own request, in hexadecimal, where one is kept beside it.
    """
    names, values = _FIELDS[type(what)]
    plain = dict(zip(names, values(what), strict=True))
    if copied:
        plain["copied"] = copied
    return canonical(plain)


def write_original(original: Original) -> bytes:
    """A provider's request as canonical bytes; the body's bytes stand as characters of the same numbers."""
    return canonical(
        {
            "algorithm": original.algorithm,
            "body": original.body.decode("latin-1"),
            "signature": original.signature,
            "url": original.url,
        }
    )


def read_original(written: bytes) -> Original:
    """The inverse of `write_original`."""
    values = json.loads(written)
    return Original(**values | {"body": values["body"].encode("latin-1")})


def read(kind: str, written: bytes) -> Happening:
    """The happening that `write` wrote down."""
    values = json.loads(written)
    values.pop("copied", None)
    if kind in HEARD:
        wish, media = values.pop("wish"), tuple(map(tuple, values.pop("media", ())))
        return Message(**values, wish=Wish(wish) if wish else None, media=media)
    if kind == "contact":
        return Contact(**values)
    if kind == "act":
        return Act(**values | {"groups": tuple(values["groups"])})
    if kind == "deed":
        return Deed(**values | {"data": tuple(map(tuple, values["data"]))})
    reply = values.pop("reply")
    progress = Progress(values.pop("progress"))
    return Receipt(**values, reply=ReplyId(reply) if reply else None, progress=progress)


CALL = "call"

_KINDS: dict[type[Happening], str] = {
    Message: "message",
    Receipt: "receipt",
    Contact: "contact",
    Act: "act",
    Deed: "deed",
}
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), check_circular=False).encode


def _written(kind: type[Happening]) -> tuple[Sequence[str], Callable[[Happening], Sequence[Any]]]:
    """The fields of a kind, and what reads them all. What is no part of the happening itself, as the request
    that told it, is not written with it."""
    names = sorted(name for name in kind.__struct_fields__ if name != "original")
    return names, attrgetter(*names)


_FIELDS = {kind: _written(kind) for kind in _KINDS}


class Entry(Noun):
    """A journal row: what is known in clear, and the sealed rest. The chain runs over entries."""

    id: EventId
    channel: str
    kind: str
    sender: SenderId
    received_at: Micros
    sealed: bytes
