"""Puts a picture into a thread: its bytes first, which nobody sees; then, once its words stand, the picture.

https://docs.slack.dev/messaging/working-with-files#upload. What cannot be shown costs nobody the words.
"""

import asyncio
from collections.abc import Callable

import structlog
from aiohttp import ClientError, ClientSession

from bridge.card import Picture
from bridge.noun import Noun
from bridge.picture import png
from bridge.ports import Unreachable
from channels.slack.api import Api

_NO_SCOPE = "missing_scope"

log = structlog.get_logger("rempart.slack")


class Staged(Noun):
    """A picture that Slack has, and shows nobody yet."""

    file: str = ""
    """Slack's id of it; empty where it would not take it."""
    lacks_scope: bool = False
    """Set once, where the app was never given the right to upload: somebody must be told."""


class Pictures:
    """Uploads through the Web API, and to the address that it names, if that is Slack's."""

    def __init__(self, api: Api, session: ClientSession, belongs: Callable[[str], bool]) -> None:
        """`belongs` tells which URLs may be dialled."""
        self._api, self._session, self._belongs = api, session, belongs
        self._complained = False

    async def stage(self, picture: Picture) -> Staged:
        """Uploads it; raises nothing."""
        try:
            return Staged(await self._upload(picture, await asyncio.to_thread(png, picture)))
        except Unreachable as fault:
            log.warning("a picture could not be uploaded", why=str(fault))
            first, self._complained = not self._complained, self._complained or str(fault) == _NO_SCOPE
            return Staged(lacks_scope=first and str(fault) == _NO_SCOPE)

    async def show(self, staged: Staged, picture: Picture, channel: str, thread: str) -> None:
        """Shows what was staged in a thread; raises nothing."""
        try:
            await self._api.call(
                "files.completeUploadExternal",
                files=[{"id": staged.file, "title": picture.title}],
                channel_id=channel,
                thread_ts=thread,
            )
        except Unreachable as fault:
            log.warning("a picture could not be shown", why=str(fault))

    async def _upload(self, picture: Picture, drawn: bytes) -> str:
        alternative = f"{picture.title}. {'; '.join(picture.legend)}."
        answer = await self._api.call(
            "files.getUploadURLExternal", filename=picture.name, length=len(drawn), alt_txt=alternative
        )
        url, file = answer.get("upload_url"), answer.get("file_id")
        if not (isinstance(url, str) and isinstance(file, str) and self._belongs(url)):
            raise Unreachable("unreadable")
        await self._send(url, drawn)
        return file

    async def _send(self, url: str, drawn: bytes) -> None:
        try:
            async with (
                asyncio.timeout(self._api.patience_seconds),
                self._session.post(url, data=drawn, allow_redirects=False) as answer,
            ):
                if not answer.ok:
                    raise Unreachable(f"http_{answer.status}")
        except (TimeoutError, ClientError, OSError, ValueError):
            raise Unreachable("disconnected") from None
