"""Finding in Slack: typed, or written in a window; counts first, texts where asked for; and the way back."""

from collections.abc import AsyncIterator

import pytest

from bridge.card import Bundle, Button, Discovery, HomeMute, Sample
from bridge.model import DAY
from bridge.noun import replace
from tests.channels.slack_world import (
    CARD,
    HOME,
    MEMBER,
    STRANGER,
    World,
    action,
    drawn_buttons,
    living,
    said,
    until,
)

SEARCH = "5" * 32
NAME = f"{SEARCH}.0"


@pytest.fixture(params=["http", "socket_mode", "second_line"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    socket_mode, second = request.param == "socket_mode", request.param == "second_line"
    async with living(socket_mode=socket_mode, second=second) as world:
        world.host.discovery = discovery()
        yield world


@pytest.fixture(params=[False, True], ids=["http", "socket_mode"])
async def alone(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """The only line: a home page is the first one's."""
    async with living(socket_mode=request.param) as world:
        yield world


def discovery() -> Discovery:
    """What was found, before anybody asked for texts."""
    buttons = (
        Button("mute_found", "Mute these 9", NAME, "danger"),
        Button("texts_found", "Show 3 texts", f"{SEARCH}.1"),
    )
    return Discovery(("12 messages from 9 senders hold it.",), buttons)


def with_texts() -> Discovery:
    aside = Button("texts_found", "Not this one", f"{SEARCH}.1 brave-heron-42")
    mute = Button("mute", "Mute 24 h", "brave-heron-42")
    sample = Sample("brave-heron-42", "<!channel> la violette", 1_790_000_000_000_000, "", (aside, mute))
    return replace(discovery(), samples=(sample,))


async def shown(world: World, text: str, user: str = MEMBER) -> dict[str, object]:
    """The window, once it says so."""
    await until(lambda: text in said(world.standin.window(user) or {"blocks": []}), f"{text!r} is shown")
    return world.standin.window(user) or {}


async def pressed(world: World, verb: str) -> None:
    """Presses a button of the window."""
    window = world.standin.window(MEMBER) or {}
    await world.standin.press(MEMBER, window["id"], action(window, verb))


ASKED = [
    ('find "la violette"', "la violette", None),
    ("find « la violette »", "la violette", None),
    ("find la violette", "la violette", None),
    ('find "la violette" since 7d', "la violette", 7 * DAY),
    ("find la violette depuis 7d", "la violette", 7 * DAY),
    ("find re:viol.tte", "re:viol.tte", None),
    ("FIND Violette", "Violette", None),
]


@pytest.mark.parametrize(("typed", "phrase", "length"), ASKED)
async def test_what_is_typed_is_looked_for(typed: str, phrase: str, length: int | None) -> None:
    async with living() as world:
        await world.standin.command(MEMBER, typed)
        await shown(world, "12 messages")
        (act,) = world.host.acts
    assert (act.verb, act.target, act.length) == ("find", phrase, length)


async def test_no_text_is_shown_before_somebody_asks_and_none_elsewhere(world: World) -> None:
    await world.standin.command(MEMBER, "find violette")
    await shown(world, "12 messages")
    world.host.discovery = with_texts()
    await pressed(world, "texts_found")
    assert "<!channel> la violette" in said(await shown(world, "la violette"))
    assert [act.verb for act in world.host.acts] == ["find", "texts_found"]
    assert world.standin.messages() == world.standin.ephemerals(MEMBER) == []


async def test_a_button_on_the_card_opens_a_window_to_write_in(world: World) -> None:
    message = await world.posted(replace(CARD, buttons=(Button("find", "Find", ""),)))
    await world.standin.press(MEMBER, message, action(message, "find"))
    await until(lambda: world.standin.window(MEMBER) is not None, "it opened")
    window = world.standin.window(MEMBER) or {}
    assert await world.standin.submit(MEMBER, window["id"], "la violette since 7d") == 200
    await shown(world, "12 messages")
    (act,) = world.host.acts
    assert (act.verb, act.target, act.length, act.member) == ("find", "la violette", 7 * DAY, True)


async def test_whoever_types_nothing_behind_it_gets_the_window_too(world: World) -> None:
    await world.standin.command(MEMBER, "find")
    await until(lambda: world.standin.window(MEMBER) is not None, "it opened")
    assert world.host.acts == []


async def test_what_came_of_an_act_stands_in_the_window_with_its_undo(world: World) -> None:
    await world.standin.command(MEMBER, "find violette")
    await shown(world, "12 messages")
    undo = Bundle("9 senders who wrote it are muted.", (Button("undo", "Undo", "a" * 32),))
    world.host.discovery = replace(discovery(), bundles=(undo,))
    await pressed(world, "mute_found")
    window = await shown(world, "Done: mute_found.")
    assert "Undo" in [button["text"]["text"] for button in drawn_buttons(window["blocks"])]  # type: ignore[arg-type]
    found, mute, again = world.host.acts
    assert (mute.verb, mute.target) == ("mute_found", NAME)
    assert (again.verb, again.target) == ("texts_found", NAME)
    await pressed(world, "undo")
    await shown(world, "Done: undo.")
    assert found.verb == "find"


async def test_a_touch_beside_a_text_of_a_raid_leads_back_to_these_texts(world: World) -> None:
    mute = Button("mute", "Mute 24 h", "brave-heron-42")
    world.host.texts = [Sample("brave-heron-42", "salut", 1_790_000_000_000_000, "", (mute,))]
    message = await world.posted()
    await world.standin.press(MEMBER, message, action(message, "samples"))
    await shown(world, "salut")
    undo = Button("undo", "Undo", "a" * 32)
    world.host.texts = [replace(world.host.texts[0], buttons=(undo,))]
    await pressed(world, "mute")
    window = await shown(world, "Done: mute.")
    assert [button["text"]["text"] for button in drawn_buttons(window["blocks"])] == ["Undo"]  # type: ignore[arg-type]
    assert [(act.verb, act.target) for act in world.host.acts] == [
        ("samples", "1"),
        ("mute", "brave-heron-42"),
        ("samples", "1"),
    ]


async def test_a_stranger_sees_nothing_of_it(world: World) -> None:
    await world.standin.command(STRANGER, "find violette")
    await shown(world, "Only members", STRANGER)


MANY = tuple(
    HomeMute(f"brave-heron-{n:02}", "until tomorrow", Button("unmute", "Unmute", f"brave-heron-{n:02}"))
    for n in range(20)
)


async def test_a_thousand_mutes_are_leafed_through_and_searched_on_the_home_page(alone: World) -> None:
    alone.host.page = replace(HOME, mutes=MANY, mutes_left_out=980, mutes_page=0, mutes_pages=50)
    await alone.standin.open_home(MEMBER)
    await until(lambda: "Page 1 of 50" in said(alone.standin.home(MEMBER) or {"blocks": []}), "it is shown")
    assert "980" in said(alone.standin.home(MEMBER) or {})
    alone.host.page = replace(alone.host.page, mutes_page=1)
    await alone.standin.press_home(MEMBER, action(alone.standin.home(MEMBER) or {}, "leaf"))
    await until(lambda: "Page 2 of 50" in said(alone.standin.home(MEMBER) or {}), "it was turned")
    alone.host.page = replace(HOME, mutes_phrase="heron")
    await alone.standin.write(MEMBER, "search_mutes", "heron <!channel>")
    await until(lambda: "All of them" in said(alone.standin.home(MEMBER) or {}), "it was searched")
    assert alone.host.leaves == [(0, ""), (1, ""), (0, "heron <!channel>")]
    assert alone.host.acts == []
