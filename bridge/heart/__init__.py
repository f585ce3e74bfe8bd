"""The pure heart: `fold(books, event, now)`, the same for service, replay and tests.

Floor 1: no I/O, no clock of its own, no randomness but a seeded one.
"""

from bridge.heart.books import Books
from bridge.heart.effects import Advance, Cancel, Decide, Effect, Hold, Remember
from bridge.heart.fold import fold
from bridge.heart.step import step

__all__ = ["Advance", "Books", "Cancel", "Decide", "Effect", "Hold", "Remember", "fold", "step"]
