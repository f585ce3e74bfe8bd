"""Whom a new message tells: https://docs.slack.dev/messaging/formatting-message-text#mentioning-users.

An edit tells nobody. In a thread, people and groups that are mentioned are told; a mention of many is taken
for one only where the reply stands in the channel as well.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_MARKED = re.compile(r"<@([UW][A-Z0-9]+)>|<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>|<!(here|channel|everyone)>")
_MANY = frozenset({"here", "channel", "everyone"})
_NAMED = {"user": "user_id", "usergroup": "usergroup_id", "broadcast": "range"}


def mentioned(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """Ids of people and groups, `here` and the like, in order; of blocks where there are some."""
    blocks = arguments.get("blocks")
    found = _in_blocks(blocks) if blocks else _in_text(str(arguments.get("text") or ""))
    quiet = arguments.get("thread_ts") and not _is_true(arguments.get("reply_broadcast"))
    return tuple(one for one in dict.fromkeys(found) if not (quiet and one in _MANY))


def _in_blocks(drawing: object) -> Iterator[str]:
    if isinstance(drawing, list):
        for part in drawing:
            yield from _in_blocks(part)
    elif isinstance(drawing, dict):
        kind = drawing.get("type")
        if kind in _NAMED:
            yield str(drawing[_NAMED[kind]])
        if kind == "mrkdwn":
            yield from _in_text(str(drawing.get("text")))
        for part in drawing.values():
            yield from _in_blocks(part)


def _in_text(text: str) -> Iterator[str]:
    for match in _MARKED.finditer(text):
        yield next(filter(None, match.groups()))


def _is_true(value: object) -> bool:
    return str(value).lower() in {"1", "true"}
