"""The hash chain: each event's place in it fixes everything that came before.

A link is SHA-256 over the link before it and the canonical bytes of the entry with its place.
"""

from dataclasses import dataclass
from hashlib import sha256

from bridge.evidence.canonical import Entry, canonical


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the chain; the first event has place 1."""

    place: int
    digest: bytes


GENESIS = Link(0, bytes(32))


def extend(head: Link, entry: Entry) -> Link:
    """The link that follows `head` when `entry` is folded."""
    place = head.place + 1
    fields = {
        "place": place,
        "id": entry.id,
        "channel": entry.channel,
        "kind": entry.kind,
        "sender": entry.sender,
        "received_at": entry.received_at,
        "sealed": sha256(entry.sealed).hexdigest(),
    }
    return Link(place, sha256(head.digest + canonical(fields)).digest())
