"""What every channel must keep, whoever its provider is.

A channel joins with a `Harness` of its own and a subclass of `ChannelContract` that has a fixture `harness`.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from enum import Enum
from importlib.metadata import entry_points
from typing import Protocol, runtime_checkable

import pytest

from bridge.errors import Misconfigured, StoreUnavailable
from bridge.model import Call, Message, Outgoing, ReplyId
from bridge.ports import (
    Accepted,
    Addressing,
    Channel,
    ChannelPlugin,
    InDoubt,
    NotProcessed,
    Outcome,
    Refused,
    Sending,
)
from rempart.testing.journal import NOW, PUBLIC_URL, Journal

HOSTILE_TEXTS = [
    "",
    " ",
    "nul \x00 inside",
    "\x1b[31mred\r\n",
    "<!channel> <@U123> *bold* _x_",
    "{0.__class__} ${HOME} {{ 7*7 }} %s",
    "🚒🏳️‍🌈 Ḩ̷̬̀e̵ e\u0301",
    "\u202egnp.exe\u202c &lt;b&gt;",
    "a" * 1600,
]


class Trouble(Enum):
    """How the provider's next answer goes wrong."""

    HANGS_BEFORE = "hangs before it takes the reply"
    HANGS_AFTER = "hangs after it has taken the reply"
    RESETS_BEFORE = "cuts the connection before it takes the reply"
    RESETS_AFTER = "cuts the connection after it has taken the reply"
    FAILS_BEFORE = "answers 5xx before it takes the reply"
    FAILS_AFTER = "answers 5xx after it has taken the reply"
    BUSY = "asks to be called again later"
    LOCKED_OUT = "does not know our credentials"


OUTCOMES: Mapping[Trouble, tuple[type[Outcome], int]] = {
    Trouble.HANGS_BEFORE: (InDoubt, 0),
    Trouble.HANGS_AFTER: (InDoubt, 1),
    Trouble.RESETS_BEFORE: (InDoubt, 0),
    Trouble.RESETS_AFTER: (InDoubt, 1),
    Trouble.FAILS_BEFORE: (InDoubt, 0),
    Trouble.FAILS_AFTER: (InDoubt, 1),
    Trouble.BUSY: (NotProcessed, 0),
    Trouble.LOCKED_OUT: (NotProcessed, 0),
}
"""What a send says of it, and how many replies the provider then has."""


@runtime_checkable
class Handle(Channel, Sending, Protocol):
    """A channel through which people are answered."""


class Harness(Protocol):
    """What the contract needs to know of one channel and its stand-in."""

    plugin: ChannelPlugin
    credentials: Sequence[str]
    """The variables that are set all or not at all."""
    address: str
    """Somebody whom the channel can answer."""
    line: str
    """The handle that answers."""

    async def start(self, public_url: str) -> Mapping[str, str]:
        """Starts the provider's stand-in; returns the environment that points at it."""

    async def close(self) -> None:
        """Stops the stand-in."""

    def hurry(self, channel: Channel) -> None:
        """Makes a channel give up after a second or so."""

    def call(self, text: str, provider_id: str) -> Call:
        """The provider's call that brings `text` from `address`."""

    def forge(self, call: Call) -> Call:
        """The same call as someone would make it who does not know the secret."""

    def plan(self, trouble: Trouble) -> None:
        """The next reply meets it."""

    def opt_out(self) -> None:
        """The provider knows from now on that `address` wants nothing more."""

    def taken(self) -> list[tuple[str, str]]:
        """Address and text of each reply that the provider has taken."""


