"""What a life of the service does before it begins: it is in a hurry, and may be told where it is to die.

It looks and retries more often here than in service, so that a run takes minutes and not hours.
"""

import os
from typing import Any

from bridge.loops import dispatch, reconcile
from bridge.service import pipeline
from channels import sms
from channels.twilio import looks
from tests.chaos.points import arm

_HURRIED: tuple[tuple[Any, str, Any], ...] = (
    (reconcile, "REST", 0.5),
    (reconcile, "LONG_ENOUGH", 3_000_000),
    (pipeline, "RECOVER_EVERY", 0.5),
    (dispatch, "_ABANDONED", 3_000_000),
    (dispatch, "_PATIENCE", (300_000, 1_000_000)),
    (looks, "_SELDOM", 1.0),
    (looks, "_OVERLAP", 20_000_000),
    (sms.Sms, "patience_seconds", 1),
)


def hurry() -> None:
    """In this process from now on; `CRASH_AT` says where it dies, see `points`."""
    for owner, name, value in _HURRIED:
        if not hasattr(owner, name):
            raise AttributeError(f"There is no {name} to hurry.")
        setattr(owner, name, value)
    arm(os.environ.get("CRASH_AT", ""))
