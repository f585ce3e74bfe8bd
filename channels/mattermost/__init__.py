"""The Mattermost room: a server of the team's own, a bot account, a slash command. Touches floors 0-1."""
