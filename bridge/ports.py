"""The protocols between the rooms. Floor 0: touches only the nouns."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from bridge.model import Answer, Call, Happening, MicroEuros, Micros, Outgoing

Clock = Callable[[], Micros]
"""Tells the present instant; handed in, so that tests and replays own time."""

Append = Callable[[Sequence[Happening]], Awaitable[None]]
"""Returns once everything handed in is committed; repeats change nothing.

Raises `StoreUnavailable`, and then nothing of it was stored.
"""

Webhook = Callable[[Call], Awaitable[Answer]]
"""Authenticates a provider's call, appends what it tells, and answers."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the reply under `message_id`; `price` where it told one."""

    message_id: str
    price: MicroEuros | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will never send it: `code` says why; nothing was paid."""

    code: str
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class NotProcessed:
    """The provider certainly did not take it: trying again pays nothing twice."""

    code: str
    retry_after: Micros | None = None


@dataclass(frozen=True, slots=True)
class InDoubt:
    """Nobody knows whether the provider took it: ask before anything is sent again."""

    code: str


Outcome = Accepted | Refused | NotProcessed | InDoubt


class Channel(Protocol):
    """One handle of the service, speaking one provider's protocol."""

    name: str

    def webhooks(self) -> Mapping[str, Webhook]:
        """The paths that the provider calls with POST, each with what receives it."""

    async def open(self) -> None:
        """Makes what needs a running loop. Must not dial anyone."""

    async def send(self, reply: Outgoing) -> Outcome:
        """Calls the provider exactly once and says what came of it.

        Given up after 30 s at the latest; raises nothing that a provider can cause.
        """

    async def close(self) -> None:
        """Lets go of connections; never raises."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the service hands to a channel."""

    append: Append
    clock: Clock
    public_url: str | None
    """The URL that providers dial, without a slash at the end."""


class ChannelPlugin(Protocol):
    """What an entry point of the group `rempart.channels` names."""

    name: str

    def connect(self, environment: Mapping[str, str], wiring: Wiring) -> Channel | None:
        """The channel, or `None` when none of its credentials is set.

        Raises `Misconfigured`, naming the variable, when they are half set or malformed.
        """


class StandIn(Protocol):
    """A local server that speaks a provider's wire protocol, for the demo and for tests.

    An entry point of the group `rempart.standins` names a class without arguments.
    """

    async def start(self, public_url: str) -> Mapping[str, str]:
        """Serves on a free local port; returns the environment that points a service at it."""

    async def close(self) -> None:
        """Stops serving."""


Author = Literal["person", "service", "provider"]
"""Who wrote a message; a provider answers some keywords by itself."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message as a person's own device shows it."""

    id: str
    """The provider's own id."""
    by: Author
    text: str
    at: Micros
    status: str
    """In the provider's words, such as `delivered`."""


class Handset(StandIn, Protocol):
    """A stand-in that people write through, as with a telephone of their own."""

    @property
    def line(self) -> str:
        """The public number or bot that they write to."""

    async def text(self, address: str, text: str, /) -> tuple[int | None, str]:
        """A person writes: the status that the service's webhook answered, if any, and the provider's id."""

    def conversation(self, address: str, /) -> Sequence[Bubble]:
        """Everything between a person and the line, oldest first."""
