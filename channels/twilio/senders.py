"""Looks at a WhatsApp sender at Twilio, as `rempart doctor` asks. Changes nothing there.

https://www.twilio.com/docs/whatsapp/api/senders
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.checkup import Examined, fine, unknown, wrong
from bridge.ports import Unreachable
from channels.twilio.settling import Ask
from channels.twilio.ways import WHATSAPP
from channels.twilio.webhooks import SMS

_ONLINE = "ONLINE"
_POST = "POST"
_MOST = 200
"""Senders of an account that are looked through."""


async def look(ask: Ask, number: str, public_url: str | None) -> Sequence[Examined]:
    """Whether the account has the sender, and where what people write to it goes."""
    channel = WHATSAPP.channel
    try:
        found = await ask(
            lambda client: client.messaging.v2.channels_senders.list_async(channel=channel, limit=_MOST)
        )
    except Unreachable as fault:
        return [unknown(channel, "whatsapp_unknown", why=str(fault))]
    mine = next((one for one in found if one.sender_id == WHATSAPP.there(number)), None)
    if mine is None:
        return [wrong(channel, "whatsapp_absent", number=number)]
    status = str(getattr(mine.status, "value", mine.status) or "-")
    if not status.startswith(_ONLINE):
        return [wrong(channel, "whatsapp_offline", status=status)]
    return [fine(channel, "whatsapp"), *_texts(mine.webhook, public_url)]


def _texts(webhook: Any, public_url: str | None) -> Sequence[Examined]:
    """Without a public URL they are fetched from the log."""
    if public_url is None:
        return []
    wanted, set_ = f"{public_url}{SMS}", webhook if isinstance(webhook, Mapping) else {}
    told = str(set_.get("callback_url") or "")
    method = str(set_.get("callback_method") or _POST).upper()
    if told.partition("#")[0] != wanted or method != _POST:
        return [wrong(WHATSAPP.channel, "whatsapp_elsewhere", url=told or "-", wanted=wanted)]
    return [fine(WHATSAPP.channel, "whatsapp_texts", url=wanted)]
