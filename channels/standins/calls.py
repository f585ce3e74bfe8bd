"""The requests that a stand-in makes to the service; they survive whatever the other side does."""

from collections.abc import Mapping

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)


class Caller:
    """Posts, each time over a connection of its own."""

    def __init__(self, patience_seconds: float) -> None:
        """Needs a running loop. `patience_seconds`: how long an answer may take."""
        self._session = ClientSession(
            connector=TCPConnector(force_close=True),
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=patience_seconds),
        )
        self.answer = ""
        """What the newest call was answered."""

    async def deliver(
        self, url: str, body: bytes | Mapping[str, str], headers: Mapping[str, str], attempts: int = 1
    ) -> int | None:
        """The HTTP status; `None` when nobody answered. Only a failure to connect is tried again."""
        for _ in range(attempts):
            try:
                async with self._session.post(
                    url, data=body, headers=headers, allow_redirects=False
                ) as answer:
                    self.answer = await answer.text(errors="replace")
                    return answer.status
            except ClientConnectorError:
                continue
            except (ClientError, OSError):
                return None
        return None

    async def close(self) -> None:
        """Lets go of connections."""
        await self._session.close()
