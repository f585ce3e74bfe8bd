"""The Telegram channel keeps the contract of all channels, called and polled."""

from collections.abc import Mapping

import pytest

from bridge.model import Call
from bridge.noun import replace
from bridge.ports import Channel, ChannelPlugin
from channels.standins.faults import Fault
from channels.standins.telegram import TelegramStandIn
from channels.telegram import PolledTelegram, Telegram
from rempart.testing import ChannelContract, PollingContract
from tests.channels.harnesses import OnStandIn
from tests.channels.telegram_calls import ADDRESS, SECRET, posted, written


class TelegramHarness(OnStandIn):
    standin: TelegramStandIn
    plugin: ChannelPlugin = Telegram
    credentials = ("TELEGRAM_BOT_TOKEN",)
    address = ADDRESS
    line = "telegram"

    def __init__(self) -> None:
        self.standin = TelegramStandIn(webhook_secret=SECRET)

    async def start(self, public_url: str) -> Mapping[str, str]:
        self.standin.meet(self.address)
        return await self.standin.start(public_url)

    def call(self, text: str, provider_id: str) -> Call:
        return posted({**written(text=text), "update_id": int(provider_id.removeprefix("id-"))})

    def forge(self, call: Call) -> Call:
        return replace(call, headers={**call.headers, "x-telegram-bot-api-secret-token": SECRET + "x"})

    def opt_out(self) -> None:
        self.standin.account.blocked.add(int(self.address))

    def taken(self) -> list[tuple[str, str]]:
        return [(str(record.chat), record.text) for record in self.standin.sent]


class PolledTelegramHarness(TelegramHarness):
    def hurry(self, channel: Channel) -> None:
        assert isinstance(channel, PolledTelegram)
        channel.wait_seconds = 0
        channel.pause_seconds = 0
        channel.patience_seconds = 1

    async def write(self, text: str) -> str:
        _, id_ = await self.standin.text(self.address, text)
        return id_

    def repeat(self) -> None:
        self.standin.faults.forgetful = 1

    def lock_out(self) -> None:
        self.standin.faults.next(Fault.UNAUTHORIZED, on="getUpdates")

    def hang(self) -> None:
        self.standin.faults.next(Fault.HANG_BEFORE, on="getUpdates")


class TestTelegram(ChannelContract):
    @pytest.fixture
    def harness(self) -> TelegramHarness:
        return TelegramHarness()


class TestPolledTelegram(PollingContract):
    @pytest.fixture
    def harness(self) -> PolledTelegramHarness:
        return PolledTelegramHarness()
