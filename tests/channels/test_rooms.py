"""The contract of rooms: Slack and Mattermost keep it alike, over HTTP against their stand-ins."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bridge.card import Fact, Note, Sample
from bridge.errors import StoreUnavailable
from bridge.model import SECOND
from bridge.noun import replace
from bridge.ports import Introducing, Naming, Nesting, Recalling, Room, Unreachable
from channels.standins.faults import Fault
from tests.channels.room_worlds import ROOMS, RoomWorld, other, posted
from tests.channels.slack_world import CARD

NOTE = Note("count:100", "100 messages from 30 senders.")


@pytest.fixture(params=ROOMS)
async def world(request: pytest.FixtureRequest) -> AsyncIterator[RoomWorld]:
    async with ROOMS[request.param]() as world:
        yield world


async def test_a_card_is_one_message_that_says_all_and_offers_all(world: RoomWorld) -> None:
    await posted(world)
    (shown,) = world.shown()
    for said in (
        "Raid 1",
        "120 messages from 40 senders.",
        "Spent\n€1.20",
        "▁▃▂█",
        "What they have in common",
        "30 senders pasted one text: 100 messages.",
        "as of 10:00",
    ):
        assert said in shown
    assert world.labels() == ["Mute all 40", "Mute 24 h: brave-heron-42", "Show texts", "Pause SMS"]


@pytest.mark.parametrize("facts", [10, 11, 20, 23])
async def test_no_fact_of_a_card_is_left_out(world: RoomWorld, facts: int) -> None:
    """A bad night has more than ten: two channels fail, replies wait, a rule was refused, threats came."""
    told = tuple(Fact(f"Fact {number}", f"€{number}.00") for number in range(facts))
    await world.room.post(replace(CARD, facts=told))
    (shown,) = world.shown()
    assert [one.value for one in told if one.value not in shown] == []


async def test_an_edit_changes_the_message_that_stands(world: RoomWorld) -> None:
    where = await posted(world)
    assert await world.room.edit(where, other(CARD, "Raid 1 is over"))
    (shown,) = world.shown()
    assert "Raid 1 is over" in shown


@pytest.mark.parametrize("where", ["", "C0OTHER:1.2", "nonsense", f"{'a' * 26}:{'b' * 26}"])
async def test_a_card_of_another_channel_is_gone(world: RoomWorld, where: str) -> None:
    assert await world.room.edit(where, CARD) is False


async def test_what_somebody_has_deleted_is_gone_and_its_thread_with_it(world: RoomWorld) -> None:
    where = await posted(world)
    world.delete()
    assert await world.room.edit(where, CARD) is False
    await world.room.note(where, NOTE)
    assert world.shown() == []


async def test_a_note_stands_in_the_cards_thread(world: RoomWorld) -> None:
    where = await posted(world)
    await world.room.note(where, NOTE)
    assert [NOTE.text in one for one in world.replies()] == [True]
    assert len(world.shown()) == 1


async def test_a_card_stands_in_anothers_thread_and_is_edited_there(world: RoomWorld) -> None:
    above = await posted(world)
    hung = replace(CARD, key="threats:1", title="Threats", under=CARD.key)
    where = await world.room.post_under(above, hung)
    assert [("Threats" in one, "Raid 1" in one) for one in world.replies()] == [(True, False)]
    assert await world.room.edit(where, replace(hung, title="More threats"))
    assert ["More threats" in one for one in world.replies()] == [True]
    assert len(world.shown()) == 1


async def test_a_card_that_may_stand_in_a_thread_is_found_there(world: RoomWorld) -> None:
    above = await posted(world)
    hung = replace(CARD, key="threats:1", under=CARD.key)
    where = await world.room.post_under(above, hung)
    if isinstance(world.room, Recalling):
        assert await world.room.recall(hung) == where
        assert await world.room.recall(CARD) == above


async def test_under_what_is_gone_no_card_is_posted(world: RoomWorld) -> None:
    above = await posted(world)
    world.delete()
    with pytest.raises(Unreachable):
        await world.room.post_under(above, replace(CARD, key="threats:1", under=CARD.key))
    assert world.shown() == []


async def test_a_press_is_an_act_of_who_pressed_about_what_the_button_says(world: RoomWorld) -> None:
    await posted(world)
    assert await world.press(world.member, "mute") == 200
    assert await world.told(world.member) == "Done: mute."
    (act,) = world.host.acts
    assert (act.channel, act.actor) == (world.room.name, world.member)
    assert (act.verb, act.target, act.member) == ("mute", "brave-heron-42", True)
    assert world.overheard(world.stranger) == 0
    assert world.replies() == []


async def test_a_wide_act_is_done_once_somebody_is_sure(world: RoomWorld) -> None:
    await posted(world)
    assert await world.press(world.member, "mute_all") == 200
    assert await world.told(world.member)
    assert [(act.verb, act.target) for act in world.host.acts] == [("mute_all", "1")]


@pytest.mark.parametrize("who", ["guest", "stranger"])
async def test_guests_and_strangers_are_no_members_for_an_act(world: RoomWorld, who: str) -> None:
    await posted(world)
    user = str(getattr(world, who))
    await world.press(user, "mute")
    await world.told(user)
    assert [(act.actor, act.member) for act in world.host.acts] == [(user, False)]


async def test_a_command_is_an_act_and_what_is_not_understood_is_mended(world: RoomWorld) -> None:
    assert await world.command(world.member, "mute brave-heron-42 for 2h spam") == 200
    assert await world.told(world.member) == "Done: mute."
    (act,) = world.host.acts
    assert (act.verb, act.target, act.reason, act.member) == ("mute", "brave-heron-42", "spam", True)


async def test_own_words_reach_the_act_as_they_are(world: RoomWorld) -> None:
    await world.command(world.member, 'answer brave-heron-42 "On *vous* écoute @here." she asked')
    await world.told(world.member)
    (act,) = world.host.acts
    assert (act.verb, act.says, act.reason) == ("answer_one", ":On *vous* écoute @here.", "she asked")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mtue x", "/rempart mute"),
        ("help", "/rempart status"),
        ("status", "Posture"),
        ("mutes", "brave-heron-42"),
        ("why brave-heron-42", "a reply is held"),
    ],
)
async def test_a_question_is_answered_to_the_one_who_asks(world: RoomWorld, text: str, said: str) -> None:
    assert await world.command(world.member, text) == 200
    told = await world.told(world.member)
    assert said in told.replace("\\", "")
    assert world.host.acts == []
    assert world.overheard(world.guest) == 0


async def test_who_is_muted_is_no_strangers_business(world: RoomWorld) -> None:
    await world.command(world.stranger, "mutes")
    assert "Only members" in await world.told(world.stranger)


async def test_texts_are_shown_to_who_asked_and_to_nobody_else(world: RoomWorld) -> None:
    world.host.texts = [Sample("brave-heron-42", "une insulte et demie", 1_790_000_000 * SECOND)]
    await posted(world)
    assert await world.press(world.member, "samples") == 200
    assert "une insulte et demie" in await world.told(world.member)
    assert "insulte" not in "".join(world.shown())
    assert world.overheard(world.guest) == world.overheard(world.stranger) == 0


async def test_while_the_room_does_not_say_who_somebody_is_nothing_is_done(world: RoomWorld) -> None:
    await posted(world)
    world.be_silent()
    await world.press(world.member, "mute")
    assert "did not say who you are" in await world.told(world.member)
    assert world.host.acts == []


async def test_what_cannot_be_recorded_is_not_done_and_that_is_said(world: RoomWorld) -> None:
    world.host.fault = StoreUnavailable("The disk is full.")
    await world.command(world.member, "shield")
    assert "Nothing was done" in await world.told(world.member)


async def test_nobody_else_can_press_or_type_for_the_team(world: RoomWorld) -> None:
    await posted(world)
    statuses = await world.forge()
    assert set(statuses) == {403}
    assert world.host.acts == []


FAULTS = [
    (Fault.HANG_AFTER, "timeout", 1),
    (Fault.RESET_BEFORE, "disconnected", 0),
    (Fault.RESET_AFTER, "disconnected", 1),
    (Fault.ERROR_500_AFTER, "http_500", 1),
    (Fault.UNAVAILABLE_BEFORE, "http_503", 0),
    (Fault.GARBLED_AFTER, "unreadable", 1),
    (Fault.EMPTY_AFTER, "unreadable", 1),
    (Fault.REDIRECTED_BEFORE, "redirected", 0),
]


@pytest.mark.parametrize(("fault", "code", "stands"), FAULTS, ids=[fault for fault, _, _ in FAULTS])
async def test_trouble_becomes_a_short_code_and_never_a_second_call(
    world: RoomWorld, fault: Fault, code: str, stands: int
) -> None:
    world.hurry()
    world.fault(fault)
    with pytest.raises(Unreachable) as unreachable:
        await world.room.post(CARD)
    assert (str(unreachable.value), world.posts()) == (code, 1)
    assert len(world.shown()) == stands


@pytest.mark.parametrize("on", ["post", "edit", "note"])
async def test_the_room_is_heard_when_it_says_how_long_to_wait(world: RoomWorld, on: str) -> None:
    where = await posted(world)
    world.fault(Fault.RATE_LIMITED, on)
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "post": lambda: world.room.post(CARD),
        "edit": lambda: world.room.edit(where, CARD),
        "note": lambda: world.room.note(where, NOTE),
    }
    with pytest.raises(Unreachable, match="rate_limited") as unreachable:
        await calls[on]()
    assert unreachable.value.retry_after is not None
    assert unreachable.value.retry_after >= SECOND


async def test_people_are_called_what_the_room_calls_them_and_nobody_elses_people(world: RoomWorld) -> None:
    known = await world.room.names([world.member, "U0ELSEWHERE", "operator"])
    assert list(known) == [world.member]
    assert known[world.member]


def test_both_are_rooms(world: RoomWorld) -> None:
    assert isinstance(world.room, Room)
    assert isinstance(world.room, Naming)
    assert isinstance(world.room, Introducing)
    assert isinstance(world.room, Nesting)
