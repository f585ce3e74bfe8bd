"""The HTTP face: provider webhooks on a short path, health and metrics beside them. Floor 4."""
