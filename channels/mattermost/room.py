"""Posts cards in the feed channel, edits them in place, and speaks in their threads."""

from collections.abc import Callable, Mapping
from typing import Any

from bridge.card import Card, Note
from bridge.noun import Noun
from bridge.ports import Unreachable
from bridge.wording import Words
from channels.mattermost.api import Api
from channels.mattermost.drawing import card_attachment, note_attachments, note_message
from channels.mattermost.members import Members
from channels.mattermost.payloads import Seal
from channels.mattermost.settings import ID

_GONE, _FORBIDDEN = "not_found", "forbidden"
_MARK = "rempart_card"
"""Stands in a card's message, where nobody sees it, with the card's key."""

_NEWEST = 100
"""Messages that are looked through for a card which may have been posted."""

_NO_THREAD = frozenset({"not_found", "refused"})
"""The server calls a thread that is gone a malformed request."""


class Feed(Noun):
    """Where cards stand, and what their buttons carry."""

    channel: str
    """An id."""
    actions_url: str
    """Where the server says that a button was pressed."""
    seal: Seal


class Room:
    """The feed channel."""

    def __init__(self, api: Api, members: Members, feed: Feed, words: Callable[[], Words]) -> None:
        """Dials nobody."""
        self._api, self._members, self._words = api, members, words
        self._channel, self._url, self._seal = feed.channel, feed.actions_url, feed.seal

    async def post(self, card: Card) -> str:
        """Posts a card; returns `channel:post`. Raises `Unreachable`."""
        return await self._post(card)

    async def post_under(self, where: str, card: Card) -> str:
        """The same in the thread of what stands there. Raises `Unreachable`."""
        return await self._post(card, root_id=where.partition(":")[2])

    async def _post(self, card: Card, **where: str) -> str:
        sent = {"channel_id": self._channel, "message": "", "props": self._drawn(card), **where}
        told = await self._api.mapping("POST", "posts", sent)
        post = told.get("id")
        if not isinstance(post, str) or not ID.fullmatch(post):
            raise Unreachable("unreadable", in_doubt=True)
        return f"{self._channel}:{post}"

    async def recall(self, card: Card) -> str | None:
        """Where a card that bears its mark stands among the newest messages, of our own alone. Raises
        `Unreachable`."""
        me = (await self._api.mapping("GET", "users/me")).get("id")
        newest = await self._api.mapping("GET", f"channels/{self._channel}/posts?per_page={_NEWEST}")
        listed = newest.get("posts")
        for post in listed.values() if isinstance(listed, dict) else ():
            if (
                isinstance(post, dict)
                and post.get("user_id") == me
                and _mark_of(post, in_thread=bool(card.under)) == card.key
            ):
                return f"{self._channel}:{post['id']}"
        return None

    async def edit(self, where: str, card: Card) -> bool:
        """Makes the posted card show this state; false when it is gone. Raises `Unreachable`."""
        channel, _, post = where.partition(":")
        if channel != self._channel or not ID.fullmatch(post):
            return False
        try:
            await self._api.call("PUT", f"posts/{post}/patch", {"props": self._drawn(card)})
        except Unreachable as fault:
            if str(fault) == _GONE or (str(fault) == _FORBIDDEN and await self._is_gone(post)):
                return False
            raise
        return True

    async def _is_gone(self, post: str) -> bool:
        """Whether a message stands no more: of such a one the server says that it may not be edited. Raises
        `Unreachable`."""
        try:
            await self._api.mapping("GET", f"posts/{post}")
        except Unreachable as fault:
            if str(fault) == _GONE:
                return True
            raise
        return False

    async def note(self, where: str, note: Note) -> None:
        """Says something in the card's thread, unless that is gone. Raises `Unreachable`, also while the
        server does not tell how those are mentioned whom it wakes."""
        channel, _, post = where.partition(":")
        if channel != self._channel or not ID.fullmatch(post):
            return
        names = await self._members.handles(note.mentions)
        drawn = note_attachments(note, self._url, self._seal.context)
        said = {"message": note_message(note, names), "props": {"attachments": drawn}}
        try:
            await self._api.mapping("POST", "posts", {"channel_id": channel, "root_id": post, **said})
        except Unreachable as fault:
            if str(fault) not in _NO_THREAD:
                raise

    def _drawn(self, card: Card) -> dict[str, Any]:
        """All of it. Words there are none, and an edit leaves them alone: an admin may limit how long words
        can be edited."""
        drawn = card_attachment(card, self._words(), self._url, self._seal.context)
        return {"attachments": [drawn], _MARK: card.key}


def _mark_of(post: Mapping[str, Any], *, in_thread: bool) -> str | None:
    """By which of our cards a message stands there; none where it is gone, or stands elsewhere."""
    props, id_ = post.get("props"), post.get("id")
    if not isinstance(props, dict) or not isinstance(id_, str) or not ID.fullmatch(id_):
        return None
    stands = bool(post.get("root_id")) is in_thread and not post.get("delete_at")
    return str(props.get(_MARK)) if stands else None
