"""Pseudonyms: the keyed hash by which a sender is looked up, and the handle people see."""

from collections.abc import Iterator
from hashlib import blake2b

from bridge.model import EventId, SenderId
from bridge.privacy.wordlist import ADJECTIVES, ANIMALS

_NUMBERS = 100
_SPACE = len(ADJECTIVES) * len(ANIMALS) * _NUMBERS


def sender_id(key: bytes, channel: str, address: str) -> SenderId:
    """The keyed hash (BLAKE2b, 16 bytes) of one address on one channel."""
    digest = blake2b(f"{channel}:{address}".encode("utf-8", "surrogatepass"), key=key, digest_size=16)
    return SenderId(digest.hexdigest())


def event_id(channel: str, kind: str, provider_id: str) -> EventId:
    """The same for every repeat of one event, so that the journal holds it once."""
    digest = blake2b(f"{channel}:{kind}:{provider_id}".encode("utf-8", "surrogatepass"), digest_size=16)
    return EventId(digest.hexdigest())


def handles(sender: SenderId) -> Iterator[str]:
    """The handles a sender may bear, best first: the first that nobody else bears is the one.

    They come from the keyed hash alone, so they tell nothing about the number.
    """
    start = int(sender, 16)
    for attempt in range(_SPACE):
        rest, number = divmod((start + attempt * _STRIDE) % _SPACE, _NUMBERS)
        adjective, animal = divmod(rest, len(ANIMALS))
        yield f"{ADJECTIVES[adjective]}-{ANIMALS[animal]}-{number:02}"


_STRIDE = 1_299_709
"""A prime that does not divide the space: every handle is reached, and neighbours look unlike."""
