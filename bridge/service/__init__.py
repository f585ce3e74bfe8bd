"""The service: the one place where things are wired. Floor 4."""
