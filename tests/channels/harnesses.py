"""What the harnesses of our channels have in common: a stand-in of the provider, in which troubles wait."""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from bridge.model import Call
from bridge.noun import replace
from bridge.ports import Channel
from channels.standins.faults import Fault
from rempart.testing import Trouble

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


@runtime_checkable
class Patient(Protocol):
    """A channel that gives a call up after a while."""

    patience_seconds: float


class OnStandIn:
    """A harness of a channel whose provider has a stand-in."""

    standin: Any

    async def start(self, public_url: str) -> Mapping[str, str]:
        told: Mapping[str, str] = await self.standin.start(public_url)
        return told

    async def close(self) -> None:
        await self.standin.close()

    def hurry(self, channel: Channel) -> None:
        assert isinstance(channel, Patient)
        channel.patience_seconds = 1

    def forge(self, call: Call) -> Call:
        return replace(call, body=call.body + b" ")

    def plan(self, trouble: Trouble) -> None:
        self.standin.faults.next(FAULTS[trouble])
