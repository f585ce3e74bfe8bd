"""What is worked out of people's words and numbers: remembered for speed, and let go of with them."""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

T = TypeVar("T")

_forgetting: list[Callable[[], None]] = []


def remembered(most: int) -> "Callable[[Callable[..., T]], _lru_cache_wrapper[T]]":
    """Remembers the newest `most` results. Whatever is asked about what a person wrote, or is, takes this."""

    def remember(work: Callable[..., T]) -> "_lru_cache_wrapper[T]":
        cached = lru_cache(maxsize=most)(work)
        _forgetting.append(cached.cache_clear)
        return cached

    return remember


class once(Generic[T]):  # noqa: N801 - it stands where `property` might
    """A property that is worked out at the first look.

    Before 3.12 Python's own takes a lock, which makes it three times as slow; a message asks for some twenty.
    """

    def __init__(self, work: Callable[[Any], T]) -> None:
        self._work, self.__doc__ = work, work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, one: Any, owner: type | None = None) -> T:
        """Asked once of each: from then on its own dictionary answers."""
        found = one.__dict__[self._name] = self._work(one)
        return found


def forget_all() -> None:
    """Empties each of them: nobody can tell what in it was whose."""
    for forget in _forgetting:
        forget()
