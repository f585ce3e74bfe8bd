"""The team's home page, as a slash command without a word answers it: to its reader alone. Pure."""

from itertools import count

from bridge.card import Home, HomeMute
from bridge.wording import Words
from channels.mattermost.drawing import Attachment, Carry, actions, plain, safe
from channels.mattermost.shown import said

_MOST_ROWS = 10
"""Mutes, and rules, each with a button: the newest; `/rempart mutes` lists them all."""


def home_text(home: Home, words: Words, link: str | None) -> str:
    """What stands above it; `link` opens the status page."""
    opens = f"\n[{plain(words('status_page'))}]({link})" if link else ""
    return f"**{safe(home.title)}**{opens}"


def home_attachments(home: Home, words: Words, url: str, carry: Carry) -> list[Attachment]:
    """How things stand with what can be done about it; then rules and mutes, each with its way back."""
    ids = count()
    fields = [{"title": plain(one.label), "value": safe(one.value), "short": True} for one in home.facts]
    head = {
        "fallback": plain(home.title),
        "fields": fields,
        "footer": plain(home.footer),
        "actions": actions(home.buttons, url, carry, ids),
    }

    def row(one: HomeMute) -> Attachment:
        told = f"**{safe(one.handle)}** {safe(one.told)}"
        return {
            "fallback": plain(one.handle),
            "text": told,
            "actions": actions([one.undo], url, carry, ids),
        }

    left_out = max(0, len(home.mutes) - _MOST_ROWS) + home.mutes_left_out
    return [
        head,
        *_headed(home.rules_label if home.rules else ""),
        *map(row, home.rules[:_MOST_ROWS]),
        *_headed(home.mutes_label),
        *map(row, home.mutes[:_MOST_ROWS]),
        *_headed(words("more", count=left_out) if left_out else ""),
    ]


def _headed(line: str) -> list[Attachment]:
    return [{"fallback": plain(line), "text": said([line])}] if line else []
