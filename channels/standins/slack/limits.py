"""How often Slack may be called: https://docs.slack.dev/apis/web-api/rate-limits."""

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_MINUTE = 60.0

TIERS: Mapping[str, int] = {
    "apps.connections.open": 1,
    "auth.test": 4,
    "chat.delete": 3,
    "chat.deleteScheduledMessage": 3,
    "chat.postEphemeral": 4,
    "chat.scheduleMessage": 3,
    "chat.scheduledMessages.list": 3,
    "chat.update": 3,
    "conversations.members": 4,
    "files.completeUploadExternal": 4,
    "files.getUploadURLExternal": 4,
    "usergroups.list": 2,
    "users.info": 4,
    "views.open": 4,
    "views.publish": 4,
    "views.update": 4,
}
"""The tier of each method; posting has a rule of its own."""


@dataclass(slots=True)
class Limits:
    """Counts calls; the clock is in seconds and only ever moves forward."""

    now: Callable[[], float]
    seconds_between_posts: float = 1.0
    """In one channel."""
    leeway: float = 0.1
    """The network makes even calls uneven, which Slack forgives."""
    per_minute: dict[int, int] = field(default_factory=lambda: {1: 10, 2: 20, 3: 50, 4: 100})
    """By tier. Slack promises 1 in the first one, and forgives a few more."""
    _posted: dict[str, float] = field(default_factory=dict)
    _called: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def wait(self, method: str, channel: str) -> float:
        """Seconds until the call may be made; 0 counts it as made."""
        if method == "chat.postMessage":
            return self._wait_to_post(channel)
        called, now = self._called[method], self.now()
        while called and called[0] <= now - _MINUTE:
            called.popleft()
        if len(called) >= self.per_minute[TIERS[method]]:
            return called[0] + _MINUTE - now
        called.append(now)
        return 0

    def _wait_to_post(self, channel: str) -> float:
        now = self.now()
        rest = self._posted.get(channel, -_MINUTE) + self.seconds_between_posts - now
        if rest > self.leeway:
            return rest
        self._posted[channel] = now
        return 0
