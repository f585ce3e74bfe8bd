"""Whether Twilio signed a request that was kept as it came: a dossier asks. Pure."""

from bridge.model import Call, Original
from channels.twilio.form import decode
from channels.twilio.settings import Settings
from channels.twilio.signature import SHA256, is_signed


def is_genuine(original: Original, settings: Settings) -> bool:
    """By the token of the account, or by the key that stands in for it."""
    fields = decode(Call("POST", "", "", {}, original.body))
    key = settings.shared_key if original.algorithm.upper() == SHA256 else None
    signature = original.signature, original.algorithm
    return fields is not None and is_signed(key or settings.token, original.url, fields, *signature)
