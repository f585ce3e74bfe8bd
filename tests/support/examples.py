"""How many examples a property has: few in the ordinary run, many times as many in `make properties`."""

import os

_TIMES = int(os.environ.get("EXAMPLES", "1"))


def examples(ordinary: int = 50) -> int:
    """As many as in the ordinary run, or so many times as many as EXAMPLES says."""
    return ordinary * _TIMES
