"""People of the team stand everywhere by the name that their room knows, and never by an id."""

from collections.abc import Collection, Mapping

import pytest

from bridge.model import EventId
from bridge.privacy.pseudonym import event_id
from bridge.reasons import Reason
from bridge.service.board import Board
from bridge.service.names import Names
from bridge.store.engine.store import Store
from bridge.store.looks.threats import expose
from bridge.wording import Words
from tests.heart.test_acts import act
from tests.support.clock import NOON, TestClock
from tests.support.events import Bridge, rules


class Room:
    """A room that knows one of them."""

    name = "slack"

    async def names(self, people: Collection[str]) -> Mapping[str, str]:
        """Whom it knows."""
        return {one: "Noor" for one in people if one == "U0ONE"}


def boarded(bridge: Bridge) -> Board:
    return Board(bridge.store, bridge.clock, rules, dict, names=Names(lambda: [Room()]))


CALLED = [("U0ONE", "Noor"), ("U0GONE", "somebody of the team")]


@pytest.mark.parametrize(("actor", "called"), CALLED)
async def test_who_has_read_how_much_stands_on_the_home_page_by_name(
    store: Store, actor: str, called: str
) -> None:
    bridge = Bridge(store, TestClock())
    await bridge.tell(act("samples", "", actor=actor, id_="a"))
    await bridge.fold()
    event = EventId(event_id("slack", "act", "a"))
    board = boarded(bridge)
    assert await Names(lambda: [Room()]).of({actor}, Words("en")) == {actor: called}
    await store.transact(lambda found: expose(found, event, actor, NOON, 3))
    told = [one.value for one in (await board.home()).facts]
    assert f"{called}: 3 texts" in told


@pytest.mark.parametrize(("actor", "called"), CALLED)
async def test_who_is_on_it_already_is_told_by_name(store: Store, actor: str, called: str) -> None:
    board = boarded(Bridge(store, TestClock()))
    told = Reason("taken_already", (("about", "1f2e3d4c"), ("by", actor)))
    assert await board.outcome(told) == f"{called} is on it already."
    assert await board.outcome(Reason("unmuted", (("about", "brave-heron-42"),))) == (
        "brave-heron-42 is answered again."
    )
