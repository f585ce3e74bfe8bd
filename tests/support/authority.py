"""A stand-in of a timestamp authority (RFC 3161), on a port of its own; it can be told to misbehave."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from bridge.evidence.stamping import _children, _one
from tests.support.house import free_port

_SIGNED_DATA, _INFO = "2a864886f70d010702", "2a864886f70d0109100104"
_CONTENT_TYPE, _DIGEST = "2a864886f70d010903", "2a864886f70d010904"
_SHA256, _ECDSA = "608648016503040201", "2a8648ce3d040302"
_POLICY = "2a0304"


def der(tag: int, *parts: bytes) -> bytes:
    """One value of DER."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def number(value: int) -> bytes:
    """An INTEGER."""
    return der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(written: str) -> bytes:
    """An OBJECT IDENTIFIER, by its bytes."""
    return der(0x06, bytes.fromhex(written))


class Authority:
    """Signs what it is asked to, with a certificate that it made for itself."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Stand-in authority")])
        now = datetime(2026, 1, 1, tzinfo=UTC)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(7)
            .not_valid_before(now)
            .not_valid_after(now + timedelta(days=3650))
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
            .sign(self.key, hashes.SHA256())
        )
        self.mood = "well"
        self.further: list[bytes] = []
        """Certificates that it sends beside its own."""
        self.backwards = False
        """Whether it sends them in the order that DER does not allow."""
        self.asked = 0
        self.heard: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        """One question."""
        self.asked += 1
        body = await request.read()
        match self.mood:
            case "down":
                return web.Response(status=503)
            case "odd":
                return web.Response(body=b"\x30\x03not", content_type="application/timestamp-reply")
            case "refuses":
                return web.Response(body=der(0x30, der(0x30, number(2))))
            case "lies":
                body = body.replace(_children(_children(_one(body))[1])[1].body, sha256(b"else").digest())
        return web.Response(body=self.reply(body), content_type="application/timestamp-reply")

    async def hear(self, request: web.Request) -> web.Response:
        """What a second room is told."""
        self.heard.append((await request.json())["text"])
        return web.Response(text="ok")

    def reply(self, request: bytes) -> bytes:
        """A whole answer."""
        parts = _children(_one(request))
        nonce = [one.raw for one in parts[2:] if one.tag == 0x02]
        if self.mood == "stale":
            nonce = [number(7)]
        at = der(0x18, b"20260921141900Z")
        info = der(0x30, number(1), oid(_POLICY), parts[1].raw, number(42), at, *nonce)
        return der(0x30, der(0x30, number(0)), self.token(info))

    def token(self, info: bytes) -> bytes:
        """A signed TSTInfo."""
        algorithm = der(0x30, oid(_SHA256), der(0x05))
        attributes = der(0x30, oid(_CONTENT_TYPE), der(0x31, oid(_INFO))) + der(
            0x30, oid(_DIGEST), der(0x31, der(0x04, sha256(info).digest()))
        )
        signature = self.key.sign(der(0x31, attributes), ec.ECDSA(hashes.SHA256()))
        issuer = der(0x30, self.certificate.issuer.public_bytes(), number(7))
        signer = der(
            0x30,
            number(1),
            issuer,
            algorithm,
            der(0xA0, attributes),
            der(0x30, oid(_ECDSA)),
            der(0x04, signature),
        )
        content = der(0x30, oid(_INFO), der(0xA0, der(0x04, info)))
        sent = [*self.further, self.certificate.public_bytes(Encoding.DER)]
        certificates = der(0xA0, *sorted(sent, reverse=self.backwards))
        signed = der(0x30, number(3), der(0x31, algorithm), content, certificates, der(0x31, signer))
        return der(0x30, oid(_SIGNED_DATA), der(0xA0, signed))


@asynccontextmanager
async def running() -> AsyncIterator[tuple[Authority, str]]:
    """An authority that answers, and its base URL: `/tsr` stamps, `/hook` listens."""
    authority = Authority()
    app = web.Application()
    app.router.add_post("/tsr", authority.answer)
    app.router.add_post("/hook", authority.hear)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield authority, f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()
