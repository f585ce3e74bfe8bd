"""Where whoever rings a number is sent, as Twilio tells: a call that anybody picks up costs money. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.checkup import Examined, fine, note, unknown, wrong
from channels.twilio.translation import CHANNEL
from channels.twilio.webhooks import VOICE

_DEMO = "demo.twilio.com"
"""Where a new number points until somebody sets it: it picks up, with a voice of Twilio's own."""

_POST = "POST"


def calls_of(number: Any, public_url: str | None, *, rings_out: bool) -> Sequence[Examined]:
    """What becomes of calls to a number, where it can be called. `rings_out`: as the rules say."""
    if not able(number.capabilities, "voice"):
        return []
    if any(getattr(number, name, None) for name in ("voice_application_sid", "trunk_sid")):
        return [unknown(CHANNEL, "twilio_calls_by_application")]
    url = str(number.voice_url or "")
    if public_url is None:
        return [] if url and _DEMO not in url else [note(CHANNEL, "twilio_calls_unset")]
    wanted = f"{public_url}{VOICE}"
    found = _set(url, str(number.voice_method or _POST).upper(), wanted)
    return [found or _heard(wanted, rings_out=rings_out)]


def _heard(url: str, *, rings_out: bool) -> Examined:
    """What whoever rings hears: a busy line, or for money that nobody answers."""
    return (
        note(CHANNEL, "twilio_calls_ring_out", url=url)
        if rings_out
        else fine(CHANNEL, "twilio_calls", url=url)
    )


def _set(url: str, method: str, wanted: str) -> Examined | None:
    """What is to be said of where calls go; nothing where to us. That they go elsewhere may be meant so."""
    if not url:
        return note(CHANNEL, "twilio_calls_nowhere", wanted=wanted)
    if _DEMO in url:
        return wrong(CHANNEL, "twilio_calls_demo", wanted=wanted)
    if url.partition("#")[0] != wanted:
        return note(CHANNEL, "twilio_calls_elsewhere", url=url, wanted=wanted)
    if method != _POST:
        return wrong(CHANNEL, "twilio_calls_by_get", wanted=wanted)
    return None


def able(capabilities: object, name: str) -> bool:
    """What the number can do; older accounts write the names in capitals."""
    told = capabilities if isinstance(capabilities, Mapping) else {}
    return bool(told.get(name, told.get(name.upper(), told.get(name.capitalize()))))
