"""The Telnyx channel keeps the contract of all channels."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bridge.model import SECOND, Call
from bridge.ports import Channel, ChannelPlugin
from channels.standins.faults import Fault
from channels.standins.telnyx import TelnyxStandIn, forms
from channels.standins.telnyx.account import Record
from channels.standins.telnyx.calls import headers
from channels.telnyx import Telnyx
from rempart.testing import NOW, ChannelContract, Trouble
from tests.channels.twilio_calls import SENDER

FAULTS = {
    Trouble.HANGS_BEFORE: Fault.HANG_BEFORE,
    Trouble.HANGS_AFTER: Fault.HANG_AFTER,
    Trouble.RESETS_BEFORE: Fault.RESET_BEFORE,
    Trouble.RESETS_AFTER: Fault.RESET_AFTER,
    Trouble.FAILS_BEFORE: Fault.ERROR_500_BEFORE,
    Trouble.FAILS_AFTER: Fault.ERROR_500_AFTER,
    Trouble.BUSY: Fault.RATE_LIMITED,
    Trouble.LOCKED_OUT: Fault.UNAUTHORIZED,
}

AT = datetime.fromtimestamp(NOW / SECOND, UTC)


def call_of(standin: TelnyxStandIn, event: Mapping[str, object], at: datetime = AT) -> Call:
    """The event as the provider posts it."""
    body = json.dumps(event).encode()
    return Call("POST", "/telnyx/messages", "", headers(standin.account.signing, body, at), body, NOW)


class TelnyxHarness:
    plugin: ChannelPlugin = Telnyx
    credentials = ("TELNYX_API_KEY", "TELNYX_PUBLIC_KEY", "TELNYX_NUMBER")
    address = SENDER

    def __init__(self) -> None:
        self.standin = TelnyxStandIn(event_delay=0)
        self.line = self.standin.line

    async def start(self, public_url: str) -> Mapping[str, str]:
        return await self.standin.start(public_url)

    async def close(self) -> None:
        await self.standin.close()

    def hurry(self, channel: Channel) -> None:
        assert isinstance(channel, Telnyx)
        channel.patience_seconds = 1

    def call(self, text: str, provider_id: str) -> Call:
        record = Record("inbound", self.address, self.line, text, AT, "delivered", id=provider_id)
        return call_of(self.standin, forms.event(self.standin.account, record, "message.received", AT))

    def forge(self, call: Call) -> Call:
        return replace(call, body=call.body + b" ")

    def plan(self, trouble: Trouble) -> None:
        self.standin.faults.next(FAULTS[trouble])

    def opt_out(self) -> None:
        self.standin.account.opted_out.add(self.address)

    def taken(self) -> list[tuple[str, str]]:
        return [(record.to, record.text) for record in self.standin.sent]


class TestTelnyx(ChannelContract):
    @pytest.fixture
    def harness(self) -> TelnyxHarness:
        return TelnyxHarness()
