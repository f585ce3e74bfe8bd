"""The card of threats, in the room: in the thread of the day's card, edited in place, over midnight too."""

from collections.abc import AsyncIterator

import pytest

from bridge.model import HOUR, MINUTE, EventId
from bridge.privacy.pseudonym import event_id
from bridge.store.engine.store import Store
from bridge.store.looks.threats import expose
from tests.channels.slack_world import said
from tests.heart.test_acts import act, do
from tests.service.test_waking import BEFORE_MIDNIGHT
from tests.support.events import RULES, message
from tests.support.night import Night, night


@pytest.fixture
async def room(sqlite_url: str) -> AsyncIterator[Night]:
    store = Store(sqlite_url)
    async with night(store, RULES) as begun:
        begun.clock.now = BEFORE_MIDNIGHT - HOUR
        yield begun
    await store.close()


async def threaten(room: Night, people: int, first: int = 0) -> None:
    """So many people threaten, a minute after each other."""
    for n in range(first, first + people):
        await room.bridge.tell(message("je vais te tuer", address=f"+336112233{n:02}", at=room.clock()))
        await room.bridge.fold()
        await room.pass_(MINUTE)


async def opened(room: Night, name: str, texts: int) -> None:
    """Somebody of the team looks at them."""
    assert (await do(room.bridge, act("threats", "", id_=name)))[0] == "done"
    event = EventId(event_id("slack", "act", name))
    now = room.clock()
    await room.store.transact(lambda found: expose(found, event, "U0MODERATOR", now, texts))


def cards(room: Night) -> list[str]:
    """Each card of threats, wherever it stands."""
    days = [one for one in room.standin.messages() if "Today" in said(one)]
    assert len(days) == len(room.standin.messages()), "nothing but the day stands in the channel"
    return [said(reply) for day in days for reply in day["replies"] if "Threats, " in said(reply)]


async def test_a_night_of_threats_is_one_card_in_a_thread_which_says_who_opened_them(room: Night) -> None:
    await threaten(room, 12)
    (card,) = cards(room)
    assert "12 messages from 12 people" in card
    assert "Nobody has opened them yet." in card
    assert "tuer" not in card
    await opened(room, "look", 10)
    await room.pass_(MINUTE)
    await threaten(room, 3, first=12)
    (card,) = cards(room)
    assert "15 messages from 15 people" in card
    assert "since then: 3 texts." in card
    assert "Shown to somebody of the team\n10 texts" in card


async def test_after_midnight_both_days_cards_tell_who_opened_theirs(room: Night) -> None:
    await threaten(room, 2)
    room.clock.now = BEFORE_MIDNIGHT + 10 * MINUTE
    await threaten(room, 1, first=2)
    before, after = cards(room)
    assert ("2 messages" in before, "1 message from 1 person" in after) == (True, True)
    await opened(room, "look", 3)
    await room.pass_(3 * MINUTE)
    assert all("nothing since then." in card for card in cards(room))
    room.restart()
    await room.pass_(3 * MINUTE)
    assert len(cards(room)) == 2


async def test_a_quiet_day_has_no_such_card(room: Night) -> None:
    await room.bridge.tell(message("bonjour", at=room.clock()))
    await room.bridge.fold()
    await room.pass_(3 * MINUTE)
    assert cards(room) == []
