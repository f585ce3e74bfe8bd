"""The witnesses of the log that the operator named: timestamp authorities, and an address outside.

Nobody is dialled who was not named. Each call is given up in time, and whatever it comes to harms nothing.
"""

import asyncio
from collections.abc import Mapping, Sequence

import aiohttp
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from bridge.evidence.stamping import NoStamp, read_stamp, token_of
from bridge.loops.pinning import Unwitnessed, Witness
from bridge.noun import Noun
from bridge.settings import Settings
from bridge.store.books.pins import Pin

PATIENCE = 20.0
"""Seconds for one call in all."""

_LARGEST = 100_000  # bytes of an answer
_GOOD = range(200, 300)


class Authority(Noun):
    """A timestamp authority (RFC 3161)."""

    url: str

    async def see(self, pin: Pin) -> bytes:
        """Its token for the pin's note. Raises `Unwitnessed`."""
        note = pin.note.encode()
        builder = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256)
        request = builder.cert_request(cert_request=True).build()
        headers = {"content-type": "application/timestamp-query"}
        answer = await _post(self.url, request.as_bytes(), headers)
        try:
            token = token_of(answer)
            stamp = read_stamp(token, note)
        except NoStamp as fault:
            raise Unwitnessed("_".join(str(fault).split())) from fault
        if stamp.nonce not in (None, request.nonce):
            raise Unwitnessed("an_old_answer")
        return token


class Outside(Noun):
    """An address that merely keeps what it is told, as a second room's incoming webhook."""

    url: str

    async def see(self, pin: Pin) -> None:
        """Tells it the pin's note. Raises `Unwitnessed`."""
        async with _session() as session:
            await _answered(session.post(self.url, json={"text": pin.note}, allow_redirects=False))


def witnesses(settings: Settings) -> Sequence[Witness]:
    """Those that are named; none is unless somebody did."""
    outside = [Outside(settings.pin_url)] if settings.pin_url else []
    return [*map(Authority, settings.timestamp_urls), *outside]


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE), trust_env=True)


async def _post(url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    async with _session() as session:
        return await _answered(session.post(url, data=body, headers=headers, allow_redirects=False))


async def _answered(call: aiohttp.client._RequestContextManager) -> bytes:
    try:
        async with asyncio.timeout(PATIENCE), call as response:
            body = await response.content.read(_LARGEST)
            if response.status not in _GOOD:
                raise Unwitnessed(f"http_{response.status}")
            return body
    except TimeoutError as error:
        raise Unwitnessed("timeout") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise Unwitnessed("unreachable") from error
