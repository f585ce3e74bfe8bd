"""Nouns: dataclasses that nobody changes once they are made. Floor 0: touches nothing.

That nobody does is proved by the type checker, which takes `noun` for `dataclass` and reads every line. The
running program does not prove it again: to set a field past the lock of a frozen dataclass takes four times
as long, and a message makes some thirty (docs/performance.md). They are equal, and hashed, as if frozen.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as noun
else:
    from dataclasses import dataclass

    def noun(*, frozen, slots=False):
        """Decorates a class. `frozen`: said for whoever reads, the type checker among them."""
        return dataclass(slots=slots, unsafe_hash=frozen)


__all__ = ["noun"]
