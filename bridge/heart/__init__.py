"""The pure heart: `step(state, event, now) -> effects`, the same for service, replay and tests.

Floor 1: no I/O, no clock of its own, no randomness but a seeded one.
"""

from bridge.heart.effects import Advance, Cancel, Decide, Effect, Hold, Remember
from bridge.heart.state import State
from bridge.heart.step import step

__all__ = ["Advance", "Cancel", "Decide", "Effect", "Hold", "Remember", "State", "step"]
