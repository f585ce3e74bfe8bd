"""Messages that Slack is to post later: https://docs.slack.dev/messaging/sending-and-scheduling-messages.

Slack posts them by itself, whatever has become of the app; until a minute before, they can be deleted.
"""

from typing import Any

from bridge.noun import Noun

Json = dict[str, Any]

FURTHEST_SECONDS = 120 * 24 * 3600
"""https://docs.slack.dev/reference/methods/chat.scheduleMessage#restrictions."""

NEAREST_SECONDS = 10
SETTLED_SECONDS = 60
"""https://docs.slack.dev/reference/methods/chat.deleteScheduledMessage#restrictions."""

MOST, WINDOW_SECONDS = 30, 300
"""So many messages may be posted to one channel within a window."""


class Scheduled(Noun):
    """A message that waits."""

    id: str
    post_at: int
    """Seconds since 1970."""
    created_at: int
    arguments: Json

    def listed(self, channel: str) -> Json:
        """As `chat.scheduledMessages.list` tells it."""
        return {
            "id": self.id,
            "channel_id": channel,
            "post_at": self.post_at,
            "date_created": self.created_at,
            "text": str(self.arguments.get("text") or ""),
        }


def objection(post_at: object, now: float, others: list[Scheduled]) -> str | None:
    """Why a message cannot be scheduled for then, in Slack's own code."""
    try:
        at = int(str(post_at))
    except ValueError:
        return "invalid_time"
    if at < now + NEAREST_SECONDS:
        return "time_in_past"
    if at > now + FURTHEST_SECONDS:
        return "time_too_far"
    near = [one for one in others if abs(one.post_at - at) < WINDOW_SECONDS]
    return "restricted_too_many" if len(near) >= MOST else None
