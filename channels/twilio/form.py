"""Decodes the form of a webhook, strictly. Pure."""

from urllib.parse import parse_qsl

from bridge.model import Call
from channels.twilio.signature import Fields

LIMIT_BYTES = 64 * 1024
LIMIT_FIELDS = 200

_TYPE = "application/x-www-form-urlencoded"


def decode(call: Call) -> Fields | None:
    """The fields in the order they came, blank ones included; `None` when the body is not such a form.

    Bytes that are not UTF-8, lone surrogates included, make it no form at all: signed texts must reach the
    journal unaltered, so nothing is replaced. A NUL is a character like any other here.
    """
    content_type = call.headers.get("content-type", _TYPE).partition(";")[0].strip().lower()
    if content_type != _TYPE:
        return None
    try:
        return parse_qsl(
            call.body.decode(), keep_blank_values=True, errors="strict", max_num_fields=LIMIT_FIELDS
        )
    except ValueError:
        return None
