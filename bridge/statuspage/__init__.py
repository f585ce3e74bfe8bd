"""The page at `/status`: how a link opens it, what it shows the team, and what it tells everybody. Pure."""
