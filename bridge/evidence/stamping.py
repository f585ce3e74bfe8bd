"""What a timestamp says (RFC 3161), read without any library for it: its sum, its instant, its signature.

Whether the authority is to be believed is for the reader: the certificate that the token carries is told.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

_DIGESTS = {
    "608648016503040201": "sha256",
    "608648016503040202": "sha384",
    "608648016503040203": "sha512",
}
"""By the bytes of their object identifiers."""

_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
_INTEGER, _OCTETS, _TIME, _SEQUENCE, _SET, _FIRST = 0x02, 0x04, 0x18, 0x30, 0x31, 0xA0
_GRANTED = (0, 1)
_HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


@dataclass(frozen=True)
class Stamp:
    """What a token turned out to say."""

    at: str
    """YYYYMMDDHHMMSSZ, by the authority's clock."""
    authority: str
    """The subject of its certificate."""
    nonce: int | None = None
    """What it repeats of the question."""


class NoStamp(ValueError):
    """The token says nothing of these bytes; the message is why."""


@dataclass(frozen=True)
class _Node:
    tag: int
    body: bytes
    raw: bytes


def read_stamp(token: bytes, stamped: bytes) -> Stamp:
    """What a token says of `stamped`. Raises `NoStamp`."""
    try:
        return _read(token, stamped)
    except (IndexError, ValueError, KeyError, UnsupportedAlgorithm) as error:
        raise NoStamp(str(error) if isinstance(error, NoStamp) else "it cannot be read") from error


def token_of(answer: bytes) -> bytes:
    """The token in an authority's answer. Raises `NoStamp`.

    Read here, as whoever checks a dossier will read it: authorities send their certificates in any order.
    """
    try:
        status, *granted = _children(_one(answer))
        if int.from_bytes(_children(status)[0].body, "big") not in _GRANTED:
            raise NoStamp("it was refused")
        return granted[0].raw
    except IndexError as error:
        raise NoStamp("it cannot be read") from error


def _read(token: bytes, stamped: bytes) -> Stamp:
    signed = _children(_children(_one(token))[1])[0]
    parts = _children(signed)
    content = _children(_children(parts[2])[1])[0].body
    told = _children(_one(content))
    imprint = _children(told[2])
    digest = _DIGESTS[_children(imprint[0])[0].body.hex()]
    if imprint[1].body != hashlib.new(digest, stamped).digest():
        raise NoStamp("it was made for something else")
    at = next(node for node in told if node.tag == _TIME).body.decode("ascii")
    _, _, *nonce = (int.from_bytes(node.body, "big") for node in told if node.tag == _INTEGER)
    return Stamp(at, _signed_by(parts, content), nonce[0] if nonce else None)


def _signed_by(parts: list[_Node], content: bytes) -> str:
    info = _children(_children(parts[-1])[0])
    digest = _DIGESTS[_children(info[2])[0].body.hex()]
    attributes = next(node for node in info if node.tag == _FIRST)
    named = [_children(one) for one in _children(attributes)]
    (sum_,) = [_children(values)[0].body for kind, values in named if kind.body == _MESSAGE_DIGEST]
    if sum_ != hashlib.new(digest, content).digest():
        raise NoStamp("its content was changed")
    signature = [node for node in info if node.tag == _OCTETS][-1].body
    told = bytes([_SET]) + attributes.raw[1:]
    sent = next((_children(node) for node in parts[3:-1] if node.tag == _FIRST), [])
    for certificate in (x509.load_der_x509_certificate(one.raw) for one in sent if one.tag == _SEQUENCE):
        if _is_by(certificate, signature, told, digest):
            return certificate.subject.rfc4514_string()
    raise NoStamp("no certificate in it made its signature")


def _is_by(certificate: x509.Certificate, signature: bytes, told: bytes, digest: str) -> bool:
    key, algorithm = certificate.public_key(), _HASHES[digest]
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, told, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, told, ec.ECDSA(algorithm))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _one(der: bytes) -> _Node:
    return _node(der, 0)[0]


def _children(parent: _Node) -> list[_Node]:
    nodes, at = [], 0
    while at < len(parent.body):
        node, at = _node(parent.body, at)
        nodes.append(node)
    return nodes


def _node(der: bytes, at: int) -> tuple[_Node, int]:
    """One value of DER (X.690), and where the next begins."""
    tag, length, begin = der[at], der[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        length, begin = int.from_bytes(der[begin : begin + count], "big"), begin + count
    end = begin + length
    if end > len(der):
        raise NoStamp("it breaks off")
    return _Node(tag, der[begin:end], der[at:end]), end