class ChannelContract:
    """One suite for all channels."""

    @pytest.fixture
    async def environment(self, harness: Harness) -> AsyncIterator[Mapping[str, str]]:
        yield await harness.start(PUBLIC_URL)
        await harness.close()

    @pytest.fixture
    def journal(self) -> Journal:
        return Journal()

    @pytest.fixture
    async def channel(
        self, harness: Harness, environment: Mapping[str, str], journal: Journal
    ) -> AsyncIterator[Handle]:
        channel = connected(harness, environment, journal)
        await channel.open()
        yield channel
        await channel.close()

    def test_the_channel_is_found_by_its_name(self, harness: Harness) -> None:
        (entry,) = entry_points(group="rempart.channels", name=harness.plugin.name)
        assert entry.load().name == harness.plugin.name

    def test_a_channel_without_credentials_is_off(self, harness: Harness, journal: Journal) -> None:
        assert harness.plugin.connect({}, journal.wiring()) is None

    def test_a_channel_without_credentials_still_reads_the_addresses_of_its_people(
        self, harness: Harness
    ) -> None:
        assert isinstance(harness.plugin, Addressing)
        addresses = harness.plugin.addresses({})
        for known in (harness.address, addresses.example):
            assert addresses.read(known) == known
            assert addresses.read(f" {known} ") == known
        assert addresses.read("") is None
        assert addresses.read("nobody\x00" * 100) is None

    async def test_half_set_credentials_are_refused_by_name_and_never_shown(
        self, harness: Harness, environment: Mapping[str, str], journal: Journal
    ) -> None:
        for missing in harness.credentials:
            half = {name: value for name, value in environment.items() if name != missing}
            with pytest.raises(Misconfigured, match=missing) as refused:
                harness.plugin.connect(half, journal.wiring())
            assert not [name for name in harness.credentials if environment[name] in str(refused.value)]

    def test_blank_credentials_are_absent_ones(self, harness: Harness, journal: Journal) -> None:
        assert harness.plugin.connect(dict.fromkeys(harness.credentials, " "), journal.wiring()) is None

    def test_the_channel_has_the_name_of_its_plugin(self, harness: Harness, channel: Handle) -> None:
        assert channel.name == harness.plugin.name

    async def test_opening_dials_nobody_and_closing_may_happen_at_any_time(
        self, harness: Harness, environment: Mapping[str, str], journal: Journal
    ) -> None:
        await harness.close()
        channel = connected(harness, environment, journal)
        await channel.close()
        await channel.open()
        await channel.close()
        await channel.close()

    async def test_a_message_is_appended_as_the_provider_tells_it(
        self, harness: Harness, channel: Handle, journal: Journal
    ) -> None:
        call = harness.call("Bonjour", "id-1")
        answer = await channel.webhooks()[call.path](call)
        (message,) = journal.happenings
        assert answer.status == 200
        assert isinstance(message, Message)
        assert (message.channel, message.line, message.address) == (
            channel.name,
            harness.line,
            harness.address,
        )
        assert (message.text, message.at) == ("Bonjour", NOW)

    @pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=ascii)
    async def test_a_hostile_text_arrives_unaltered(
        self, harness: Harness, channel: Handle, journal: Journal, text: str
    ) -> None:
        call = harness.call(text, "id-1")
        await channel.webhooks()[call.path](call)
        (message,) = journal.happenings
        assert isinstance(message, Message)
        assert message.text == text

    async def test_a_message_is_acknowledged_only_after_the_commit(
        self, harness: Harness, channel: Handle, journal: Journal
    ) -> None:
        journal.committing.clear()
        call = harness.call("Bonjour", "id-1")
        answering = asyncio.ensure_future(channel.webhooks()[call.path](call))
        await asyncio.sleep(0.01)
        assert not answering.done()
        journal.committing.set()
        assert (await answering).status == 200

    async def test_what_cannot_be_stored_is_never_acknowledged(
        self, harness: Harness, channel: Handle, journal: Journal
    ) -> None:
        journal.full = True
        call = harness.call("Bonjour", "id-1")
        with pytest.raises(StoreUnavailable):
            await channel.webhooks()[call.path](call)

    async def test_a_repeat_carries_the_same_id_and_another_message_another(
        self, harness: Harness, channel: Handle, journal: Journal
    ) -> None:
        for provider_id in ("id-1", "id-1", "id-2"):
            call = harness.call("Bonjour", provider_id)
            await channel.webhooks()[call.path](call)
        first, again, other = (what.provider_id for what in journal.happenings)
        assert first == again != other

    async def test_a_forged_call_is_refused_and_changes_nothing(
        self, harness: Harness, channel: Handle, journal: Journal
    ) -> None:
        call = harness.forge(harness.call("Bonjour", "id-1"))
        assert (await channel.webhooks()[call.path](call)).status == 403
        assert journal.happenings == []

    async def test_a_reply_reaches_the_provider_once(self, harness: Harness, channel: Handle) -> None:
        outcome = await channel.send(reply_to(harness))
        assert isinstance(outcome, Accepted)
        assert harness.taken() == [(harness.address, "Le consentement, ça compte.")]

    @pytest.mark.parametrize("trouble", Trouble, ids=lambda trouble: trouble.name.lower())
    async def test_trouble_at_the_provider_becomes_an_outcome_and_never_a_second_call(
        self, harness: Harness, channel: Handle, trouble: Trouble
    ) -> None:
        kind, taken = OUTCOMES[trouble]
        harness.plan(trouble)
        if trouble in {Trouble.HANGS_BEFORE, Trouble.HANGS_AFTER}:
            harness.hurry(channel)
        outcome = await channel.send(reply_to(harness))
        assert isinstance(outcome, kind)
        assert len(harness.taken()) == taken

    async def test_a_busy_provider_is_heard_when_it_says_how_long(
        self, harness: Harness, channel: Handle
    ) -> None:
        harness.plan(Trouble.BUSY)
        outcome = await channel.send(reply_to(harness))
        assert isinstance(outcome, NotProcessed)
        assert outcome.retry_after is not None
        assert outcome.retry_after > 0

    async def test_nothing_is_in_doubt_when_nobody_could_be_reached(
        self, harness: Harness, channel: Handle
    ) -> None:
        await harness.close()
        assert await channel.send(reply_to(harness)) == NotProcessed("unreachable")

    async def test_an_opt_out_that_the_provider_knows_of_is_final(
        self, harness: Harness, channel: Handle
    ) -> None:
        harness.opt_out()
        outcome = await channel.send(reply_to(harness))
        assert isinstance(outcome, Refused)
        assert outcome.opted_out


def connected(harness: Harness, environment: Mapping[str, str], journal: Journal) -> Handle:
    """A channel that is on."""
    channel = harness.plugin.connect(environment, journal.wiring())
    assert isinstance(channel, Handle)
    return channel


def reply_to(harness: Harness) -> Outgoing:
    """A reply with a character that costs more, to whom the harness can answer."""
    return Outgoing(ReplyId("0" * 31 + "a"), harness.address, harness.line, "Le consentement, ça compte.")
