"""While Slack does not say who somebody is: nothing is shown or done, and nobody is called a stranger."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bridge.noun import replace
from channels.standins.faults import Fault
from tests.channels.slack_world import HOME, MEMBER, STRANGER, World, action, living, said, until

UNSURE = "The room did not say who you are"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with living() as world:
        assert world.room._parts is not None
        world.room._parts.desk._members.patience_seconds = 0.5
        yield world


async def touched(world: World, user: str) -> str:
    message = await world.posted()
    await world.standin.press(user, message, action(message, "mute_all"))
    return (await world.told(user))[-1]


async def looked(world: World, user: str) -> str:
    message = await world.posted()
    await world.standin.press(user, message, action(message, "samples"))
    shown: Callable[[], str] = lambda: said(world.standin.window(user) or {"blocks": []})  # noqa: E731
    await until(
        lambda: "Messages" not in shown() and "on their way" not in shown() and shown() != "",
        "the window filled",
    )
    return shown()


def commanded(text: str) -> Callable[[World, str], Awaitable[str]]:
    async def command(world: World, user: str) -> str:
        await world.standin.command(user, text)
        return (await world.told(user))[-1]

    return command


async def at_home(world: World, user: str) -> str:
    await world.standin.open_home(user)
    await until(lambda: world.standin.home(user) is not None, "the page was shown")
    return said(world.standin.home(user) or {})


DOORS: dict[str, Callable[[World, str], Awaitable[str]]] = {
    "a button": touched,
    "texts": looked,
    "the home page": at_home,
    **{
        f"/rempart {text}": commanded(text)
        for text in ("mutes", "why brave-heron-42", "why 0612345678", "pause")
    },
}


@pytest.mark.parametrize("user", [MEMBER, STRANGER], ids=["member", "stranger"])
@pytest.mark.parametrize("fault", ["missing_scope", "ratelimited", "internal_error"])
@pytest.mark.parametrize("door", DOORS)
async def test_every_door_is_closed_while_slack_does_not_say(
    world: World, door: str, fault: str, user: str
) -> None:
    world.standin.faults.refused["conversations.members"] = fault
    told = await DOORS[door](world, user)
    assert told.startswith(UNSURE)
    assert "heron" not in told
    assert world.host.acts == []


@pytest.mark.parametrize(
    "fault", [Fault.HANG_BEFORE, Fault.RATE_LIMITED, Fault.GARBLED_AFTER, Fault.EMPTY_AFTER]
)
async def test_a_moderator_whom_slack_does_not_name_is_not_refused(world: World, fault: Fault) -> None:
    """Once it answers, the same touch is an act."""
    world.standin.faults.next(fault, on="conversations.members")
    assert (await touched(world, MEMBER)).startswith(UNSURE)
    assert world.host.acts == []
    await world.standin.command(MEMBER, "pause")
    (act,) = await world.acted()
    assert act.member


NAMED: dict[str, tuple[str, dict[str, str], bool]] = {
    "by name, whoever is in the channel": (MEMBER, {"conversations.members": "internal_error"}, True),
    "by name, whatever the groups": (MEMBER, {"usergroups.list": "missing_scope"}, True),
    "perhaps by group": ("S0MODERATORS", {"usergroups.list": "internal_error"}, False),
    "perhaps by group, for want of a scope": ("S0MODERATORS", {"usergroups.list": "missing_scope"}, False),
    "certainly not: somebody else is": ("U0OTHER", {"conversations.members": "internal_error"}, True),
}


@pytest.mark.parametrize(("named", "refused", "decided"), NAMED.values(), ids=NAMED)
async def test_silence_matters_only_where_it_would_decide(
    world: World, named: str, refused: dict[str, str], *, decided: bool
) -> None:
    world.host.organisers = frozenset({named})
    world.standin.faults.refused.update(refused)
    told = await touched(world, MEMBER)
    assert (told == "Done: mute_all.", len(world.host.acts)) == (decided, int(decided))
    assert decided or told.startswith(UNSURE)


async def test_who_is_removed_is_out_at_once(world: World) -> None:
    assert await touched(world, MEMBER) == "Done: mute_all."
    await world.standin.leave(MEMBER)
    await world.standin.command(MEMBER, "mutes")
    told = await world.told(times=2)
    assert told[-1] == "Only members of the feed channel see who is muted."


def stranger(world: World) -> None:
    world.standin.workspace.guests[MEMBER] = "T0ELSEWHERE"


def guest(world: World) -> None:
    world.standin.workspace.restricted.add(MEMBER)


GUESTS = {"of another workspace": stranger, "of ours": guest}


@pytest.mark.parametrize("made", GUESTS.values(), ids=GUESTS)
@pytest.mark.parametrize("door", ["a button", "/rempart pause"])
async def test_a_guest_acts_as_a_stranger(world: World, door: str, made: Callable[[World], None]) -> None:
    """Also where a command is all that they ever gave: nothing in it tells where they come from."""
    made(world)
    await DOORS[door](world, MEMBER)
    assert [act.member for act in world.host.acts] == [False]


@pytest.mark.parametrize("made", GUESTS.values(), ids=GUESTS)
async def test_a_guest_may_look(world: World, made: Callable[[World], None]) -> None:
    made(world)
    assert "heron" in await at_home(world, MEMBER)
    assert "Only members" not in await looked(world, MEMBER)
    assert [act.member for act in world.host.acts] == [True]


async def test_a_guest_whom_the_rules_name_acts(world: World) -> None:
    stranger(world)
    world.host.organisers = frozenset({MEMBER})
    assert await touched(world, MEMBER) == "Done: mute_all."


@pytest.mark.parametrize("fault", [Fault.HANG_BEFORE, Fault.RATE_LIMITED, Fault.ERROR_500_AFTER])
async def test_while_slack_does_not_say_who_is_a_guest_nothing_is_done(world: World, fault: Fault) -> None:
    world.standin.faults.next(fault, on="users.info")
    assert (await touched(world, MEMBER)).startswith(UNSURE)
    assert world.host.acts == []


@pytest.mark.parametrize("fault", ["missing_scope", "unknown_method"])
async def test_an_app_that_was_installed_before_goes_by_what_payloads_say(world: World, fault: str) -> None:
    world.standin.faults.refused["users.info"] = fault
    assert await touched(world, MEMBER) == "Done: mute_all."


async def test_slow_slack_is_waited_for(world: World) -> None:
    """A second of patience is enough for one refusal."""
    assert world.room._parts is not None
    world.room._parts.desk._members.patience_seconds = 20
    world.standin.faults.next(Fault.UNAVAILABLE_BEFORE, on="conversations.members")
    assert await touched(world, MEMBER) == "Done: mute_all."


async def test_slack_that_wants_no_patience_is_given_some(world: World) -> None:
    """Asked again at once, it would be asked a thousand times."""
    world.standin.faults.retry_after_seconds = 0
    world.standin.faults.next(*[Fault.RATE_LIMITED] * 100, on="conversations.members")
    assert (await touched(world, MEMBER)).startswith(UNSURE)
    assert world.counted("conversations.members") == 1


async def test_a_page_that_slack_stumbled_over_replaces_no_newer_one(world: World) -> None:
    world.standin.faults.next(Fault.UNAVAILABLE_BEFORE, on="views.publish")
    await world.standin.open_home(MEMBER)
    await until(lambda: world.counted("views.publish") == 1, "the first page was tried")
    world.host.page = replace(HOME, title="Newer")
    assert "Newer" in await at_home(world, MEMBER)
    await asyncio.sleep(1.5)  # the first one's next attempt is a second after the one before
    assert world.counted("views.publish") == 2
    assert "Newer" in said(world.standin.home(MEMBER) or {})
