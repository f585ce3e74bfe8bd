"""A channel whose provider is dialled by a few plain calls, and tells of the rest by events.

Light: what dials is loaded at `open`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bridge.ports import Wiring
    from channels.dialling import Dialler


class Dialled:
    """What such channels have in common: one number, one session, one patience."""

    patience_seconds: float = 28
    """How long a send may take in all; the house gives up every outside call within 30 s."""

    def __init__(self, api_url: str, authorization: str, number: str, wiring: Wiring) -> None:
        """Nothing is dialled or opened before `open`."""
        self._place, self._wiring, self.line = (api_url, authorization), wiring, number
        self._dialled: Dialler | None = None

    async def open(self) -> None:
        """Makes the HTTP session."""
        from channels.dialling import Dialler  # noqa: PLC0415 - slow to load

        url, authorization = self._place
        headers: Mapping[str, str] = {"Authorization": authorization, "Accept": "application/json"}
        self._dialled = Dialler(url, headers)

    async def close(self) -> None:
        """Lets go of the session; may be called at any time, and twice."""
        dialled, self._dialled = self._dialled, None
        if dialled is not None:
            await dialled.close()

    def _dialler(self) -> Dialler:
        if self._dialled is None:
            raise RuntimeError("The channel must be opened before it calls.")
        return self._dialled
