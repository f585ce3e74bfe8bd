"""Remembers the last few of something, to know a repeat. Pure."""

from collections import OrderedDict


class Recent:
    """A set of strings that forgets the oldest."""

    def __init__(self, most: int) -> None:
        """Keeps `most` of them."""
        self._most = most
        self._seen: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, item: str) -> bool:
        return item in self._seen

    def add(self, item: str) -> bool:
        """Whether it is new."""
        is_new = item not in self._seen
        self._seen[item] = None
        self._seen.move_to_end(item)
        if len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return is_new
