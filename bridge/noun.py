"""What a noun is: its fields, in order. Nobody changes it, and two are the same whose fields are. Floor 0.

What changes as it goes along is a dataclass.
"""

from typing import TYPE_CHECKING, Any, dataclass_transform

from msgspec import Struct, field
from msgspec.structs import asdict

if TYPE_CHECKING:  # whose arguments are checked: those of the library's own may be anything
    from dataclasses import replace
else:
    from msgspec.structs import replace

__all__ = ["Discreet", "Noun", "asdict", "field", "replace"]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Noun(Struct, frozen=True):
    """Whoever inherits names its fields, as a dataclass does; native code makes it, and makes it anew."""


class Discreet(Noun):
    """A noun of which nothing is shown: it holds a secret, or a proof."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Nothing either where errors are drawn in colours."""
        return []
