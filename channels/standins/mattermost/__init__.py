"""A local stand-in of a Mattermost server."""

from channels.standins.mattermost.standin import MattermostStandIn

__all__ = ["MattermostStandIn"]
