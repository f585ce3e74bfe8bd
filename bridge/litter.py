"""How often Python looks for objects that hold each other in circles."""

import gc

_MADE_BETWEEN_LOOKS = 50_000
"""Objects: hardly any of what we make goes in circles. With a look for every 700 of them, the default, it
took a seventh of a webhook and a tenth of a replay."""


def look_seldom() -> None:
    """To be called once everything stands that stays to the end: it is not looked through again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_MADE_BETWEEN_LOOKS)
