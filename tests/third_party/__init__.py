"""A channel from somebody else's package."""
