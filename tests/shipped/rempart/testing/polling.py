"""What every channel must keep that asks its provider for what is new.

A channel joins with a `PollingHarness` of its own and a subclass of `PollingContract` that has a fixture
`harness`. A second channel, made anew, stands for the service after a kill -9: it has no memory.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

import pytest

from bridge.model import Message
from bridge.ports import Channel, ChannelPlugin, Polled, Polling, Unreachable
from rempart.testing.journal import PUBLIC_URL, Journal


class PollingHarness(Protocol):
    """What the contract needs to know of one channel and its stand-in."""

    plugin: ChannelPlugin
    address: str

    async def start(self, public_url: str) -> Mapping[str, str]:
        """Starts the provider's stand-in; returns the environment that points at it."""

    async def close(self) -> None:
        """Stops the stand-in."""

    async def write(self, text: str) -> str:
        """A person writes; the provider's id."""

    def repeat(self) -> None:
        """The provider's next answer also holds what was confirmed long ago."""

    def lock_out(self) -> None:
        """The provider does not know our credentials at the next call."""

    def hurry(self, channel: Channel) -> None:
        """Makes a channel wait for nothing new, and give up after a second or so."""

    def hang(self) -> None:
        """The provider never answers the next call."""


class PollingContract:
    """One suite for all channels that poll."""

    @pytest.fixture
    async def environment(self, harness: PollingHarness) -> AsyncIterator[Mapping[str, str]]:
        yield await harness.start(PUBLIC_URL)
        await harness.close()

    @pytest.fixture
    async def channel(
        self, harness: PollingHarness, environment: Mapping[str, str]
    ) -> AsyncIterator[Channel]:
        channel = connected(harness, environment)
        await channel.open()
        harness.hurry(channel)
        yield channel
        await channel.close()

    async def test_without_a_public_url_the_channel_polls(self, channel: Channel) -> None:
        assert isinstance(channel, Polling)
        assert channel.webhooks() == {}

    async def test_with_a_public_url_it_does_not(
        self, harness: PollingHarness, environment: Mapping[str, str]
    ) -> None:
        channel = harness.plugin.connect(environment, Journal().wiring())
        assert not isinstance(channel, Polling)

    async def test_what_was_written_comes_in_order(self, harness: PollingHarness, channel: Channel) -> None:
        ids = [await harness.write(text) for text in "abc"]
        told = await poll(channel, None)
        assert [(what.provider_id, what.address) for what in told.happenings] == [
            (id_, harness.address) for id_ in ids
        ]
        assert texts(told) == ["a", "b", "c"]

    async def test_a_channel_that_is_killed_before_it_has_stored_anything_gets_it_again(
        self, harness: PollingHarness, channel: Channel, environment: Mapping[str, str]
    ) -> None:
        await harness.write("a")
        before = await poll(channel, None)
        await channel.close()
        reborn = connected(harness, environment)
        await reborn.open()
        assert await poll(reborn, None) == before
        await reborn.close()

    async def test_only_a_later_cursor_confirms(self, harness: PollingHarness, channel: Channel) -> None:
        await harness.write("a")
        first = await poll(channel, None)
        assert await poll(channel, None) == first
        await harness.write("b")
        second = await poll(channel, first.cursor)
        assert texts(second) == ["b"]
        assert await poll(channel, None) == second

    async def test_nothing_new_is_an_empty_answer_and_moves_no_cursor(
        self, harness: PollingHarness, channel: Channel
    ) -> None:
        await harness.write("a")
        first = await poll(channel, None)
        told = await poll(channel, first.cursor)
        assert told == Polled((), first.cursor)

    async def test_a_repeat_carries_the_same_id(self, harness: PollingHarness, channel: Channel) -> None:
        await harness.write("a")
        first = await poll(channel, None)
        await harness.write("b")
        harness.repeat()
        again = await poll(channel, first.cursor)
        assert texts(again) == ["a", "b"]
        assert again.happenings[0] == first.happenings[0]

    @pytest.mark.parametrize("cursor", ["", "nonsense", "-1", "9" * 40, "\x00", "1e3"])
    async def test_a_cursor_that_is_none_begins_anew(
        self, harness: PollingHarness, channel: Channel, cursor: str
    ) -> None:
        await harness.write("a")
        assert texts(await poll(channel, cursor)) == ["a"]

    async def test_a_provider_that_hangs_is_given_up(self, harness: PollingHarness, channel: Channel) -> None:
        harness.hang()
        with pytest.raises(Unreachable, match="timeout"):
            await poll(channel, None)

    async def test_a_provider_that_cannot_be_asked_is_unreachable(
        self, harness: PollingHarness, channel: Channel
    ) -> None:
        harness.lock_out()
        with pytest.raises(Unreachable, match="credentials"):
            await poll(channel, None)
        await harness.close()
        with pytest.raises(Unreachable, match="unreachable"):
            await poll(channel, None)


def connected(harness: PollingHarness, environment: Mapping[str, str]) -> Channel:
    """A channel that nobody can call."""
    channel = harness.plugin.connect(environment, Journal().wiring(None))
    assert channel is not None
    return channel


async def poll(channel: Channel, cursor: str | None) -> Polled:
    """One question."""
    assert isinstance(channel, Polling)
    return await channel.poll(cursor)


def texts(told: Polled) -> list[str]:
    """What people wrote."""
    return [what.text for what in told.happenings if isinstance(what, Message)]
