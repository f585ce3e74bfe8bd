"""Touches of buttons, over HTTP and by Socket Mode: acknowledged at once, decided once, told privately."""

from collections.abc import AsyncIterator

import pytest

from bridge.card import Bundle, Button, Note, Sample
from bridge.errors import RempartError, StoreUnavailable
from bridge.noun import replace
from channels.standins.faults import Fault
from tests.channels.slack_world import (
    CARD,
    MEMBER,
    STRANGER,
    World,
    action,
    drawn_buttons,
    living,
    said,
    until,
)
from tests.support.french import typeset


@pytest.fixture(params=[False, True], ids=["http", "socket_mode"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with living(socket_mode=request.param) as world:
        yield world


async def press(world: World, verb: str, user: str = MEMBER) -> int | None:
    """Posts the card, and presses the button with that verb."""
    message = await world.posted()
    return await world.standin.press(user, message, action(message, verb))


async def test_a_touch_is_an_act_of_who_touched_about_what_the_button_says(world: World) -> None:
    assert await press(world, "mute") == 200
    (act,) = await world.acted()
    assert (act.channel, act.actor, act.verb, act.target) == ("slack", MEMBER, "mute", "brave-heron-42")
    assert (act.member, act.groups, act.length, act.reason) == (True, (), None, "")


async def test_what_came_of_it_is_told_to_the_actor_alone(world: World) -> None:
    await press(world, "mute_all")
    assert await world.told() == ["Done: mute_all."]
    assert world.standin.ephemerals(STRANGER) == []
    assert [message["replies"] for message in world.standin.messages()] == [[]]


async def test_a_touch_is_acknowledged_while_the_house_still_decides(world: World) -> None:
    world.host.deciding.clear()
    assert await press(world, "mute") == 200
    await world.acted()
    assert world.standin.ephemerals(MEMBER) == []
    world.host.deciding.set()
    assert await world.told() == ["Done: mute."]


async def test_who_waits_long_is_told_that_the_answer_is_still_to_come(world: World) -> None:
    hurry(world)
    world.host.deciding.clear()
    await press(world, "mute")
    assert await world.told() == ["This takes longer than usual; the answer will follow."]
    world.host.deciding.set()
    assert await world.told(times=2) == [
        "This takes longer than usual; the answer will follow.",
        "Done: mute.",
    ]


def hurry(world: World) -> None:
    """Makes the room say very soon that something takes long."""
    assert world.room._parts is not None
    world.room._parts.desk.patience_seconds = 0.05


@pytest.mark.parametrize("times", [1, 3])
async def test_a_repeated_delivery_is_acknowledged_and_changes_nothing(world: World, times: int) -> None:
    await press(world, "mute")
    assert await world.standin.redeliver(times) == [200] * times
    await world.told()
    await settled(world)
    assert len(world.host.acts) == 1
    assert await world.told() == ["Done: mute."]


async def settled(world: World) -> None:
    """Returns once nothing is under way in the room."""
    assert world.room._parts is not None
    tasks = world.room._parts.tasks
    standing = 1 if not world.room.webhooks() else 0
    await until(lambda: len(tasks._under_way) <= standing, "the room came to rest")


async def test_two_touches_are_two_acts_with_ids_of_their_own(world: World) -> None:
    message = await world.posted()
    for _ in range(2):
        await world.standin.press(MEMBER, message, action(message, "mute"))
    first, second = await world.acted(2)
    assert first.provider_id != second.provider_id


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (
            StoreUnavailable("The disk is full."),
            "Nothing was done, because it could not be recorded: try again in a minute.",
        ),
        (RempartError("It is recorded, and not decided yet."), "It is recorded, and not decided yet."),
        (ValueError("odd"), "Something failed on our side: look at the card before you try again."),
    ],
    ids=["not_stored", "not_decided", "broken"],
)
async def test_an_act_that_fails_is_told_in_a_plain_sentence(
    world: World, fault: Exception, told: str
) -> None:
    world.host.fault = fault
    assert await press(world, "mute") == 200
    assert await world.told() == [told]


async def test_a_strangers_touch_reaches_the_house_as_a_strangers(world: World) -> None:
    await press(world, "mute", STRANGER)
    (act,) = await world.acted()
    assert (act.actor, act.member) == (STRANGER, False)


async def test_a_stranger_is_answered_where_slack_lets_no_message_reach_them(world: World) -> None:
    """Slack refuses ephemeral messages to those who are not in the channel; the payload's own URL remains."""
    await press(world, "mute", STRANGER)
    assert await world.told(STRANGER) == ["Done: mute."]


