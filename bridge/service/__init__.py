"""The service: the one place where things are wired. Floor 4."""

from bridge.service.service import Service

__all__ = ["Service"]
