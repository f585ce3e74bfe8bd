"""Stands where no host is, as for whoever only looks at a room: nothing can be decided, and nothing is."""

from collections.abc import Collection, Sequence
from datetime import UTC, tzinfo

from bridge.card import Bundle, Discovery, Home, Sample
from bridge.errors import StoreUnavailable
from bridge.model import Act
from bridge.wording import Language


class Nobody:
    """A host of nothing."""

    language: Language = "en"
    region = "FR"
    zone: tzinfo = UTC
    organisers: Collection[str] = ()

    def status_link(self) -> str | None:
        """Shows nothing."""
        return None

    async def act(self, act: Act) -> str:
        """Decides nothing."""
        raise StoreUnavailable(f"Nobody is there to decide about {act.verb}.")

    async def samples(self, act: Act) -> Sequence[Sample]:
        """Shows nothing."""
        raise StoreUnavailable(f"Nobody is there to decide about {act.verb}.")

    async def doubtful(self, act: Act) -> Sequence[Bundle]:
        """Shows nobody."""
        raise StoreUnavailable(f"Nobody is there to decide about {act.verb}.")

    async def find(self, act: Act) -> Discovery:
        """Finds nothing."""
        raise StoreUnavailable(f"Nobody is there to decide about {act.verb}.")

    async def home(self, page: int = 0, phrase: str = "") -> Home:
        """Knows nothing."""
        del page, phrase
        raise StoreUnavailable("Nobody is there to say how things stand.")

    async def why(self, target: str) -> str:
        """Knows nobody."""
        del target
        raise StoreUnavailable("Nobody is there to say why.")

    async def look_up(self, act: Act) -> str:
        """Knows nobody."""
        raise StoreUnavailable(f"Nobody is there to decide about {act.verb}.")

    def may(self, act: Act) -> bool:
        """Whatever is asked, nobody decides."""
        del act
        return True
