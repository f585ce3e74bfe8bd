"""Posts cards in the feed channel, edits them in place, and speaks in their threads."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bridge.card import Card, Note
from bridge.model import SECOND, Micros
from bridge.noun import replace
from bridge.ports import Parting, Unreachable
from bridge.waking import BROADCASTS
from bridge.wording import Words
from channels.rooms.recent import Recent
from channels.slack.api import Api
from channels.slack.blocks import Blocks
from channels.slack.drawing import (
    card_blocks,
    card_text,
    note_drawings,
    note_text,
    plainest,
)
from channels.slack.pages import listed, next_cursor
from channels.slack.pictures import Pictures, Staged

_REFUSED_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_NO_THREAD = frozenset({"message_not_found", "thread_not_found", "cannot_reply_to_message"})
_SECONDS = re.compile(r"[0-9]{1,12}")
_NOT_MARKUP = {"parse": "none", "link_names": False}
"""Slack is to look for neither links nor names in the text of a notification."""


class Room:
    """The feed channel. Whoever calls keeps to one call a second."""

    def __init__(self, api: Api, channel: str, words: Callable[[], Words], pictures: Pictures) -> None:
        """`channel` is an id."""
        self._api = api
        self._pictures = pictures
        self._channel = channel
        self._words = words
        self._refused = Recent(64)
        """Drawings that Slack has refused, so that it need not refuse them again each time."""

    async def post(self, card: Card) -> str:
        """Posts a card; returns `channel:ts`. Raises `Unreachable`."""
        return await self._post(card)

    async def _post(self, card: Card, **where: str) -> str:
        answer = await self._show(
            "chat.postMessage", card, unfurl_links=False, unfurl_media=False, mrkdwn=False, **where
        )
        stamp = answer.get("ts")
        if not isinstance(stamp, str):
            raise Unreachable("unreadable")
        return f"{self._channel}:{stamp}"

    async def post_under(self, where: str, card: Card) -> str:
        """The same in the thread of what stands there. Raises `Unreachable`."""
        return await self._post(card, thread_ts=where.partition(":")[2])

    async def edit(self, where: str, card: Card) -> bool:
        """Makes the posted card show this state; false when it is gone. Raises `Unreachable`."""
        channel, _, stamp = where.partition(":")
        if channel != self._channel:
            return False
        try:
            await self._show("chat.update", card, ts=stamp)
        except Unreachable as fault:
            if str(fault) in _GONE:
                return False
            raise
        return True

    async def note(self, where: str, note: Note) -> None:
        """Says something in the card's thread, unless that is gone. Raises `Unreachable`.

        In a thread, Slack tells people and groups that are mentioned, but not everybody: a mention of many
        stands in the channel as well.
        A picture that cannot be shown is left out; that the app lacks the right to it is said once.
        """
        channel, _, stamp = where.partition(":")
        staged = await self._pictures.stage(note.picture) if note.picture else Staged()
        if staged.lacks_scope:
            note = replace(note, text=f"{note.text} {self._words()('no_pictures')}")
        if await self._say(channel, stamp, note) and note.picture and staged.file:
            await self._pictures.show(staged, note.picture, channel, stamp)

    async def _say(self, channel: str, stamp: str, note: Note) -> bool:
        """Whether the thread was there to say it in."""
        heard = note.aloud or not BROADCASTS.isdisjoint(note.mentions)
        aloud = {"reply_broadcast": True} if heard else {}
        try:
            await self._speak(
                "chat.postMessage",
                note,
                channel=channel,
                thread_ts=stamp,
                mrkdwn=bool(note.mentions),
                **aloud,
            )
        except Unreachable as fault:
            if str(fault) not in _NO_THREAD:
                raise
            return False
        return True

    async def _speak(self, method: str, note: Note, **arguments: Any) -> Mapping[str, Any]:
        """However little of its drawing Slack will have: whoever is called must be. Raises `Unreachable`."""
        plain = {"text": note_text(note), "unfurl_links": False, "unfurl_media": False}
        return await self._draw(method, [*note_drawings(note), []], **plain, **arguments)

    async def leave(self, words: Note, at: Micros) -> Parting:
        """Has Slack say something in the channel at `at`. Raises `Unreachable`."""
        seconds = -(-at // SECOND)
        answer = await self._speak("chat.scheduleMessage", words, channel=self._channel, post_at=seconds)
        name = _name(answer.get("scheduled_message_id"))
        if name is None:
            raise Unreachable("unreadable", in_doubt=True)
        return Parting(name, seconds * SECOND)

    async def left(self) -> Sequence[Parting]:
        """What Slack is still to say in the channel for us. Raises `Unreachable`."""
        found: list[Parting] = []
        cursor = ""
        while True:
            following = {"cursor": cursor} if cursor else {}
            page = await self._api.call("chat.scheduledMessages.list", channel=self._channel, **following)
            found += map(_parting, listed(page, "scheduled_messages"))
            cursor = next_cursor(page.get("response_metadata"))
            if not cursor:
                return found

    async def withdraw(self, parting: Parting) -> None:
        """Has Slack not say it after all. Raises `Unreachable`."""
        try:
            await self._api.call(
                "chat.deleteScheduledMessage", channel=self._channel, scheduled_message_id=parting.id
            )
        except Unreachable as fault:
            if str(fault) != "invalid_scheduled_message_id":
                raise

    async def _show(self, method: str, card: Card, **arguments: Any) -> Mapping[str, Any]:
        """As it is meant to look; as plain lines, where Slack will not have that."""
        words = self._words()
        drawings = [card_blocks(card, words), plainest(card, words)]
        return await self._draw(method, drawings, channel=self._channel, text=card_text(card), **arguments)

    async def _draw(self, method: str, drawings: Sequence[Blocks], **arguments: Any) -> Mapping[str, Any]:
        """The first drawing that Slack will have, at worst the last; without any, the text stands alone."""
        *better, least = drawings
        for blocks in better:
            drawing = repr(blocks)
            if drawing in self._refused:
                continue
            try:
                return await self._send(method, blocks, arguments)
            except Unreachable as fault:
                if str(fault) not in _REFUSED_BLOCKS:
                    raise
                self._refused.add(drawing)
        return await self._send(method, least, arguments)

    async def _send(self, method: str, blocks: Blocks, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        drawn = {"blocks": blocks} if blocks else {}
        return await self._api.call(method, **drawn, **arguments, **_NOT_MARKUP)


def _parting(told: object) -> Parting:
    """One of the list. An entry that cannot be read makes the list unreadable."""
    entry = told if isinstance(told, dict) else {}
    name, at = _name(entry.get("id")), str(entry.get("post_at"))
    if name is None or not _SECONDS.fullmatch(at):
        raise Unreachable("unreadable")
    return Parting(name, int(at) * SECOND)


def _name(told: object) -> str | None:
    """What Slack calls a message that waits. Its documents list the number of one whose name has a Q before
    it: https://docs.slack.dev/reference/methods/chat.scheduledMessages.list."""
    if isinstance(told, int):
        return f"Q{told}"
    return told if isinstance(told, str) else None
