"""Draws the pictures that cards carry: as PNG, for rooms that show no drawing of ours. Floor 1, pure."""

from bridge.picture.png import png

__all__ = ["png"]
