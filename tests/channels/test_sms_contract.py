"""The SMS channel keeps the contract of all channels."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bridge.model import Call
from bridge.ports import Channel, ChannelPlugin
from channels.sms import Sms
from channels.standins.faults import Fault
from channels.standins.twilio import TwilioStandIn
from rempart.testing import ChannelContract, Trouble
from tests.channels.twilio_calls import SENDER, signed

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


class SmsHarness:
    plugin: ChannelPlugin = Sms
    credentials = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_NUMBER")
    address = SENDER

    def __init__(self) -> None:
        self.standin = TwilioStandIn(callback_delay=0)
        self.line = self.standin.account.number

    async def start(self, public_url: str) -> Mapping[str, str]:
        return await self.standin.start(public_url)

    async def close(self) -> None:
        await self.standin.close()

    def hurry(self, channel: Channel) -> None:
        assert isinstance(channel, Sms)
        channel.patience_seconds = 1

    def call(self, text: str, provider_id: str) -> Call:
        form = {"MessageSid": provider_id, "From": self.address, "To": self.line, "Body": text}
        return signed(form, token=self.standin.account.token)

    def forge(self, call: Call) -> Call:
        return replace(call, body=call.body + b"&Extra=1")

    def plan(self, trouble: Trouble) -> None:
        self.standin.faults.next(FAULTS[trouble])

    def opt_out(self) -> None:
        self.standin.account.opted_out.add(self.address)

    def taken(self) -> list[tuple[str, str]]:
        return [(record.to, record.body) for record in self.standin.sent]


class TestSms(ChannelContract):
    @pytest.fixture
    def harness(self) -> SmsHarness:
        return SmsHarness()
