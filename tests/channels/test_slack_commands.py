"""The slash command and the home page, over HTTP and by Socket Mode."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from bridge.card import Fact
from bridge.errors import RempartError, StoreUnavailable
from bridge.model import DAY
from bridge.noun import replace
from channels.standins.faults import Fault
from tests.channels.slack_world import HOME, MEMBER, STRANGER, World, drawn_buttons, living, said, until
from tests.support.french import typeset


@pytest.fixture(params=[False, True], ids=["http", "socket_mode"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with living(socket_mode=request.param) as world:
        yield world


async def shown(world: World, text: str, user: str = MEMBER) -> str:
    """The user's home page, once it says `text`."""
    await until(lambda: text in said(world.standin.home(user) or {"blocks": []}), f"the page said {text}")
    return said(world.standin.home(user) or {})


@pytest.mark.parametrize(
    ("text", "verb", "target", "length", "reason"),
    [
        ("mute brave-heron-42", "mute", "brave-heron-42", None, ""),
        ("mute brave-heron-42 for 7d again and again", "mute", "brave-heron-42", 7 * DAY, "again and again"),
        ("mute 06 12 34 56 78 spam", "mute", "sms:+33612345678", None, "spam"),
        ("unmute telegram:4242", "unmute", "telegram:4242", None, ""),
        ("pause", "pause", "sms", None, ""),
        ("resume", "resume", "sms", None, ""),
        ("pot set 3300", "pot", "3300", None, ""),
        ("pot add 50 spring appeal", "pot_add", "50", None, "spring appeal"),
        ("pot correct -12,5", "pot_correct", "-12.5", None, ""),
    ],
)
async def test_a_command_that_changes_something_is_an_act(  # noqa: PLR0917 - one row, one argument each
    world: World, text: str, verb: str, target: str, length: int | None, reason: str
) -> None:
    assert await world.standin.command(MEMBER, text) == 200
    (act,) = await world.acted()
    assert (act.verb, act.target, act.length, act.reason) == (verb, target, length, reason)
    assert (act.channel, act.actor, act.member) == ("slack", MEMBER, True)
    assert await world.told() == [f"Done: {verb}."]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("status", "Rempart\nPosture: calm\nPot: €10.00 of €3,300.00 spent\nChannel sms: on"),
        ("pot", "Pot: €10.00 of €3,300.00 spent"),
        ("mutes", "Muted senders (1)\nbrave-heron-42: until tomorrow, by U0ORGANISER: spam"),
        ("why brave-heron-42", "brave-heron-42 waits: a reply is held until about 18:52."),
        ("why", "Whom? Write /rempart why and a sender, such as brave-heron-42."),
        ("mtue brave-heron-42", '"mtue" is not something I know: did you mean /rempart mute?'),
        (
            "mute brave-heron-42 for ever",
            (
                "That is no length of time: write for example for 90s, 10m, 2h, 7 days or 1y, "
                "or until tomorrow 8h."
            ),
        ),
    ],
)
async def test_a_command_that_asks_is_answered_privately_and_is_no_act(
    world: World, text: str, told: str
) -> None:
    assert await world.standin.command(MEMBER, text) == 200
    assert await world.told() == [told]
    assert (world.host.acts, world.standin.messages()) == ([], [])


@pytest.mark.parametrize("text", ["", "  ", "help"])
async def test_help_says_every_verb(world: World, text: str) -> None:
    await world.standin.command(MEMBER, text)
    (told,) = await world.told()
    verbs = ("status", "mute", "unmute", "mutes", "why", "pause", "resume", "pot", "help")
    assert all(f"/rempart {verb}" in told for verb in verbs)


async def test_a_repeated_command_is_acknowledged_and_changes_nothing(world: World) -> None:
    await world.standin.command(MEMBER, "pause")
    assert await world.standin.redeliver(2) == [200, 200]
    await world.standin.command(MEMBER, "help")
    await world.told(times=2)
    assert len(world.host.acts) == 1


async def test_who_is_muted_is_for_members_of_the_channel(world: World) -> None:
    await world.standin.command(STRANGER, "mutes")
    assert await world.told(STRANGER) == ["Only members of the feed channel see who is muted."]


async def test_why_somebody_is_held_is_for_members_of_the_channel(world: World) -> None:
    await world.standin.command(STRANGER, "why brave-heron-42")
    assert await world.told(STRANGER) == ["Only members of the feed channel are told why."]


@pytest.mark.parametrize("number", ["06 12 34 56 78", "+33 6 12 34 56 78", "tel:0612345678", "telegram:4242"])
async def test_asking_by_number_is_an_act_and_no_question(world: World, number: str) -> None:
    await world.standin.command(MEMBER, f"why {number}")
    (told,) = await world.told()
    (act,) = world.host.acts
    assert told == f"{act.target} waits: a reply is held until about 18:52."
    assert (act.verb, act.actor, act.member) == ("look_up", MEMBER, True)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (RempartError("Unknown: write a handle."), "Unknown: write a handle."),
        (StoreUnavailable("The database is away."), "That cannot be told now: try again in a minute."),
    ],
)
async def test_what_nobody_can_explain_is_said_so(world: World, fault: Exception, told: str) -> None:
    world.host.fault = fault
    await world.standin.command(MEMBER, "why brave-heron-42")
    assert await world.told() == [told]


