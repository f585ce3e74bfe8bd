"""The SMS channel keeps the contract of all channels."""

import pytest

from bridge.model import Call
from bridge.noun import replace
from bridge.ports import ChannelPlugin
from channels.sms import Sms
from channels.standins.twilio import TwilioStandIn
from rempart.testing import ChannelContract
from tests.channels.harnesses import OnStandIn
from tests.channels.twilio_calls import SENDER, signed


class SmsHarness(OnStandIn):
    standin: TwilioStandIn
    plugin: ChannelPlugin = Sms
    credentials = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_NUMBER")
    address = SENDER

    def __init__(self) -> None:
        self.standin = TwilioStandIn(callback_delay=0)
        self.line = self.standin.account.number

    def call(self, text: str, provider_id: str) -> Call:
        form = {"MessageSid": provider_id, "From": self.address, "To": self.line, "Body": text}
        return signed(form, token=self.standin.account.token)

    def forge(self, call: Call) -> Call:
        return replace(call, body=call.body + b"&Extra=1")

    def opt_out(self) -> None:
        self.standin.account.opted_out.add(self.address)

    def taken(self) -> list[tuple[str, str]]:
        return [(record.to, record.body) for record in self.standin.sent]


class TestSms(ChannelContract):
    @pytest.fixture
    def harness(self) -> SmsHarness:
        return SmsHarness()
