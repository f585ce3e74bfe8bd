"""How `rempart doctor` calls our own webhooks, which refuse what is unsigned: so that nobody counts it.

Else whoever looks at how things stand would be told that somebody is refused, and why that may be. Pure.
"""

from collections.abc import Mapping
from hashlib import blake2b
from hmac import compare_digest

_HEADER = "x-rempart-doctor"


def knock(key: bytes) -> dict[str, str]:
    """The header that says who calls; whoever lacks the key is counted like anybody."""
    return {_HEADER: _word(key)}


def is_knock(headers: Mapping[str, str], key: bytes | None) -> bool:
    """Whether it is we who call."""
    given = headers.get(_HEADER)
    return given is not None and key is not None and compare_digest(given.encode(), _word(key).encode())


def _word(key: bytes) -> str:
    return blake2b(b"doctor", key=key, digest_size=16).hexdigest()
