"""What one person is shown when they ask: texts, how things stand, and the buttons under them.

Nobody else sees it: it goes back with what they pressed or typed.
"""

from collections.abc import Callable, Sequence
from typing import Any

import structlog

from bridge.errors import RempartError, StoreUnavailable
from bridge.heart.acts import doubtful, find, texts_found
from bridge.model import Act
from bridge.noun import Noun, field
from bridge.ports import Host, Unreachable
from bridge.wording import Words
from channels.mattermost.home import home_attachments, home_text
from channels.mattermost.members import Members
from channels.mattermost.payloads import Seal
from channels.mattermost.shown import (
    bundles_text,
    discovery_attachments,
    discovery_text,
    said,
    samples_text,
)
from channels.rooms.hearing import Hearing
from channels.rooms.standing import for_strangers

log = structlog.get_logger("rempart.mattermost")


class Told(Noun):
    """What one person is told, and the buttons under it."""

    text: str
    attachments: Sequence[dict[str, Any]] = field(default=())


class Pressed(Noun):
    """Where a button that is pressed comes to, and how it is known for one of ours."""

    url: str
    seal: Seal


class Reading:
    """Draws it; raises nothing."""

    def __init__(
        self, host: Host, members: Members, hearing: Hearing, words: Callable[[], Words], pressed: Pressed
    ) -> None:
        """Asks nobody yet."""
        self._host, self._members, self._hearing, self._words = host, members, hearing, words
        self._pressed = pressed.url, pressed.seal.context

    async def home(self, actor: str) -> Told:
        """How things stand, with what can be done; who is muted, and why, is the channel's business."""
        words = self._words()
        try:
            home, belongs = await self._host.home(), await self._members.belongs(actor)
        except StoreUnavailable:
            return Told(said([words("not_now")]))
        except Unreachable as silence:
            return Told(said([words("unsure", code=str(silence))]))
        shown = home if belongs else for_strangers(home, words)
        link = self._host.status_link() if belongs else None
        return Told(home_text(shown, words, link), home_attachments(shown, words, *self._pressed))

    async def texts(self, wish: Act) -> Told:
        """Texts, for the one who asked."""
        words = self._words()
        try:
            return await self._seen(await self._hearing.vouched(wish), words)
        except StoreUnavailable:
            return Told(said([words("not_now")]))
        except RempartError as refusal:
            return Told(said([str(refusal)]))
        except Exception:
            log.exception("texts could not be shown", verb=wish.verb)
            return Told(said([words("fault")]))

    async def _seen(self, act: Act, words: Words) -> Told:
        if act.verb == doubtful.VERB.name:
            return Told(bundles_text(await self._host.doubtful(act), words))
        if act.verb in (find.VERB.name, texts_found.VERB.name):
            found = await self._host.find(act)
            return Told(discovery_text(found, words), discovery_attachments(found, *self._pressed))
        return Told(samples_text(await self._host.samples(act), words))
