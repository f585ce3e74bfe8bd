"""How abusive the register of a text looks, by a small linear model. Pure, but for loading its weights once."""

from bridge.raid.suspicion.model import suspicion

__all__ = ["suspicion"]
