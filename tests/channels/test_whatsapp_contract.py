"""The WhatsApp channel keeps the contract of all channels."""

from collections.abc import Sequence

import pytest

from bridge.model import Call
from bridge.noun import replace
from bridge.ports import ChannelPlugin
from channels.standins.twilio import TwilioStandIn
from channels.whatsapp import WhatsApp
from rempart.testing.contract import ChannelContract
from tests.channels.harnesses import OnStandIn
from tests.channels.twilio_calls import SENDER, signed


class WhatsAppHarness(OnStandIn):
    standin: TwilioStandIn
    plugin: ChannelPlugin = WhatsApp
    credentials: Sequence[str] = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
    address = SENDER
    line = "+33639980009"

    def __init__(self) -> None:
        self.standin = TwilioStandIn(callback_delay=0, whatsapp=self.line)

    def call(self, text: str, provider_id: str) -> Call:
        form = {
            "MessageSid": provider_id,
            "From": f"whatsapp:{self.address}",
            "To": f"whatsapp:{self.line}",
            "Body": text,
            "ProfileName": "<!channel> ${HOME}",
            "WaId": self.address.removeprefix("+"),
        }
        return signed(form, token=self.standin.account.token)

    def forge(self, call: Call) -> Call:
        return replace(call, body=call.body + b"&Extra=1")

    def opt_out(self) -> None:
        self.standin.account.opted_out.add(f"whatsapp:{self.address}")

    def taken(self) -> list[tuple[str, str]]:
        return [(record.to.removeprefix("whatsapp:"), record.body) for record in self.standin.sent]


class TestWhatsApp(ChannelContract):
    @pytest.fixture
    def harness(self) -> WhatsAppHarness:
        return WhatsAppHarness()
