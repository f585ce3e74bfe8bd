"""The Telnyx channel keeps the contract of all channels."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from bridge.model import SECOND, Call
from bridge.ports import ChannelPlugin
from channels.standins.telnyx import TelnyxStandIn, forms
from channels.standins.telnyx.account import Record
from channels.standins.telnyx.calls import headers
from channels.telnyx import Telnyx
from rempart.testing import NOW, ChannelContract
from tests.channels.harnesses import OnStandIn
from tests.channels.twilio_calls import SENDER

AT = datetime.fromtimestamp(NOW / SECOND, UTC)


def call_of(standin: TelnyxStandIn, event: Mapping[str, object], at: datetime = AT) -> Call:
    """The event as the provider posts it."""
    body = json.dumps(event).encode()
    return Call("POST", "/telnyx/messages", "", headers(standin.account.signing, body, at), body, NOW)


class TelnyxHarness(OnStandIn):
    standin: TelnyxStandIn
    plugin: ChannelPlugin = Telnyx
    credentials = ("TELNYX_API_KEY", "TELNYX_PUBLIC_KEY", "TELNYX_NUMBER")
    address = SENDER

    def __init__(self) -> None:
        self.standin = TelnyxStandIn(event_delay=0)
        self.line = self.standin.line

    def call(self, text: str, provider_id: str) -> Call:
        record = Record("inbound", self.address, self.line, text, AT, "delivered", id=provider_id)
        return call_of(self.standin, forms.event(self.standin.account, record, "message.received", AT))

    def opt_out(self) -> None:
        self.standin.account.opted_out.add(self.address)

    def taken(self) -> list[tuple[str, str]]:
        return [(record.to, record.text) for record in self.standin.sent]


class TestTelnyx(ChannelContract):
    @pytest.fixture
    def harness(self) -> TelnyxHarness:
        return TelnyxHarness()
