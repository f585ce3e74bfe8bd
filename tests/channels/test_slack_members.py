"""Who belongs where: asked of Slack, remembered for a while, and never assumed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bridge.model import SECOND
from channels.rooms.standing import Standing
from channels.slack.members import FRESH, NEWCOMER, Members
from channels.slack.people import People
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
    api = world.room._parts.api
    members = Members(api, world.standin.workspace.channel, clock, People(api, clock))
    members.patience_seconds = 0.5
    return members


async def test_slack_says_who_is_in_the_channel(members: Members) -> None:
    assert (await members.belongs(MEMBER), await members.belongs(STRANGER)) == (True, False)


async def test_a_large_channel_is_read_to_its_end(world: World, members: Members) -> None:
    world.standin.workspace.page = 7
    world.standin.workspace.members = {f"U{number:03}" for number in range(20)}
    assert await members.belongs("U019")
    assert world.counted("conversations.members") == 3


async def test_an_answer_is_good_for_a_moment(world: World, members: Members, clock: TestClock) -> None:
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


SILENT = {
    "hangs": (Fault.HANG_BEFORE, "timeout"),
    "hangs_after": (Fault.HANG_AFTER, "timeout"),
    "is_unavailable": (Fault.UNAVAILABLE_BEFORE, "http_503"),
    "is_broken": (Fault.ERROR_500_AFTER, "http_500"),
    "asks_for_patience": (Fault.RATE_LIMITED, "rate_limited"),
    "babbles": (Fault.GARBLED_AFTER, None),
    "says_nothing": (Fault.EMPTY_AFTER, None),
    "knows_us_not": (Fault.UNAUTHORIZED, "invalid_auth"),
}


@pytest.mark.parametrize("method", ["conversations.members", "usergroups.list"])
@pytest.mark.parametrize("ever_answered", [True, False], ids=["answered_before", "never_answered"])
@pytest.mark.parametrize(("fault", "code"), SILENT.values(), ids=SILENT)
async def test_what_slack_does_not_say_is_unknown_and_no_last_word_counts(
    world: World,
    members: Members,
    clock: TestClock,
    *,
    fault: Fault,
    code: str | None,
    ever_answered: bool,
    method: str,
) -> None:
    world.standin.workspace.groups = {"S0A": {MEMBER}}
    if ever_answered:
        await members.standing(MEMBER)
        clock.pass_(FRESH)
    world.standin.faults.next(fault, on=method)
    standing = await members.standing(MEMBER)
    assert standing.silence == (code or standing.silence)
    assert standing.silence
    known = (standing.member, standing.groups)
    assert known == ((None, ("S0A",)) if method.startswith("conversations") else (True, None))
    assert await members.standing(MEMBER) == Standing(True, ("S0A",))


class Mumbling:
    """Slack's methods, answered by something in between that has other ideas of them."""

    def __init__(self, answer: dict[str, object]) -> None:
        self.answer = answer

    async def call(self, _method: str, **_: object) -> dict[str, object]:
        return self.answer


ANSWERS: list[dict[str, object]] = [
    {},
    {"ok": True},
    {"members": None, "usergroups": None},
    {"members": "U0MEMBER", "usergroups": "S0A"},
    {"members": {"U0MEMBER": True}, "usergroups": {"S0A": ["U0MEMBER"]}},
]


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
async def test_an_answer_that_holds_no_list_makes_nobody_a_stranger(
    clock: TestClock, answer: dict[str, object]
) -> None:
    api: Any = Mumbling(answer)
    members = Members(api, "C0FEED", clock, People(api, clock))
    members.patience_seconds = 2
    assert await members.standing(MEMBER) == Standing(None, None, "unreadable")


async def test_who_leaves_is_out_as_soon_as_slack_tells(world: World, members: Members) -> None:
    assert await members.belongs(MEMBER)
    world.standin.workspace.members.discard(MEMBER)
    members.forget()
    assert not await members.belongs(MEMBER)


async def test_an_answer_that_was_under_way_when_somebody_left_does_not_count(
    world: World, members: Members
) -> None:
    ask = members._members._ask

    async def slow() -> frozenset[str]:
        said = await ask()
        if MEMBER in said:
            world.standin.workspace.members.discard(MEMBER)
            members.forget()
        return said

    members._members._ask = slow
    assert not await members.belongs(MEMBER)


async def test_a_guest_may_look_like_a_member_and_not_act_like_one(members: Members) -> None:
    members.note_guest(MEMBER)
    standing = await members.standing(MEMBER)
    assert standing == Standing(True, (), guest=True)
    assert (standing.counts(looks=True), standing.counts(looks=False)) == (True, False)


class Organisation:
    """Slack, where a workspace is one of several: https://docs.slack.dev/enterprise."""

    def __init__(self, told: dict[str, object], team: str = "T0OURS") -> None:
        self.told, self.team = told, team

    async def call(self, method: str, **_: object) -> dict[str, object]:
        return {"user": self.told} if method == "users.info" else {"team_id": self.team}


IN_ORGANISATION: dict[str, tuple[Organisation, bool]] = {
    "of ours and another, where they are at home": (
        Organisation({"team_id": "T0HOME", "enterprise_user": {"teams": ["T0HOME", "T0OURS"]}}),
        False,
    ),
    "of an app's whole organisation": (
        Organisation({"team_id": "T0HOME", "enterprise_user": {"enterprise_id": "E0"}}, "E0"),
        False,
    ),
    "of another alone": (
        Organisation({"team_id": "T0HOME", "enterprise_user": {"teams": ["T0HOME"]}}),
        True,
    ),
    "of ours, as a guest": (
        Organisation({"is_restricted": True, "enterprise_user": {"teams": ["T0OURS"]}}),
        True,
    ),
    "a stranger": (Organisation({"team_id": "T0FAR", "is_stranger": True}), True),
    "of nobody says where": (Organisation({}), True),
}


@pytest.mark.parametrize(("slack", "guest"), IN_ORGANISATION.values(), ids=IN_ORGANISATION)
async def test_who_is_at_home_in_another_workspace_may_belong_to_ours(
    clock: TestClock, slack: Any, *, guest: bool
) -> None:
    """A touch names their home alone, whichever workspace they touch something in."""
    people = People(slack, clock)
    people.note_guest(MEMBER)
    assert await people.is_guest(MEMBER, 1) is guest


@pytest.mark.parametrize("fault", ["missing_scope", "internal_error"])
async def test_while_slack_does_not_say_more_a_payload_has_the_last_word(world: World, fault: str) -> None:
    world.standin.faults.refused["users.info"] = fault
    assert world.room._parts is not None
    people = world.room._parts.people
    people.note_guest(MEMBER)
    assert await people.is_guest(MEMBER, 0.5)


async def test_slack_says_which_groups_somebody_is_in(world: World, members: Members) -> None:
    world.standin.workspace.groups = {"S0A": {MEMBER}, "S0B": set()}
    assert (await members.groups(MEMBER), await members.groups(STRANGER)) == (("S0A",), ())


async def test_without_the_scope_it_is_unknown_who_is_in_which_group(world: World, members: Members) -> None:
    world.standin.workspace.scopes -= {"usergroups:read"}
    assert await members.standing(MEMBER) == Standing(True, None, "missing_scope")


async def test_many_touches_at_once_ask_once(world: World, members: Members) -> None:
    await asyncio.gather(*(members.standing(MEMBER) for _ in range(20)))
    assert (world.counted("conversations.members"), world.counted("usergroups.list")) == (1, 1)
