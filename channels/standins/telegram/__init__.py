"""A local Telegram, for the demo and for tests."""

from channels.standins.telegram.standin import TelegramStandIn

__all__ = ["TelegramStandIn"]
