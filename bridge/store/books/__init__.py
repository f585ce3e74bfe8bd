"""The books as they are kept: loaded for the events at hand, saved once, in the transaction of the fold.

Nothing here decides anything, nor knows what an effect does: `bridge.heart.books` does.
"""

from bridge.store.books.loading import Shelf
from bridge.store.books.saving import save

__all__ = ["Shelf", "save"]
