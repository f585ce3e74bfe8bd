"""What a running service answers to calls that no provider makes."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from twilio.request_validator import RequestValidator

from bridge.store.engine.tables import events
from tests.support.house import House, opened

FORM = {"MessageSid": "SM1", "From": "+33612345678", "To": "+33639980000", "Body": "Salut"}
URLENCODED = "application/x-www-form-urlencoded"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path) as running:
        yield running


async def post(
    house: House,
    body: bytes,
    signature: str | None,
    path: str = "/twilio/sms",
    content_type: str = URLENCODED,
) -> tuple[int, str]:
    headers = {"Content-Type": content_type, "Host": "somewhere.else.example"}
    if signature is not None:
        headers["X-Twilio-Signature"] = signature
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{house.url}{path}", data=body, headers=headers) as response,
    ):
        return response.status, await response.text()


def signed(house: House, form: dict[str, str], path: str = "/twilio/sms") -> str:
    token = house.environment["TWILIO_AUTH_TOKEN"]
    return str(RequestValidator(token).compute_signature(f"{house.url}{path}", form))


async def stored(house: House) -> int:
    """How many texts; receipts may have come for the replies to them."""

    async def work(connection: AsyncConnection) -> int:
        texts = select(func.count()).select_from(events).where(events.c.kind == "message")
        return await connection.scalar(texts) or 0

    return await house.service.store.read(work)


async def test_a_signed_call_is_stored_and_answered_with_an_empty_response(house: House) -> None:
    status, body = await post(house, urlencode(FORM).encode(), signed(house, FORM))
    assert status == 200
    assert body.endswith("<Response></Response>")
    assert await stored(house) == 1


async def test_a_signed_text_of_any_characters_is_stored(house: House) -> None:
    for number, text in enumerate(["", "\0", "\x1b[31m", "🙂", "é" * 1600, "\u202e", " "]):
        form = FORM | {"MessageSid": f"SM{number}", "Body": text}
        assert (await post(house, urlencode(form).encode(), signed(house, form)))[0] == 200
    assert await stored(house) == 7


REFUSED = [
    ("unsigned", None, None, 403),
    ("an empty signature", "", None, 403),
    ("a wrong signature", "bm90IHRoZSBzaWduYXR1cmU=", None, 403),
    ("a signature that is no base64", "%%%é", None, 403),
    ("tampered", "of the form", urlencode(FORM | {"Body": "autre chose"}).encode(), 403),
    ("a field added", "of the form", urlencode(FORM | {"Extra": "1"}).encode(), 403),
    ("not UTF-8", "of the form", b"MessageSid=SM1&Body=%E9", 400),
    ("a lone surrogate", "of the form", b"MessageSid=SM1&Body=%ED%A0%80", 400),
    ("raw bytes", "of the form", bytes(range(128, 256)), 400),
    ("too large", "of the form", b"Body=" + b"a" * 70_000, 413),
]


@pytest.mark.parametrize(
    ("signature", "body", "expected"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
@pytest.mark.parametrize("path", ["/twilio/sms", "/twilio/status"])
async def test_a_call_that_is_not_the_providers_is_refused_and_leaves_nothing(
    house: House, path: str, signature: str | None, body: bytes | None, expected: int
) -> None:
    given = signed(house, FORM, path) if signature == "of the form" else signature
    encoded = None if given is None else given.encode().decode("latin-1")
    status, answer = await post(house, urlencode(FORM).encode() if body is None else body, encoded, path)
    assert status == expected
    assert "Traceback" not in answer
    assert await stored(house) == 0


@pytest.mark.parametrize("missing", ["MessageSid", "From", "To"])
async def test_a_signed_call_without_what_it_needs_is_malformed(house: House, missing: str) -> None:
    form = {name: value for name, value in FORM.items() if name != missing}
    assert (await post(house, urlencode(form).encode(), signed(house, form)))[0] == 400


async def test_a_body_that_grows_past_the_limit_in_chunks_is_refused(house: House) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"a" * 1024

    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{house.url}/twilio/sms", data=chunks()) as response,
    ):
        assert response.status == 413


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [("GET", "/twilio/sms", 405), ("GET", "/nowhere", 404), ("POST", "/healthz", 405), ("GET", "/", 404)],
)
async def test_other_methods_and_paths_are_answered_plainly(
    house: House, method: str, path: str, expected: int
) -> None:
    async with aiohttp.ClientSession() as session, session.request(method, house.url + path) as response:
        assert response.status == expected


async def test_garbage_on_the_wire_ends_one_connection_and_nothing_else(house: House) -> None:
    port = int(house.url.rpartition(":")[2])
    for garbage in (
        b"\0\0\0\0\r\n\r\n",
        b"POST /twilio/sms HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"\xff" * 5000,
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(garbage)
        writer.write_eof()
        async with asyncio.timeout(10):
            assert not (await reader.read()).startswith(b"HTTP/1.1 200")
        writer.close()
    assert (await post(house, urlencode(FORM).encode(), signed(house, FORM)))[0] == 200


async def test_the_health_pages_tell_nothing_personal(house: House) -> None:
    await post(house, urlencode(FORM).encode(), signed(house, FORM))
    await house.folded()
    async with aiohttp.ClientSession() as session:
        for path in ("/healthz", "/readyz", "/metrics"):
            async with session.get(house.url + path) as response:
                page = await response.text()
                assert response.status == 200
                assert "612345678" not in page
                assert "Salut" not in page
    assert all(name.startswith("rempart_") for name in await house.metrics())
