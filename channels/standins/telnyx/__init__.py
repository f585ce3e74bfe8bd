"""A local Telnyx."""

from channels.standins.telnyx.standin import TelnyxStandIn

__all__ = ["TelnyxStandIn"]
