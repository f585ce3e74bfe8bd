"""What people of the team are called, as their room knows them: never an id, which tells nobody anything."""

from collections.abc import Callable, Collection, Iterable, Mapping

from bridge.noun import replace
from bridge.ports import Naming
from bridge.views import ActView
from bridge.wording import Words

OPERATOR = "operator"
"""Whoever acts on the command line."""


class Names:
    """Asks every room that knows names; whom none knows is somebody of the team."""

    def __init__(self, rooms: Callable[[], Iterable[Naming]]) -> None:
        """`rooms`: those that are connected."""
        self._rooms = rooms

    async def of(self, people: Collection[str], words: Words) -> Mapping[str, str]:
        """What each of them is called, in the reader's language where no room knows."""
        found = {one: words.within("card")("somebody") for one in people}
        strangers = [one for one in found if one != OPERATOR]
        for room in self._rooms() if strangers else ():
            found.update(await room.names(strangers))
        if OPERATOR in found:
            found[OPERATOR] = words.within("card")(OPERATOR)
        return found

    async def acts(self, acts: Collection[ActView], words: Words) -> tuple[ActView, ...]:
        """The same acts, by people with names."""
        names = await self.of({one.by for one in acts if one.by}, words)
        return tuple(replace(one, by=names.get(one.by, "")) for one in acts)
