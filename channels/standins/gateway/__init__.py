"""A local telephone with SMS Gateway for Android on it."""

from channels.standins.gateway.standin import GatewayStandIn

__all__ = ["GatewayStandIn"]
