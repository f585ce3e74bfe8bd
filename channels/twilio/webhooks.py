"""Answers Twilio's three webhooks. Touches floor 0; what it appends is committed before it answers."""

import re
from collections.abc import Mapping

from bridge.model import Answer, Call, Message, Original
from bridge.noun import replace
from bridge.ports import Guarded, Told, Webhook, Wiring
from channels.twilio.form import LIMIT_BYTES, decode
from channels.twilio.numbers import Numbers
from channels.twilio.settings import Settings
from channels.twilio.signature import SHA256, Fields, algorithm_named, is_signed
from channels.twilio.translation import call as rang
from channels.twilio.translation import message, receipt, tells_status

SMS = "/twilio/sms"
STATUS = "/twilio/status"
VOICE = "/twilio/voice"


def _twiml(verbs: str) -> Answer:
    body = f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>'
    return Answer(200, body.encode(), content_type="text/xml; charset=utf-8")


TAKEN = _twiml("")
"""TwiML for "received, no reply": replies leave through the outbox alone."""

BUSY = _twiml('<Reject reason="busy"/>')
"""As the first verb it is the only answer to a call that is never billed."""

RINGS = _twiml('<Pause length="30"/><Hangup/>')
"""Twilio waits so many seconds, in which it rings, then picks up and hangs up: a minute is billed."""

_UNSIGNED = Answer(403, b"The request carries no signature.")
_FORGED = Answer(403, b"The signature does not match the request.")
_TOO_LARGE = Answer(413, b"The form is larger than 64 KiB.")
_MALFORMED = Answer(400, b"The body is not a form in UTF-8.")
_INCOMPLETE = Answer(400, b"The form lacks a field, or one is too long.")

_SIGNATURE = re.compile(r"(?:[A-Za-z0-9+/]{27}|[A-Za-z0-9+/]{43})=")
"""Base64 of an HMAC, with SHA-1 or SHA-256."""


def glance(headers: Mapping[str, str]) -> Answer | None:
    """What to answer where the headers alone show that Twilio does not call."""
    signature = headers.get("x-twilio-signature")
    if not signature:
        return _UNSIGNED
    return None if _SIGNATURE.fullmatch(signature) else _FORGED


class Webhooks:
    """Receives messages, receipts and calls on behalf of one number, or of several of one account."""

    def __init__(self, settings: Settings, wiring: Wiring, numbers: Numbers | None = None) -> None:
        """Nothing is dialled or opened. `numbers`: whose they are, where there are several."""
        self._settings = settings
        self._wiring = wiring
        self._several, self._numbers = numbers is not None, numbers or Numbers({settings.number: wiring})

    def routes(self) -> Mapping[str, Webhook]:
        """The paths that Twilio calls; of several numbers only we know who is to store what comes."""
        if self._several:
            receiving = {SMS: self.sms, STATUS: self.status, VOICE: self.voice}
            return {path: Guarded(receive, glance) for path, receive in receiving.items()}
        return {
            SMS: Guarded(self.sms, glance, self.read_sms),
            STATUS: Guarded(self.status, glance, self.read_status),
            VOICE: Guarded(self.voice, glance, self.read_voice),
        }

    async def sms(self, call: Call) -> Answer:
        """Appends the message that a person wrote. Lets `StoreUnavailable` through."""
        return await self._stored(self.read_sms(call), call)

    async def status(self, call: Call) -> Answer:
        """Appends how a reply fares; a status that we do not know is taken and ignored."""
        return await self._stored(self.read_status(call), call)

    async def voice(self, call: Call) -> Answer:
        """Appends that somebody rings, and has them hear a busy line. Lets `StoreUnavailable` through."""
        return await self._stored(self.read_voice(call), call)

    async def _stored(self, read: Answer | Told, call: Call) -> Answer:
        if isinstance(read, Answer):
            return read
        await (self._told_to(read, call) if self._several else self._wiring).append(read.happenings)
        return read.answer

    def _told_to(self, read: Told, call: Call) -> Wiring:
        """Whose number it is about."""
        (what,) = read.happenings
        if isinstance(what, Message):
            return self._numbers.written_to(what.line)
        return self._numbers.sent_from(dict(decode(call) or ()).get("From", ""), call.query)

    def read_sms(self, call: Call) -> Answer | Told:
        """The message that a person wrote, or what to answer instead."""
        original = self._original(call)
        fields = self._authentic(call, original)
        if isinstance(fields, Answer):
            return fields
        told = message(fields, call.arrived_at, self._numbers.ours, original)
        return _INCOMPLETE if told is None else Told((told,), TAKEN)

    def read_status(self, call: Call) -> Answer | Told:
        """How a reply fares, or what to answer instead."""
        original = self._original(call)
        fields = self._authentic(call, original)
        if isinstance(fields, Answer):
            return fields
        if not tells_status(fields):
            return _INCOMPLETE
        told = receipt(fields, call.query, call.arrived_at)
        return TAKEN if told is None else Told((replace(told, original=original),), TAKEN)

    def read_voice(self, call: Call) -> Answer | Told:
        """That somebody rings, or what to answer instead."""
        original = self._original(call)
        fields = self._authentic(call, original)
        if isinstance(fields, Answer):
            return fields
        rings = self._numbers.written_to(fields.get("To", "")).rings_out()
        told = rang(fields, call.arrived_at, picked_up=rings)
        if told is None:
            return _INCOMPLETE
        line = self._numbers.ours(told.line)
        return Told((replace(told, line=line, original=original),), RINGS if rings else BUSY)

    def _original(self, call: Call) -> Original:
        """What somebody sent and signed, to the byte: Twilio, if it is authentic."""
        algorithm = algorithm_named(call.headers.get("x-twilio-webhooks-signature-settings"))
        return Original(self._dialled(call), call.body, call.headers.get("x-twilio-signature", ""), algorithm)

    def _authentic(self, call: Call, original: Original) -> Mapping[str, str] | Answer:
        """The fields of a call that Twilio signed, or what to answer instead."""
        if len(call.body) > LIMIT_BYTES:
            return _TOO_LARGE
        fields = decode(call)
        if fields is None:
            return _MALFORMED
        return dict(fields) if _signed(original, fields, self._settings) else _FORGED

    def _dialled(self, call: Call) -> str:
        """The URL as Twilio dialled it; behind a proxy only the public URL can tell."""
        base = self._wiring.public_url or f"http://{call.headers.get('host', '')}"
        return f"{base}{call.path}" + (f"?{call.query}" if call.query else "")


def is_genuine(original: Original, settings: Settings) -> bool:
    """Whether Twilio signed a request that was kept as it came: by the account's token, or by the key that
    stands in for it."""
    fields = decode(Call("POST", "", "", {}, original.body))
    return fields is not None and _signed(original, fields, settings)


def _signed(original: Original, fields: Fields, settings: Settings) -> bool:
    key = settings.shared_key if original.algorithm.upper() == SHA256 else None
    return is_signed(key or settings.token, original.url, fields, original.signature, original.algorithm)
