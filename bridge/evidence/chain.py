"""The hash chain: each event's place in it fixes everything that came before.

A link is SHA-256 over the link before it and the canonical bytes of the entry with its place.
"""

from hashlib import sha256
from typing import Any

from bridge.evidence.canonical import Entry, canonical
from bridge.noun import Noun


class Link(Noun):
    """A place in the chain; the first event has place 1."""

    place: int
    digest: bytes


GENESIS = Link(0, bytes(32))


def described(place: int, entry: Entry) -> dict[str, Any]:
    """An entry at its place, as plain data that may be shown: what is sealed appears as its hash."""
    return {
        "place": place,
        "id": entry.id,
        "channel": entry.channel,
        "kind": entry.kind,
        "sender": entry.sender,
        "received_at": entry.received_at,
        "sealed": sha256(entry.sealed).hexdigest(),
    }


def extend(head: Link, entry: Entry) -> Link:
    """The link that follows `head` when `entry` is folded."""
    place = head.place + 1
    return Link(place, sha256(head.digest + canonical(described(place, entry))).digest())
