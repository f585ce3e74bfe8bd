"""Somebody is woken: mentioned once each, in new messages, until one is on it; restarts change nothing."""

from collections.abc import AsyncIterator, Callable
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.effects import Warn
from bridge.model import HOUR, MINUTE, SECOND, Act
from bridge.noun import replace
from bridge.store.engine.store import Store
from bridge.views import Trouble
from bridge.wording.raid_names import raid_name
from channels.standins.faults import Fault
from tests.channels.slack_world import drawn_buttons, said
from tests.heart.test_acts import act, do
from tests.support.books import apply
from tests.support.clock import NOON
from tests.support.events import RULES
from tests.support.night import Night, night

WAKE = RULES + b"organisers: {wake: [U0ONE, S0TEAM, U0THREE]}\n"
QUIET = b"quiet: {from: 00:00, to: '24:00'}\n"
EVERYBODY = ["U0THREE", "channel"]
BEFORE_MIDNIGHT = NOON + 7 * HOUR + 42 * MINUTE
"""23:55 in Paris."""


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    opened = Store(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def awake(store: Store) -> AsyncIterator[Night]:
    async with night(store, WAKE) as begun:
        yield begun


async def a_raid(room: Night) -> None:
    await room.raid()


async def the_last_warning(room: Night) -> None:
    async def work(connection: AsyncConnection) -> None:
        await apply(connection, [Warn((Fraction("0.5"), Fraction("0.8"), Fraction("0.95")))], room.clock())

    await room.store.transact(work)


async def a_channel_that_fails(room: Night) -> None:
    room.troubles = [Trouble("sms", "in", "http_500", room.clock())]


async def refused_rules(room: Night) -> None:
    room.refused = "responses.yaml:3:1: hold is no number."


BEGINNINGS = [a_raid, the_last_warning, a_channel_that_fails, refused_rules]


@pytest.mark.parametrize("begins", BEGINNINGS)
async def test_the_first_on_the_list_is_mentioned_once(awake: Night, begins: Callable[[Night], Any]) -> None:
    await awake.pass_(MINUTE)
    assert awake.mentions == []
    await begins(awake)
    await awake.pass_(9 * MINUTE)
    assert awake.mentions == ["U0ONE"]


async def test_a_channel_that_fails_for_less_than_five_minutes_wakes_nobody(awake: Night) -> None:
    await a_channel_that_fails(awake)
    await awake.pass_(4 * MINUTE + 50 * SECOND)
    awake.troubles = []
    await awake.pass_(15 * MINUTE)
    assert awake.mentions == []


async def test_quiet_hours_silence_nobody(store: Store) -> None:
    async with night(store, WAKE + QUIET) as room:
        await room.raid()
        await room.pass_(MINUTE)
        assert room.mentions == ["U0ONE"]


async def test_the_mention_is_a_new_message_in_the_thread_with_the_touch_beside_it(awake: Night) -> None:
    await awake.raid()
    await awake.pass_(MINUTE)
    raid = next(one for one in awake.standin.messages() if "Raid" in said(one))
    (call,) = [one for one in raid["replies"] if one["mentions"]]
    assert "A raid has begun" in said(call)
    (page,) = await awake.pages()
    assert call["text"].startswith(f"<@U0ONE> A raid has begun: {raid_name(page.card, 'en')} ({page.card}).")
    assert [button["text"]["text"] for button in drawn_buttons(call["blocks"])] == ["I am on it"]
    assert "I am on it" in [button["text"]["text"] for button in drawn_buttons(raid["blocks"])]


async def test_nobody_on_it_wakes_the_next_and_then_everybody(awake: Night) -> None:
    await awake.raid()
    await awake.pass_(9 * MINUTE)
    assert awake.mentions == ["U0ONE"]
    await awake.pass_(2 * MINUTE)
    assert awake.mentions == ["U0ONE", "S0TEAM"]
    await awake.pass_(12 * MINUTE)
    assert awake.mentions == ["U0ONE", "S0TEAM", *EVERYBODY]
    assert len(awake.standin.messages()) == 2, "all of it stands in threads"


async def taken(room: Night, verb: str = "take", actor: str = "U0ONE", id_: str = "") -> tuple[str, str]:
    (page,) = await room.pages()
    done: Act = replace(act(verb, page.card, actor=actor, id_=id_), at=room.clock())
    return await do(room.bridge, done)


async def test_whoever_is_on_it_stands_on_the_card_and_nobody_else_is_woken(awake: Night) -> None:
    await awake.raid()
    await awake.pass_(MINUTE)
    assert await taken(awake) == ("done", "Somebody is on it now, and nobody else is woken.")
    assert await taken(awake, actor="U0TWO") == ("nothing", "U0ONE is on it already.")
    await awake.pass_(12 * MINUTE)
    assert awake.mentions == ["U0ONE"]
    raid = next(one for one in awake.standin.messages() if "Raid" in said(one))
    assert "is on it since" in said(raid)  # by name, where a room knows it
    assert "Undo: I am on it" in [button["text"]["text"] for button in drawn_buttons(raid["blocks"])]


async def test_what_is_handed_back_wakes_the_next(awake: Night) -> None:
    await awake.raid()
    await awake.pass_(MINUTE)
    await taken(awake)
    await awake.pass_(12 * MINUTE)
    assert (await taken(awake, "hand_back"))[0] == "done"
    assert (await taken(awake, "hand_back", id_="again"))[0] == "nothing"
    await awake.pass_(9 * MINUTE)
    assert awake.mentions == ["U0ONE"]
    await awake.pass_(2 * MINUTE)
    assert awake.mentions == ["U0ONE", "S0TEAM"]


async def test_whoever_is_woken_may_take_it_and_a_stranger_may_not(store: Store) -> None:
    rules = RULES + b"organisers: {moderators: [U0MOD], wake: [U0ONE]}\n"
    async with night(store, rules) as room:
        await room.raid()
        await room.pass_(MINUTE)
        assert (await taken(room, actor="U0STRANGER"))[0] == "refused"
        assert (await taken(room, actor="U0ONE"))[0] == "done"


@pytest.mark.parametrize("begins", BEGINNINGS)
async def test_a_process_that_dies_again_and_again_pages_once_each(
    awake: Night, begins: Callable[[Night], Any]
) -> None:
    await awake.pass_(3 * MINUTE)
    await begins(awake)
    for _ in range(9):
        await awake.pass_(MINUTE)
        awake.restart()
    assert awake.mentions == ["U0ONE"]


async def test_a_call_that_slack_refuses_is_made_later(awake: Night) -> None:
    await awake.pass_(MINUTE)
    awake.standin.faults.next(Fault.RATE_LIMITED, Fault.RATE_LIMITED, on="chat.postMessage")
    awake.standin.faults.retry_after_seconds = 20
    await awake.raid()
    await awake.pass_(3 * MINUTE)
    assert awake.mentions == ["U0ONE"]


async def test_slack_away_for_an_hour_loses_nobody(awake: Night) -> None:
    await awake.pass_(MINUTE)
    awake.standin.faults.outage = True
    await awake.raid()
    await awake.pass_(21 * MINUTE)
    assert awake.mentions == []
    awake.standin.faults.outage = False
    await awake.pass_(4 * MINUTE)
    assert awake.mentions == ["U0ONE", "S0TEAM", *EVERYBODY]


async def test_a_raid_that_is_over_wakes_nobody_else(awake: Night) -> None:
    await awake.raid()
    await awake.pass_(MINUTE)
    raid = (await awake.pages())[0].card
    assert (await do(awake.bridge, act("false_alarm", raid)))[0] == "done"
    await awake.pass_(15 * MINUTE)
    assert awake.mentions == ["U0ONE"]
    assert all("I am on it" not in said(one) for one in awake.standin.messages())


async def test_a_page_of_last_night_is_not_made_again_by_todays_card(awake: Night) -> None:
    awake.clock.now = BEFORE_MIDNIGHT
    await the_last_warning(awake)
    await awake.pass_(25 * MINUTE)
    assert len(awake.standin.messages()) == 2
    assert awake.mentions == ["U0ONE", "S0TEAM", *EVERYBODY]


async def test_without_a_list_nobody_is_woken_and_somebody_may_still_say_they_are_on_it(store: Store) -> None:
    async with night(store, RULES) as room:
        await room.raid()
        await room.pass_(MINUTE)
        assert (await taken(room))[0] == "done"
        await room.pass_(11 * MINUTE)
        assert room.mentions == []


async def test_what_only_the_newest_raid_can_be_called_is_offered_on_its_card_alone(awake: Night) -> None:
    await awake.raid()
    awake.clock.pass_(4 * HOUR)
    await awake.raid(first=500)
    older, newer = [card for card in await awake.board.cards() if card.key.startswith("raid:")]
    offered = [
        {button.verb for button in card.buttons} & {"false_alarm", "reopen"} for card in (older, newer)
    ]
    assert offered == [set(), {"false_alarm"}]
    assert (await do(awake.bridge, act("false_alarm", older.key.removeprefix("raid:"))))[0] == "refused"
    assert (await do(awake.bridge, act("false_alarm", newer.key.removeprefix("raid:"))))[0] == "done"