async def test_a_command_may_be_given_where_the_app_is_not(world: World) -> None:
    assert await world.standin.command(MEMBER, "pot", channel="C0ELSEWHERE") == 200
    assert await world.told() == ["Pot: €10.00 of €3,300.00 spent"]


async def test_a_workspace_may_give_our_command_another_name(world: World) -> None:
    await world.standin.command(MEMBER, "pot", name="/decoy")
    assert await world.told() == ["Pot: €10.00 of €3,300.00 spent"]


async def test_a_page_that_speaks_of_no_money_tells_all_it_has(world: World) -> None:
    world.host.page = replace(HOME, facts=(Fact("Posture", "calm"),))
    await world.standin.command(MEMBER, "pot")
    assert await world.told() == ["Posture: calm"]


async def test_nobody_muted_is_said_so(world: World) -> None:
    world.host.page = replace(HOME, mutes=())
    await world.standin.command(MEMBER, "mutes")
    assert await world.told() == ["Nobody is muted."]


async def test_what_cannot_be_told_now_is_said_so(world: World) -> None:
    world.host.fault = StoreUnavailable("The database is away.")
    await world.standin.command(MEMBER, "status")
    assert await world.told() == ["That cannot be told now: try again in a minute."]


async def test_the_home_page_shows_how_things_stand_and_how_to_undo(world: World) -> None:
    assert await world.standin.open_home(MEMBER) == 200
    page = await shown(world, "Rempart")
    assert all(
        text in page for text in ("calm", "€10.00 of €3,300.00 spent", "Muted senders (1)", "brave-heron-42")
    )
    labels = [
        button["text"]["text"] for button in drawn_buttons((world.standin.home(MEMBER) or {})["blocks"])
    ]
    assert labels == ["Pause SMS", "Unmute"]


async def test_a_touch_on_the_home_page_is_answered_there_and_the_page_keeps_up(world: World) -> None:
    await world.standin.open_home(MEMBER)
    await shown(world, "Rempart")
    world.host.page = replace(HOME, mutes=())
    assert await world.standin.press_home(MEMBER, "act:1:unmute") == 200
    page = await shown(world, "Done: unmute.")
    assert "brave-heron-42" not in page
    (act,) = world.host.acts
    assert (act.verb, act.target, act.member) == ("unmute", "brave-heron-42", True)


async def test_an_act_elsewhere_brings_the_actors_home_page_up_to_date(world: World) -> None:
    await world.standin.open_home(MEMBER)
    await shown(world, "calm")
    world.host.page = replace(HOME, facts=(Fact("Posture", "paused"),))
    await world.standin.command(MEMBER, "pause")
    await shown(world, "paused")


async def test_who_never_opened_the_home_page_is_not_sent_one(world: World) -> None:
    await world.standin.command(MEMBER, "pause")
    await world.told()
    await world.standin.command(MEMBER, "help")
    await world.told(times=2)
    assert world.counted("views.publish") == 0


async def test_a_strangers_home_page_shows_no_mutes_and_nothing_to_touch(world: World) -> None:
    await world.standin.open_home(STRANGER)
    page = await shown(world, "calm", STRANGER)
    assert "brave-heron-42" not in page
    assert drawn_buttons((world.standin.home(STRANGER) or {})["blocks"]) == []


async def test_a_home_page_that_cannot_be_told_now_says_so(world: World) -> None:
    world.host.fault = StoreUnavailable("The database is away.")
    await world.standin.open_home(MEMBER)
    await shown(world, "That cannot be told now")


async def test_a_page_that_slack_will_not_show_disturbs_nothing(world: World) -> None:
    world.standin.faults.refused["views.publish"] = "not_enabled"
    await world.standin.open_home(MEMBER)
    await until(lambda: world.counted("views.publish") == 1, "the page was tried")
    await world.standin.command(MEMBER, "pot")
    assert await world.told() == ["Pot: €10.00 of €3,300.00 spent"]


async def test_commands_are_answered_in_french_to_a_french_team() -> None:
    async with living(language="fr") as world:
        await world.standin.command(MEMBER, "sttaus")
        assert await world.told() == [
            typeset("« sttaus » m'est inconnu : vouliez-vous dire /rempart status ?")
        ]
        await world.standin.command(MEMBER, "pot")
        assert (await world.told(times=2))[-1] == typeset("Pot : €10.00 of €3,300.00 spent")


async def test_an_answer_waits_out_a_short_rate_limit(world: World) -> None:
    world.standin.faults.retry_after_seconds = 0
    world.standin.faults.next(Fault.RATE_LIMITED, on="chat.postEphemeral")
    await world.standin.command(MEMBER, "pot")
    assert await world.told() == ["Pot: €10.00 of €3,300.00 spent"]
    assert world.counted("chat.postEphemeral") == 2


LINK = "https://bridge.example.org/status?until=1&key=x"


def opens(message: Mapping[str, Any]) -> list[str]:
    """The addresses that a drawing opens."""
    return [str(button["url"]) for button in drawn_buttons(message["blocks"]) if "url" in button]


async def test_members_are_given_a_link_to_the_status_page_and_nobody_else(world: World) -> None:
    world.host.link = LINK
    for user, found in ((MEMBER, [LINK]), (STRANGER, [])):
        await world.standin.command(user, "status")
        await world.told(user)
        assert opens(world.standin.ephemerals(user)[-1]) == found
        await world.standin.open_home(user)
        await shown(world, "Posture", user)
        assert opens(world.standin.home(user) or {}) == found
    assert world.host.acts == []
