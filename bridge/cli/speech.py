"""Says things in the language of whoever sits at the terminal."""

from bridge.cli.tongue import language
from bridge.wording import Words

__all__ = ["language", "words"]


def words() -> Words:
    """Says things in that language."""
    return Words(language())
