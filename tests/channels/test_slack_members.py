"""Who belongs where: asked of Slack, remembered for a while, and never assumed."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bridge.model import SECOND
from channels.slack.members import FRESH, NEWCOMER, Members, Standing
from channels.slack.payloads import HOME, Place
from channels.standins.faults import Fault
from tests.channels.slack_world import MEMBER, STRANGER, World, living
from tests.support.clock import TestClock


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with living() as world:
        yield world


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def members(world: World, clock: TestClock) -> Members:
    assert world.room._parts is not None
    members = Members(world.room._parts.api, world.standin.workspace.channel, clock)
    members.patience_seconds = 0.5
    return members


async def test_slack_says_who_is_in_the_channel(members: Members) -> None:
    assert (await members.belongs(MEMBER), await members.belongs(STRANGER)) == (True, False)


async def test_a_large_channel_is_read_to_its_end(world: World, members: Members) -> None:
    world.standin.workspace.page = 7
    world.standin.workspace.members = {f"U{number:03}" for number in range(20)}
    assert await members.belongs("U019")
    assert world.counted("conversations.members") == 3


async def test_an_answer_is_good_for_a_minute(world: World, members: Members, clock: TestClock) -> None:
    await members.belongs(MEMBER)
    clock.pass_(FRESH - SECOND)
    await members.belongs(MEMBER)
    assert world.counted("conversations.members") == 1
    clock.pass_(SECOND)
    await members.belongs(MEMBER)
    assert world.counted("conversations.members") == 2


async def test_somebody_who_has_just_joined_need_not_wait_a_minute(
    world: World, members: Members, clock: TestClock
) -> None:
    assert await members.belongs(STRANGER) is False
    world.standin.workspace.members.add(STRANGER)
    clock.pass_(NEWCOMER)
    assert await members.belongs(STRANGER)


async def test_who_has_left_is_a_member_no_more(world: World, members: Members, clock: TestClock) -> None:
    assert await members.belongs(MEMBER)
    world.standin.workspace.members.clear()
    clock.pass_(FRESH)
    assert await members.belongs(MEMBER) is False


@pytest.mark.parametrize("fault", [Fault.HANG_BEFORE, Fault.UNAVAILABLE_BEFORE, Fault.RATE_LIMITED])
async def test_while_slack_does_not_say_its_last_word_counts(
    world: World, members: Members, clock: TestClock, fault: Fault
) -> None:
    await members.belongs(MEMBER)
    clock.pass_(2 * FRESH)
    world.standin.faults.next(fault, fault)
    assert await members.belongs(MEMBER) is True
    assert await members.belongs(STRANGER) is False


@pytest.mark.parametrize(
    ("place", "belongs"),
    [("feed_private", True), ("feed_public", False), ("elsewhere_private", False), ("home", False)],
)
async def test_when_slack_never_said_only_being_in_a_private_feed_channel_proves_it(
    world: World, members: Members, place: str, belongs: bool
) -> None:
    world.standin.faults.outage = True
    channel = world.standin.workspace.channel
    places = {
        "feed_private": Place(channel, is_private=True),
        "feed_public": Place(channel),
        "elsewhere_private": Place("C0ELSEWHERE", is_private=True),
        "home": HOME,
    }
    assert await members.standing(MEMBER, places[place]) == Standing(belongs, ())
    assert await members.belongs(MEMBER) is None


async def test_slack_says_which_groups_somebody_is_in(world: World, members: Members) -> None:
    world.standin.workspace.groups = {"S0A": {MEMBER}, "S0B": set()}
    assert (await members.groups(MEMBER), await members.groups(STRANGER)) == (("S0A",), ())


async def test_groups_are_not_remembered_beyond_a_minute(
    world: World, members: Members, clock: TestClock
) -> None:
    """An answer that might have gone stale gives nobody a right."""
    world.standin.workspace.groups = {"S0A": {MEMBER}}
    await members.groups(MEMBER)
    clock.pass_(FRESH)
    world.standin.faults.outage = True
    assert await members.groups(MEMBER) == ()


async def test_without_the_scope_nobody_is_in_any_group(world: World, members: Members) -> None:
    world.standin.workspace.groups = {"S0A": {MEMBER}}
    world.standin.workspace.scopes -= {"usergroups:read"}
    standing = await members.standing(MEMBER, HOME)
    assert standing == Standing(True, ())


async def test_many_touches_at_once_ask_once(world: World, members: Members) -> None:
    await asyncio.gather(*(members.standing(MEMBER, HOME) for _ in range(20)))
    assert (world.counted("conversations.members"), world.counted("usergroups.list")) == (1, 1)
