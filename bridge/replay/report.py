"""The report of a replay (in the making)."""

from bridge.replay.run import Result


def page(result: Result) -> str:
    """The page."""
    return f"<!doctype html><title>{result.summary['messages']}</title>"
