"""One bounded call to Twilio, and what it means where that fails. Touches floor 0 and the SDK."""

import asyncio
from typing import Any

from aiohttp import ClientError
from twilio.base.exceptions import TwilioException

from bridge.ports import Unreachable
from channels.twilio.transport import Transport

LONGEST_CALL = 25.0
"""Seconds for one call."""


async def bounded(call: Any, transport: Transport) -> Any:
    """One call for a record or a page, given up in time. Raises `Unreachable`."""
    try:
        async with asyncio.timeout(LONGEST_CALL):
            return await call
    except TimeoutError as error:
        raise Unreachable("timeout") from error
    except TwilioException as error:
        raise Unreachable(_refusal(error, transport), transport.retry_after) from error
    except (ClientError, OSError) as error:
        raise Unreachable("unreachable") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreachable("unreadable") from error


def _refusal(error: TwilioException, transport: Transport) -> str:
    """With its status. Twilio's own has a code, too; without one a wall in between may have answered."""
    theirs = getattr(error, "code", None) not in (None, transport.status)
    return f"{'status' if theirs else 'http'}_{transport.status}"
