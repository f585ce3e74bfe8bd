"""Decodes the form of a webhook, strictly and cheaply: nobody knows yet whether it is genuine. Pure."""

import re
from binascii import a2b_qp

from bridge.model import Call
from channels.twilio.signature import Fields

LIMIT_BYTES = 64 * 1024
"""The longest text, 1,600 characters, takes 19,200 bytes where all are emoji; what Twilio's add-ons tell
beside it, and what next year's fields do, has the room that every body has."""

LIMIT_FIELDS = 200

_TYPE = "application/x-www-form-urlencoded"
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def decode(call: Call) -> Fields | None:
    """The fields in the order they came, blank ones included; `None` when the body is not such a form.

    Broken escapes and bytes that are not UTF-8, lone surrogates included, make it no form at all: signed
    texts must reach the journal unaltered, so nothing is replaced. A NUL is a character like any other here.
    """
    content_type = call.headers.get("content-type", _TYPE).partition(";")[0].strip().lower()
    body = call.body
    if content_type != _TYPE or body.count(b"&") >= LIMIT_FIELDS or _BROKEN_ESCAPE.search(body):
        return None
    try:
        body.decode()  # what stands in it unescaped must be whole by itself
        return _fields(body)
    except ValueError:
        return None


def _fields(body: bytes) -> Fields:
    pairs = [pair.partition(b"=") for pair in body.split(b"&") if pair]
    return [(_plain(name), _plain(value)) for name, _, value in pairs]


def _plain(text: bytes) -> str:
    """Without its escapes. The standard library's way takes a step in Python for each escape.

    Quoted-printable (RFC 2045) escapes likewise, but for the sign, and is read in one go.
    """
    if not text or text.isalnum():
        return text.decode()
    quoted = text.replace(b"+", b" ").replace(b"=", b"=3D").replace(b"%", b"=")
    return a2b_qp(quoted).decode()
