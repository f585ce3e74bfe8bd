"""Who belongs where: asked of Slack, remembered for a while, and never assumed."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bridge.model import SECOND
from channels.slack.payloads import HOME, Place
from channels.slack.people import FRESH, NEWCOMER, People, Standing
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
def people(world: World, clock: TestClock) -> People:
    assert world.room._parts is not None
    people = People(world.room._parts.api, world.standin.workspace.channel, clock)
    people.patience_seconds = 0.5
    return people


async def test_slack_says_who_is_in_the_channel(people: People) -> None:
    assert (await people.belongs(MEMBER), await people.belongs(STRANGER)) == (True, False)


async def test_a_large_channel_is_read_to_its_end(world: World, people: People) -> None:
    world.standin.workspace.page = 7
    world.standin.workspace.members = {f"U{number:03}" for number in range(20)}
    assert await people.belongs("U019")
    assert world.counted("conversations.members") == 3


async def test_an_answer_is_good_for_a_minute(world: World, people: People, clock: TestClock) -> None:
    await people.belongs(MEMBER)
    clock.pass_(FRESH - SECOND)
    await people.belongs(MEMBER)
    assert world.counted("conversations.members") == 1
    clock.pass_(SECOND)
    await people.belongs(MEMBER)
    assert world.counted("conversations.members") == 2


async def test_somebody_who_has_just_joined_need_not_wait_a_minute(
    world: World, people: People, clock: TestClock
) -> None:
    assert await people.belongs(STRANGER) is False
    world.standin.workspace.members.add(STRANGER)
    clock.pass_(NEWCOMER)
    assert await people.belongs(STRANGER)


async def test_who_has_left_is_a_member_no_more(world: World, people: People, clock: TestClock) -> None:
    assert await people.belongs(MEMBER)
    world.standin.workspace.members.clear()
    clock.pass_(FRESH)
    assert await people.belongs(MEMBER) is False


@pytest.mark.parametrize("fault", [Fault.HANG_BEFORE, Fault.UNAVAILABLE_BEFORE, Fault.RATE_LIMITED])
async def test_while_slack_does_not_say_its_last_word_counts(
    world: World, people: People, clock: TestClock, fault: Fault
) -> None:
    await people.belongs(MEMBER)
    clock.pass_(2 * FRESH)
    world.standin.faults.next(fault, fault)
    assert await people.belongs(MEMBER) is True
    assert await people.belongs(STRANGER) is False


@pytest.mark.parametrize(
    ("place", "belongs"),
    [("feed_private", True), ("feed_public", False), ("elsewhere_private", False), ("home", False)],
)
async def test_when_slack_never_said_only_being_in_a_private_feed_channel_proves_it(
    world: World, people: People, place: str, belongs: bool
) -> None:
    world.standin.faults.outage = True
    channel = world.standin.workspace.channel
    places = {
        "feed_private": Place(channel, is_private=True),
        "feed_public": Place(channel),
        "elsewhere_private": Place("C0ELSEWHERE", is_private=True),
        "home": HOME,
    }
    assert await people.standing(MEMBER, places[place]) == Standing(belongs, ())
    assert await people.belongs(MEMBER) is None


async def test_slack_says_which_groups_somebody_is_in(world: World, people: People) -> None:
    world.standin.workspace.groups = {"S0A": {MEMBER}, "S0B": set()}
    assert (await people.groups(MEMBER), await people.groups(STRANGER)) == (("S0A",), ())


async def test_groups_are_not_remembered_beyond_a_minute(
    world: World, people: People, clock: TestClock
) -> None:
    """An answer that might have gone stale gives nobody a right."""
    world.standin.workspace.groups = {"S0A": {MEMBER}}
    await people.groups(MEMBER)
    clock.pass_(FRESH)
    world.standin.faults.outage = True
    assert await people.groups(MEMBER) == ()


async def test_without_the_scope_nobody_is_in_any_group(world: World, people: People) -> None:
    world.standin.workspace.groups = {"S0A": {MEMBER}}
    world.standin.workspace.scopes -= {"usergroups:read"}
    standing = await people.standing(MEMBER, HOME)
    assert standing == Standing(True, ())


async def test_many_touches_at_once_ask_once(world: World, people: People) -> None:
    await asyncio.gather(*(people.standing(MEMBER, HOME) for _ in range(20)))
    assert (world.counted("conversations.members"), world.counted("usergroups.list")) == (1, 1)
