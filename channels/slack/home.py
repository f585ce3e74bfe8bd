"""The App Home: how things stand, who is muted, and how to undo it."""

from collections.abc import Callable

import structlog

from bridge.errors import StoreUnavailable
from bridge.noun import Noun
from bridge.ports import Host, Unreachable
from bridge.wording import Words
from channels.rooms.patience import SHOWN_SECONDS, patiently
from channels.rooms.recent import Recent
from channels.rooms.standing import for_strangers
from channels.slack.api import Api
from channels.slack.home_page import home_view, note_view
from channels.slack.members import Members
from channels.slack.texts import Element

log = structlog.get_logger("rempart.slack")


_REMEMBERED = 256


class Leaf(Noun):
    """Which mutes a reader has open."""

    page: int = 0
    phrase: str = ""


class Homes:
    """One page for each reader; Slack shows it to nobody else."""

    def __init__(self, api: Api, host: Host, members: Members, words: Callable[[], Words]) -> None:
        """Dials nobody."""
        self._api = api
        self._host = host
        self._members = members
        self._words = words
        self._readers = Recent(_REMEMBERED)
        self._leaves: dict[str, Leaf] = {}
        self._newest: dict[str, Element] = {}
        """Pages that are on their way, by their readers."""

    def has_reader(self, user: str) -> bool:
        """Whether `user` has opened the page, and would see it go stale."""
        return user in self._readers

    async def show(self, user: str, told: str = "", leaf: Leaf | None = None) -> None:
        """Publishes the page as it is now; `told` is what came of the reader's last act. Which mutes it lists
        stays as it was, but for a new `leaf`.

        What Slack will not show is logged, and raises nothing.
        """
        self._readers.add(user)
        if leaf is not None:
            self._leaves.pop(user, None)
            self._leaves[user] = leaf
            while len(self._leaves) > _REMEMBERED:
                self._leaves.pop(next(iter(self._leaves)))
        view = await self._view(user, told)
        self._newest[user] = view
        try:
            await patiently(lambda: self._publish(user, view), SHOWN_SECONDS)
        except Unreachable as fault:
            log.warning("a home page could not be shown", why=str(fault))
        finally:
            if self._newest.get(user) is view:
                del self._newest[user]

    async def _publish(self, user: str, view: Element) -> None:
        """Unless the reader was shown a newer page while Slack stumbled over this one."""
        if self._newest.get(user) is view:
            await self._api.call("views.publish", user_id=user, view=view)

    async def _view(self, user: str, told: str) -> Element:
        words = self._words()
        try:
            leaf = self._leaves.get(user, Leaf())
            home = await self._host.home(leaf.page, leaf.phrase)
        except StoreUnavailable:
            return note_view([told, words("not_now")])
        try:
            belongs = await self._members.belongs(user)
        except Unreachable as silence:
            return note_view([told, words("unsure", code=str(silence))])
        if not belongs:
            return home_view(for_strangers(home, words), words, told)
        return home_view(home, words, told, self._host.status_link())
