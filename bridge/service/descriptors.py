"""File descriptors: as many as the system gives, and some kept for what must never lack one."""

import resource
from contextlib import suppress

from bridge.web.crowd import MOST

_ENOUGH = 65_536
_PLAIN_MOST = 10_240  # what macOS takes where it calls its own limit infinite
_RESERVE = 256  # for the database, the control socket, and calls to providers


def raise_limit() -> int:
    """Raises the process's limit of descriptors as far as it may; returns it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for enough in (_ENOUGH, _PLAIN_MOST):
        wanted = enough if hard == resource.RLIM_INFINITY else min(enough, hard)
        if soft == resource.RLIM_INFINITY or soft >= wanted:
            break
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            return wanted
    return _ENOUGH if soft == resource.RLIM_INFINITY else soft


def places(limit: int) -> int:
    """How many connections there is room for, of so many descriptors."""
    return max(1, min(MOST, limit - min(_RESERVE, limit // 4)))