async def test_an_act_says_which_user_groups_the_actor_is_in(world: World) -> None:
    world.standin.workspace.groups = {
        "S0ADMINS": {MEMBER},
        "S0OTHERS": {STRANGER},
        "S0ALL": {MEMBER, STRANGER},
    }
    await press(world, "mute")
    (act,) = await world.acted()
    assert act.groups == ("S0ADMINS", "S0ALL")


async def test_the_answer_to_a_card_with_a_thread_stands_beside_the_card(world: World) -> None:
    message = await world.posted()
    world.standin.limits.seconds_between_posts = 0
    await world.room.note(f"{message['channel']}:{message['ts']}", _note())
    await world.standin.press(MEMBER, message, action(message, "mute"))
    await world.told()
    (answer,) = world.standin.ephemerals(MEMBER)
    assert answer["thread_ts"] is None


def _note() -> Note:
    return Note("count:100", "100 messages.")


async def test_texts_open_in_a_window_for_who_asked_and_nowhere_else(world: World) -> None:
    why = "Judged a raider: near copies of one text from 12 senders."
    world.host.texts = [Sample("brave-heron-42", "<!channel> *salut*", 1_790_000_000_000_000, why)]
    await press(world, "samples")
    await until(
        lambda: "<!channel>" in said(world.standin.window(MEMBER) or {"blocks": []}), "the window filled"
    )
    assert said(world.standin.window(MEMBER) or {}).endswith(f"<!channel> *salut*\n{why}")
    assert world.standin.window(STRANGER) is None
    assert world.standin.ephemerals(MEMBER) == []
    assert "<!channel>" not in said(world.standin.messages()[0])


async def test_the_window_opens_before_the_house_is_asked(world: World) -> None:
    world.host.deciding.clear()
    await press(world, "samples")
    await until(lambda: world.standin.window(MEMBER) is not None, "the window opened")
    assert said(world.standin.window(MEMBER) or {}) == "The messages are on their way…"
    world.host.deciding.set()
    await until(lambda: "no message" in said(world.standin.window(MEMBER) or {}), "the window filled")


async def test_looking_at_texts_is_an_act_like_any_other(world: World) -> None:
    await press(world, "samples", STRANGER)
    await until(
        lambda: "Only members" in said(world.standin.window(STRANGER) or {"blocks": []}), "it was refused"
    )
    (act,) = world.host.acts
    assert (act.actor, act.verb, act.target, act.member) == (STRANGER, "samples", "1", False)


@pytest.mark.parametrize("fault", [StoreUnavailable("The disk is full.")], ids=["not_stored"])
async def test_a_window_that_cannot_be_filled_says_so(world: World, fault: Exception) -> None:
    world.host.fault = fault
    await press(world, "samples")
    await until(
        lambda: "try again" in said(world.standin.window(MEMBER) or {"blocks": []}), "the window said so"
    )


PASSING = [Fault.RESET_BEFORE, Fault.RATE_LIMITED, Fault.UNAVAILABLE_BEFORE, Fault.EMPTY_AFTER]


def seen(world: World) -> str:
    """What stands in the window that was opened last."""
    return said(world.standin.window(MEMBER) or {"blocks": []})


@pytest.mark.parametrize("fault", PASSING)
async def test_a_window_waits_no_longer_than_slack_stumbles(world: World, fault: Fault) -> None:
    world.host.texts = [Sample("brave-heron-42", "Coucou", 1_790_000_000_000_000)]
    world.standin.faults.retry_after_seconds = 1
    world.standin.faults.next(fault, on="views.update")
    await press(world, "samples")
    await until(lambda: "Coucou" in seen(world), "the window filled")


async def test_a_window_that_slack_will_not_fill_says_so(world: World) -> None:
    world.standin.faults.next(Fault.INVALID_BLOCKS, on="views.update")
    await press(world, "samples")
    await until(lambda: "cannot be shown now" in seen(world), "the window said so")


@pytest.mark.parametrize("fault", PASSING)
async def test_what_came_of_an_act_on_the_home_page_is_told_there_though_slack_stumbles(
    world: World, fault: Fault
) -> None:
    await world.standin.open_home(MEMBER)
    await until(lambda: world.standin.home(MEMBER) is not None, "the page was shown")
    page = world.standin.home(MEMBER)
    assert page is not None
    world.standin.faults.retry_after_seconds = 1
    world.standin.faults.next(fault, on="views.publish")
    await world.standin.press_home(MEMBER, action(page, "pause"))
    await until(lambda: "Done: pause." in said(world.standin.home(MEMBER) or {}), "it was told")


