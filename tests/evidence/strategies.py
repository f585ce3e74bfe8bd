"""Happenings and entries of every kind, with the oddest texts that a provider could hand over."""

from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from bridge.evidence.canonical import Entry
from bridge.model import (
    Act,
    Contact,
    Deed,
    EventId,
    Happening,
    Message,
    Progress,
    Receipt,
    ReplyId,
    SenderId,
    Wish,
)

EVERYTHING = st.characters(categories=["L", "M", "N", "P", "S", "Z", "C"])
"""Every code point, controls, private ones and lone surrogates included."""


def is_whole(text: str) -> bool:
    """Whether no two halves of a character stand side by side, each as a character of its own."""
    return not any("\ud800" <= one <= "\udbff" and "\udc00" <= two <= "\udfff" for one, two in pairwise(text))


TEXTS = st.text(EVERYTHING, max_size=40).filter(is_whole)
HEX = st.text("0123456789abcdef", min_size=32, max_size=32)
INSTANTS = st.integers(-(2**53), 2**63 - 1)
"""Time as the journal holds it: any 64-bit integer, beyond what a double can tell apart."""

MESSAGES = st.builds(
    Message,
    channel=TEXTS,
    provider_id=TEXTS,
    line=TEXTS,
    address=TEXTS,
    text=TEXTS,
    at=INSTANTS,
    segments=st.integers(0, 2**31),
    language=st.none() | TEXTS,
    wish=st.none() | st.sampled_from(Wish),
    attachments=st.integers(0, 10),
    form=st.sampled_from(["text", "edit", "picture", "voice", "video", "sticker", "file", "other", "call"]),
    asks=st.none() | st.sampled_from(["help", "privacy", "group", "forget", "forget_yes"]),
    metered=st.booleans(),
    media=st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple),
    until=st.none() | INSTANTS,
)
RECEIPTS = st.builds(
    Receipt,
    channel=TEXTS,
    provider_id=TEXTS,
    message_id=TEXTS,
    reply=st.none() | HEX.map(ReplyId),
    address=TEXTS,
    progress=st.sampled_from(Progress),
    at=INSTANTS,
    error=st.none() | TEXTS,
    opted_out=st.booleans(),
    never_left=st.booleans(),
    cost=st.none() | st.integers(0, 2**63 - 1),
    by_itself=st.booleans(),
)
CONTACTS = st.builds(
    Contact, channel=TEXTS, provider_id=TEXTS, address=TEXTS, at=INSTANTS, open=st.booleans()
)
ACTS = st.builds(
    Act,
    channel=TEXTS,
    provider_id=TEXTS,
    actor=TEXTS,
    verb=TEXTS,
    target=TEXTS,
    at=INSTANTS,
    length=st.none() | INSTANTS,
    reason=TEXTS,
    groups=st.lists(TEXTS, max_size=4).map(tuple),
    member=st.booleans(),
)
DEEDS = st.builds(
    Deed,
    channel=TEXTS,
    provider_id=TEXTS,
    address=TEXTS,
    what=st.sampled_from(["send", "posture", "erasure"]),
    at=INSTANTS,
    data=st.lists(st.tuples(TEXTS, st.none() | TEXTS | INSTANTS), max_size=4).map(tuple),
)
KINDS: dict[type, st.SearchStrategy[Any]] = {
    Message: MESSAGES,
    Receipt: RECEIPTS,
    Contact: CONTACTS,
    Act: ACTS,
    Deed: DEEDS,
}
HAPPENINGS: st.SearchStrategy[Happening] = st.one_of(*KINDS.values())

ENTRIES = st.builds(
    Entry,
    id=HEX.map(EventId),
    channel=TEXTS,
    kind=st.sampled_from(["message", "receipt", "contact", "act"]),
    sender=HEX.map(SenderId),
    received_at=INSTANTS,
    sealed=st.binary(max_size=60),
)
ENTRY_FIELDS = Entry.__struct_fields__
