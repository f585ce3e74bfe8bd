"""A local Slack, for the demo and for tests."""

from channels.standins.slack.standin import SlackStandIn

__all__ = ["SlackStandIn"]