async def test_who_asks_for_texts_too_late_is_told_to_try_again(world: World) -> None:
    message = await world.posted()
    world.standin.faults.refused["views.open"] = "expired_trigger_id"
    await world.standin.press(MEMBER, message, action(message, "samples"))
    assert await world.told() == [
        "The messages cannot be shown now: close this window and try again in a minute."
    ]
    assert world.host.acts == []


async def test_a_button_that_is_not_ours_is_acknowledged_and_nothing_else(world: World) -> None:
    message = await world.posted()
    await world.standin.press(MEMBER, message, action(message, "mute"))
    await world.acted()
    assert world.standin.newest is not None
    payload = {
        **world.standin.newest.payload,
        "actions": [{"action_id": "other", "value": "{}", "type": "button"}],
    }
    assert await world.standin.tell("interactive", payload) == 200
    assert len(world.host.acts) == 1


async def test_without_a_house_nothing_is_done_and_the_actor_knows() -> None:
    async with living(host=False) as world:
        await press(world, "mute")
        assert await world.told() == [
            "Nothing was done, because it could not be recorded: try again in a minute."
        ]


async def test_the_room_speaks_the_language_of_the_team() -> None:
    async with living(language="fr") as world:
        world.host.fault = StoreUnavailable("The disk is full.")
        await press(world, "mute")
        assert await world.told() == [
            typeset("Rien n'a été fait, faute de pouvoir l'enregistrer : réessayez dans une minute.")
        ]


GROUP = "3f2a91c0.1790000000000000"


def bundles() -> list[Bundle]:
    """A group of doubtful people with a text of theirs."""
    buttons = Button("answer", "Answer 12", GROUP, "primary"), Button("drop", "Drop 12", GROUP)
    text = Sample("brave-heron-42", "<!channel> *menteuse*", 1_790_000_000_000_000)
    return [Bundle("12 people, €0.92: a word in common.", buttons, text)]


async def listed(world: World) -> None:
    """Opens the list of doubtful people from a card, and waits for it."""
    world.host.bundles = bundles()
    message = await world.posted(replace(CARD, buttons=(Button("doubtful", "Doubtful: 12", ""),)))
    await world.standin.press(MEMBER, message, action(message, "doubtful"))
    await until(lambda: "12 people" in said(world.standin.window(MEMBER) or {"blocks": []}), "it is listed")


async def test_doubtful_people_are_listed_in_a_window_with_a_text_each(world: World) -> None:
    await listed(world)
    window = world.standin.window(MEMBER) or {}
    assert "<!channel> *menteuse*" in said(window)
    assert "<!channel>" not in said(world.standin.messages()[0])
    assert [button["text"]["text"] for button in drawn_buttons(window["blocks"])] == ["Answer 12", "Drop 12"]
    assert [act.verb for act in world.host.acts] == ["doubtful"]


async def test_a_touch_in_the_window_is_an_act_and_the_window_tells_what_came_of_it(world: World) -> None:
    await listed(world)
    world.host.bundles = []
    window = world.standin.window(MEMBER) or {}
    (answer, *_) = [one for one in drawn_buttons(window["blocks"]) if "answer" in one["value"]]
    await world.standin.press(MEMBER, window["id"], answer["action_id"])
    await until(lambda: "Done: answer." in said(world.standin.window(MEMBER) or {}), "it was told")
    assert "Nobody doubtful waits." in said(world.standin.window(MEMBER) or {})
    assert [(act.verb, act.target) for act in world.host.acts] == [
        ("doubtful", ""),
        ("answer", GROUP),
        ("doubtful", ""),
    ]
    assert world.standin.home(MEMBER) is None
    assert world.standin.ephemerals(MEMBER) == []


LINK = "https://bridge.example.org/status?until=1&key=x"


async def test_the_button_for_the_status_page_answers_members_with_a_fresh_link_and_is_no_act(
    world: World,
) -> None:
    card = replace(CARD, buttons=(Button("status_page", "Pictures and figures", "2026-11-21"),))
    message = await world.posted(card)
    pressed = action(message, "status_page")
    for user, link, opened in (
        (MEMBER, LINK, [LINK]),
        (STRANGER, LINK, []),
        (MEMBER, None, []),
    ):
        world.host.link = link
        before = len(world.standin.ephemerals(user))
        assert await world.standin.press(user, message, pressed) == 200
        await world.told(user, before + 1)
        buttons = drawn_buttons(world.standin.ephemerals(user)[-1]["blocks"])
        assert [one.get("url") for one in buttons] == opened
    assert world.host.acts == []
