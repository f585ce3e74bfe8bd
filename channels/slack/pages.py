"""Answers that Slack gives page by page: https://docs.slack.dev/apis/web-api/pagination. Pure."""

from collections.abc import Mapping

from bridge.ports import Unreachable


def listed(answer: Mapping[str, object], name: str) -> list[object]:
    """The list in an answer. One without it is none: nothing follows from it. Raises `Unreachable`."""
    found = answer.get(name)
    if not isinstance(found, list):
        raise Unreachable("unreadable")
    return found


def next_cursor(metadata: object) -> str:
    """Where the next page begins; empty after the last one."""
    cursor = metadata.get("next_cursor") if isinstance(metadata, dict) else None
    return cursor if isinstance(cursor, str) else ""
