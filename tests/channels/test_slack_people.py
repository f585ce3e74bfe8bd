"""What people are called: as Slack shows them, as text, and never by an id."""

from collections.abc import AsyncIterator

import pytest

from bridge.model import HOUR
from bridge.service.names import Names
from bridge.wording import Words
from channels.slack.people import People
from channels.standins.faults import Fault
from tests.channels.slack_world import HOSTILE_TEXTS, MEMBER, STRANGER, World, living
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
    people = People(world.room._parts.api, clock)
    people.names_seconds = 0.5
    return people


async def test_people_are_called_as_slack_shows_them(world: World, people: People) -> None:
    world.standin.workspace.names = {MEMBER: "Camille", STRANGER: ""}
    assert await people.names([MEMBER, STRANGER]) == {MEMBER: "Camille"}


async def test_a_name_is_asked_once_an_hour(world: World, people: People, clock: TestClock) -> None:
    for _ in range(3):
        await people.names([MEMBER])
        clock.pass_(HOUR // 4)
    assert world.counted("users.info") == 1
    clock.pass_(HOUR)
    await people.names([MEMBER])
    assert world.counted("users.info") == 2


@pytest.mark.parametrize("fault", [Fault.HANG_BEFORE, Fault.RATE_LIMITED, Fault.ERROR_500_AFTER])
@pytest.mark.parametrize(("words", "told"), [("en", "somebody of the team"), ("fr", "quelqu'un de l'équipe")])
async def test_whom_slack_does_not_name_is_somebody_of_the_team(
    world: World, fault: Fault, words: str, told: str
) -> None:
    assert world.room._parts is not None
    world.room._parts.people.names_seconds = 0.5
    world.standin.faults.next(fault, on="users.info")
    names = Names(lambda: [world.room])
    found = await names.of([MEMBER, "operator"], Words("fr" if words == "fr" else "en"))
    assert found[MEMBER] == told
    assert found["operator"] == Words("fr" if words == "fr" else "en")("operator")


@pytest.mark.parametrize("name", [one for one in HOSTILE_TEXTS if len(one) > 1])
async def test_a_name_is_text_of_a_line(world: World, people: People, name: str) -> None:
    world.standin.workspace.names = {MEMBER: name}
    told = (await people.names([MEMBER])).get(MEMBER, "")
    assert "\n" not in told
    assert len(told) <= 41
