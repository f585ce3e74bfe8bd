"""What is worked out of people's words and numbers: remembered for speed, and let go of with them."""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

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


def forget_all() -> None:
    """Empties each of them: nobody can tell what in it was whose."""
    for forget in _forgetting:
        forget()
