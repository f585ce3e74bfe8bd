"""A local Twilio, for the demo and for tests."""

from channels.standins.twilio.standin import TwilioStandIn

__all__ = ["TwilioStandIn"]
