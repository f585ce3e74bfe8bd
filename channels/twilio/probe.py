"""Calls our own webhook as the provider would, through the public URL: a call that stores nothing.

What carries a right signature and lacks its fields is answered 400, a wrong signature 403: so the answer
tells whether proxy, public URL and credentials agree, and no message comes of it.
"""

import asyncio
from collections.abc import Mapping

from aiohttp import ClientError, ClientSession
from twilio.request_validator import RequestValidator

from bridge.checkup import Examined, fine, unknown, wrong
from channels.twilio.settings import Settings
from channels.twilio.translation import CHANNEL
from channels.twilio.webhooks import SMS

_PATIENCE = 15.0  # seconds, as long as the provider waits
_UNDERSTOOD = 400
_FORGED = 403
_NOBODY_BEHIND = 502, 503, 504
"""What a proxy answers while no service stands behind it: before the first start that is as it should be."""
_FORM = {"Probe": "rempart"}


async def probe(
    session: ClientSession, settings: Settings, public_url: str, knock: Mapping[str, str]
) -> Examined:
    """What came of one signed call; `knock`: by what our own service knows that it is we who call."""
    url = f"{public_url}{SMS}"
    signature = RequestValidator(settings.token).compute_signature(url, _FORM)
    headers = {**knock, "X-Twilio-Signature": signature}
    try:
        async with (
            asyncio.timeout(_PATIENCE),
            session.post(url, data=_FORM, headers=headers, allow_redirects=False) as answer,
        ):
            return _meant(url, answer.status)
    except (ClientError, OSError, TimeoutError) as fault:
        return unknown(CHANNEL, "door_shut", url=url, why=type(fault).__name__)


def _meant(url: str, status: int) -> Examined:
    if status == _UNDERSTOOD:
        return fine(CHANNEL, "door", url=url)
    if status == _FORGED:
        return wrong(CHANNEL, "door_signature", url=url)
    if status in _NOBODY_BEHIND:
        return unknown(CHANNEL, "door_without_us", url=url, status=str(status))
    return wrong(CHANNEL, "door_elsewhere", url=url, status=str(status))
