"""What a stand-in of a provider is to whoever plays with it, such as the demo. Floor 0: only the nouns.

The service knows nothing of it: only HTTP passes between the two.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol, runtime_checkable

from bridge.model import Micros
from bridge.noun import Noun


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


class Bubble(Noun):
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


@runtime_checkable
class Meeting(Protocol):
    """A handset whose provider tells us what the people who write there read."""

    def meet(self, address: str, language: str, /) -> None:
        """Somebody reads `language` (ISO 639-1)."""


class Wall(StandIn, Protocol):
    """A stand-in of a room, as somebody of the team sees it: plain data, as the provider keeps it."""

    @property
    def channel(self) -> str:
        """The name of the channel where the cards stand."""

    @property
    def member(self) -> str:
        """The id of somebody who belongs to it."""

    def messages(self) -> Sequence[Mapping[str, Any]]:
        """What everybody there sees, oldest first, each message with the replies in its thread."""

    def ephemerals(self, user: str, /) -> Sequence[Mapping[str, Any]]:
        """What only `user` sees there, oldest first."""

    def file(self, name: str, /) -> bytes | None:
        """The bytes of a picture that a message shows, by its id; `None` where there is none."""

    def window(self, user: str, /) -> Mapping[str, Any] | None:
        """The window that `user` has opened last, with its id."""

    async def press(self, user: str, message: str, action: str, /) -> int | None:
        """A user presses a button of a message, or of a window: the status that the service answered, if any.

        Raises `LookupError` where there is no such button.
        """

    async def command(self, user: str, text: str, /) -> int | None:
        """A user gives the slash command: the status that the service answered, if any."""
