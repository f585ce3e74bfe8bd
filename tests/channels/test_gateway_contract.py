"""The gateway channel keeps the contract of all channels."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from bridge.model import SECOND, Call
from bridge.ports import Accepted, ChannelPlugin
from channels.gateway import Gateway
from channels.standins.gateway import GatewayStandIn
from channels.standins.gateway.calls import headers
from rempart.testing import NOW, ChannelContract, Handle, Harness, reply_to
from tests.channels.harnesses import OnStandIn
from tests.channels.twilio_calls import SENDER

AT = datetime.fromtimestamp(NOW / SECOND, UTC)


def event(kind: str, event_id: str, **payload: object) -> dict[str, object]:
    """What the telephone tells, but for its signature."""
    return {"deviceId": "d", "event": kind, "id": event_id, "payload": payload, "webhookId": "w"}


def received(text: str, event_id: str, sender: str = SENDER, **payload: object) -> dict[str, object]:
    """A text came in."""
    told = {"messageId": "abc123", "message": text, "phoneNumber": sender, "simNumber": 1}
    return event("sms:received", event_id, **told, receivedAt=AT.isoformat(), **payload)


def call_of(standin: GatewayStandIn, told: Mapping[str, object], at: datetime = AT) -> Call:
    """The event as the telephone posts it."""
    body = json.dumps(told).encode()
    return Call("POST", "/gateway/events", "", headers(standin.phone.signing_key, body, at), body, NOW)


class GatewayHarness(OnStandIn):
    standin: GatewayStandIn
    plugin: ChannelPlugin = Gateway
    credentials = (
        "GATEWAY_API_URL",
        "GATEWAY_USERNAME",
        "GATEWAY_PASSWORD",
        "GATEWAY_SIGNING_KEY",
        "GATEWAY_NUMBER",
    )
    address = SENDER

    def __init__(self) -> None:
        self.standin = GatewayStandIn(event_delay=0)
        self.line = self.standin.line

    async def start(self, public_url: str) -> Mapping[str, str]:
        return {**await self.standin.start(public_url), "GATEWAY_USERNAME": "the-user-of-the-phone"}

    def call(self, text: str, provider_id: str) -> Call:
        return call_of(self.standin, received(text, provider_id))

    def opt_out(self) -> None:
        """A telephone keeps no such list: whoever said STOP is known to the house."""

    def taken(self) -> list[tuple[str, str]]:
        return [(one.to, one.text) for one in self.standin.sent]


class TestGateway(ChannelContract):
    @pytest.fixture
    def harness(self) -> GatewayHarness:
        harness = GatewayHarness()
        harness.standin.phone.username = "the-user-of-the-phone"
        return harness

    async def test_an_opt_out_that_the_provider_knows_of_is_final(
        self, harness: Harness, channel: Handle
    ) -> None:
        """A telephone knows of none."""
        harness.opt_out()
        assert isinstance(await channel.send(reply_to(harness)), Accepted)
