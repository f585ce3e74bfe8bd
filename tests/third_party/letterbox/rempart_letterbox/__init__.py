"""Letterbox, an imaginary messenger, as a channel of Rempart: all that a channel needs, in one file.

What it says of itself stands in `locale`. It calls us with signed JSON, and takes replies as JSON. Touches
floors 0 and 1 of the bridge, and its SDK.
"""

import asyncio
import hashlib
import hmac
import re
from collections.abc import Mapping

import aiohttp
from pydantic import BaseModel, ValidationError

from bridge.credentials import all_or_none, base_url, unfit
from bridge.model import SECOND, Answer, Call, Message, Micros, Outgoing
from bridge.ports import (
    Accepted,
    Addresses,
    InDoubt,
    NotProcessed,
    Outcome,
    Refused,
    Webhook,
    Wiring,
)

PATH = "/letterbox/letters"
SIGNATURE = "x-letterbox-signature"

_TOKEN, _SECRET = "LETTERBOX_TOKEN", "LETTERBOX_SECRET"
_URL = "LETTERBOX_API_URL"
_AUTHOR = re.compile(r"[a-z0-9-]{3,32}")

_ACCEPTED, _UNAUTHORIZED, _TIMEOUT, _GONE, _BUSY = 202, 401, 408, 410, 429


class _Letter(BaseModel):
    """What the provider tells of a message."""

    id: str
    author: str
    text: str
    written: int
    """Seconds since 1970."""


class _Taken(BaseModel):
    id: str


class Letterbox:
    """Receives by webhook, and hands each reply over once. There are no receipts."""

    name = "letterbox"
    line = "letterbox"
    variables = (_TOKEN, _SECRET, _URL)

    patience_seconds: float = 25
    """How long a call may take in all; the house gives up every outside call within 30 s."""

    def __init__(self, token: str, secret: str, url: str, wiring: Wiring) -> None:
        """Opens nothing and dials nobody."""
        self._token, self._secret, self._url = token, secret.encode(), url
        self._append = wiring.append
        self._session: aiohttp.ClientSession | None = None

    @classmethod
    def connect(cls, environment: Mapping[str, str], wiring: Wiring) -> "Letterbox | None":
        """The channel, or `None` when no credential is set; raises `Misconfigured`."""
        found = all_or_none(environment, (_TOKEN, _SECRET))
        if found is None:
            return None
        if wiring.public_url is None:
            raise unfit("letterbox_needs_url")
        url = base_url(environment, _URL, "https://letterbox.example.org", "Letterbox")
        return cls(found[_TOKEN], found[_SECRET], url, wiring)

    @staticmethod
    def addresses(_environment: Mapping[str, str]) -> Addresses:
        """Who writes there has a name that never changes hands."""
        return Addresses(_author, example="blue-door")

    def webhooks(self) -> Mapping[str, Webhook]:
        """One, for letters."""
        return {PATH: self._receive}

    async def open(self) -> None:
        """Makes the pool of connections."""
        self._session = aiohttp.ClientSession(headers={"Authorization": f"Bearer {self._token}"})

    async def close(self) -> None:
        """Lets go of connections; may be called at any time, and twice."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _receive(self, call: Call) -> Answer:
        """Believes only what is signed, and says "taken" only after the commit."""
        signed = hmac.new(self._secret, call.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signed.encode(), call.headers.get(SIGNATURE, "").encode()):
            return Answer(403)
        try:
            letter = _Letter.model_validate_json(call.body)
        except ValidationError:
            return Answer(400)
        await self._append([self._message(letter)])
        return Answer(200)

    def _message(self, letter: _Letter) -> Message:
        """The provider's id is the guard against repeats: it stays as it is."""
        at = letter.written * SECOND
        return Message(self.name, letter.id, self.line, letter.author, letter.text, at, metered=False)

    async def send(self, reply: Outgoing) -> Outcome:
        """Hands the reply over exactly once; every way in which that can fail is an outcome."""
        if self._session is None:
            raise RuntimeError("The channel must be opened before it dials anyone.")
        letter = {"to": reply.address, "text": reply.text}
        try:
            async with (
                asyncio.timeout(self.patience_seconds),
                self._session.post(f"{self._url}/letters", json=letter, allow_redirects=False) as answer,
            ):
                return _outcome(answer, await answer.read())
        except aiohttp.ClientConnectorError:
            return NotProcessed("unreachable")
        except TimeoutError:
            return InDoubt("timeout")
        except aiohttp.ClientError:
            return InDoubt("disconnected")


def _outcome(answer: aiohttp.ClientResponse, body: bytes) -> Outcome:
    """Could the provider have taken it? Where nobody can know, it is in doubt."""
    match answer.status:
        case status if status == _ACCEPTED:
            return _taken(body)
        case status if status == _GONE:
            return Refused("opted_out", opted_out=True)
        case status if status == _BUSY:
            return NotProcessed("rate_limited", _pause(answer.headers.get("Retry-After", "")))
        case status if status == _UNAUTHORIZED:
            return NotProcessed("credentials")
        case status if 400 <= status < 500 and status != _TIMEOUT:
            return NotProcessed(f"http_{status}")
    return InDoubt(f"http_{answer.status}")


def _taken(body: bytes) -> Outcome:
    try:
        return Accepted(_Taken.model_validate_json(body).id, price=0)
    except ValidationError:
        return InDoubt("unreadable")


def _pause(seconds: str) -> Micros | None:
    return int(seconds) * SECOND if re.fullmatch(r"[0-9]{1,4}", seconds) else None


def _author(written: str) -> str | None:
    name = written.strip()
    return name if _AUTHOR.fullmatch(name) else None
