"""Socket Mode: one connection for ever, whatever Slack and the network do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import structlog

from bridge.ports import Unreachable
from channels.rooms.fence import belongs
from channels.standins.faults import Fault
from channels.standins.slack import SlackStandIn
from tests.channels.slack_calls import slack
from tests.channels.slack_world import MEMBER, PATIENCE, World, action, living, until


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with living(socket_mode=True) as world:
        yield world


async def test_opening_alone_dials_nobody() -> None:
    standin = SlackStandIn(socket_mode=True)
    environment = await standin.start("")
    room = slack(**environment)
    await room.open()
    assert standin.calls == []
    await room.close()
    await standin.close()


async def test_introducing_ourselves_again_opens_no_second_connection(world: World) -> None:
    for _ in range(3):
        await world.room.introduce()
    await world.standin.command(MEMBER, "help")
    await world.told()
    assert world.standin.hub.links == 1


def hurry(world: World) -> None:
    """Makes the room try again very soon."""
    assert world.room._listening.socket is not None
    world.room._listening.socket.longest_pause_seconds = 0.01


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_when_slack_says_goodbye_the_next_connection_is_dialled_at_once(
    world: World, reason: str
) -> None:
    await world.standin.hub.disconnect(reason)
    await until(lambda: world.standin.hub.links == 2, "there was a second connection")
    assert await world.standin.command(MEMBER, "help") == 200
    await world.told()


async def test_what_still_comes_on_a_connection_that_is_being_left_is_served(world: World) -> None:
    await world.standin.hub.disconnect()
    await until(lambda: world.standin.hub.links == 2, "there was a second connection")
    for _ in range(4):  # the stand-in takes its connections in turn
        assert await world.standin.command(MEMBER, "pot") == 200
    await world.told(times=4)


async def test_a_connection_that_is_cut_is_made_again(world: World) -> None:
    hurry(world)
    for _ in range(3):
        await world.standin.hub.hang_up()
    await until(lambda: world.standin.hub.links > 1, "it was made again")
    assert await world.standin.command(MEMBER, "help") == 200


@pytest.mark.parametrize(
    "fault", [Fault.UNAVAILABLE_BEFORE, Fault.GARBLED_AFTER, Fault.RESET_BEFORE, Fault.UNAUTHORIZED]
)
async def test_a_connection_that_cannot_be_had_is_tried_again(world: World, fault: Fault) -> None:
    hurry(world)
    world.standin.faults.next(fault, fault, on="apps.connections.open")
    await world.standin.hub.hang_up()
    await until(lambda: world.standin.hub.links == 2, "it was made again")


async def test_an_address_that_is_no_longer_good_is_not_dialled_twice(
    world: World,
) -> None:
    hurry(world)
    world.standin.faults.addresses_spoilt = 2
    await world.standin.hub.hang_up()
    await until(lambda: world.standin.hub.links == 2, "it was made again")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.UNAUTHORIZED, "invalid_auth"),
        (Fault.UNAVAILABLE_BEFORE, "http_503"),
        (Fault.RESET_BEFORE, "disconnected"),
        (Fault.GARBLED_AFTER, "unreadable"),
        (Fault.RATE_LIMITED, "rate_limited"),
    ],
)
async def test_a_connection_that_cannot_be_had_is_told_until_there_is_one(
    world: World, fault: Fault, code: str
) -> None:
    await world.room.introduce()
    world.standin.faults.retry_after_seconds = 1
    world.standin.faults.next(fault, on="apps.connections.open")
    await world.standin.hub.hang_up()
    await until(lambda: world.counted("apps.connections.open") == 2, "a connection was asked for")
    assert await told(world, code)
    await until(lambda: world.standin.hub.links == 2, "it was made again")
    await heard_again(world)


async def heard_again(world: World) -> None:
    """Slack knows of the connection a moment before we do."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(Unreachable):
                return await world.room.introduce()
            await asyncio.sleep(0.01)


async def told(world: World, code: str) -> bool:
    """Once the room says that nothing comes in, and why."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await world.room.introduce()
            except Unreachable as fault:
                if str(fault) == code:
                    return True
            await asyncio.sleep(0.01)


async def test_a_connection_that_is_cut_is_told_of_while_the_next_is_still_dialled(world: World) -> None:
    world.standin.faults.next(Fault.HANG_BEFORE, on="apps.connections.open")
    await world.standin.hub.hang_up()
    assert await told(world, "disconnected")
    assert world.standin.hub.links == 1


async def test_a_connection_that_slack_says_goodbye_to_is_no_trouble(world: World) -> None:
    world.standin.faults.next(Fault.HANG_BEFORE, on="apps.connections.open")
    await world.standin.hub.disconnect()
    await until(lambda: world.counted("apps.connections.open") == 2, "a connection was asked for")
    await world.room.introduce()


async def test_whoever_watches_hears_of_each_change_at_once(world: World) -> None:
    hurry(world)
    heard = []

    async def watch() -> None:
        while True:
            await world.room.changed()
            try:
                await world.room.introduce()
            except Unreachable as fault:
                heard.append(str(fault))
            else:
                heard.append("on")

    watching = asyncio.create_task(watch())
    await until(lambda: heard == ["on"], "the first connection was told of")
    world.standin.faults.next(Fault.UNAVAILABLE_BEFORE, on="apps.connections.open")
    await world.standin.hub.hang_up()
    await until(lambda: heard[1:] == ["disconnected", "http_503", "on"], f"all was told: {heard}")
    watching.cancel()


async def test_slack_is_left_alone_for_as_long_as_it_asks(world: World) -> None:
    world.standin.faults.retry_after_seconds = 3600
    world.standin.faults.next(Fault.RATE_LIMITED, on="apps.connections.open")
    await world.standin.hub.hang_up()
    await until(lambda: world.counted("apps.connections.open") == 2, "a connection was asked for")
    await asyncio.sleep(0.2)
    assert world.counted("apps.connections.open") == 2


async def test_pauses_grow_after_each_failure_up_to_a_minute(world: World) -> None:
    assert world.room._listening.socket is not None
    pauses = [world.room._listening.socket.pause(failures) for failures in range(9)]
    assert pauses == [0, 1, 2, 4, 8, 16, 32, 60, 60]


async def test_each_failure_in_a_row_is_followed_by_a_longer_pause(world: World) -> None:
    hurry(world)
    world.standin.faults.next(*[Fault.UNAVAILABLE_BEFORE] * 3, on="apps.connections.open")
    with structlog.testing.capture_logs() as logs:
        await world.standin.hub.hang_up()
        await until(lambda: world.standin.hub.links == 2, "it was made again")
    assert [entry["pause"] for entry in logs if "pause" in entry] == [0, 0.01, 0.01, 0.01]


async def test_an_event_whose_acknowledgement_was_lost_comes_again_and_is_served_once() -> None:
    standin = SlackStandIn(socket_mode=True, acknowledge_seconds=0.3)
    async with living(socket_mode=True, standin=standin) as world:
        standin.faults.acknowledgements_lost = 1
        assert await standin.open_home(MEMBER) == 200
        await standin.command(MEMBER, "help")
        await world.told()
        assert world.counted("views.publish") == 1


async def test_odd_frames_are_passed_over(world: World) -> None:
    await world.standin.hub.say(
        [
            "",
            "{",
            "[]",
            "null",
            "[" * 5000,
            '{"type": "unheard_of"}',
            '{"envelope_id": 1, "type": "interactive", "payload": {}}',
            '{"envelope_id": "e1", "type": "interactive", "payload": "text"}',
            '{"envelope_id": "e2", "type": "interactive", "payload": {"user": []}}',
            '{"envelope_id": "e3", "type": "interactive"}',
        ]
    )
    assert await world.standin.command(MEMBER, "help") == 200
    assert world.standin.hub.links == 1


async def test_a_huge_frame_costs_a_connection_and_no_more(world: World) -> None:
    await world.standin.hub.say(["x" * (5 * 1024 * 1024)])
    await until(lambda: world.standin.hub.links == 2, "there was a second connection")
    assert await world.standin.command(MEMBER, "help") == 200


async def test_an_envelope_is_acknowledged_while_the_house_still_decides(world: World) -> None:
    world.host.deciding.clear()
    message = await world.posted()
    async with asyncio.timeout(PATIENCE):
        assert await world.standin.press(MEMBER, message, action(message, "mute")) == 200
    world.host.deciding.set()
    assert await world.told() == ["Done: mute."]


async def test_closing_ends_the_connection(world: World) -> None:
    await world.room.close()
    await until(lambda: not world.standin.hub.connected.is_set(), "nobody was connected")
    assert world.standin.hub.links == 1


@pytest.mark.parametrize(
    ("api_url", "url", "is_ours"),
    [
        ("https://slack.com/api/", "wss://wss-primary.slack.com/link/?ticket=1", True),
        ("https://slack.com/api/", "https://hooks.slack.com/actions/T/1/x", True),
        ("https://slack.com/api/", "https://slack.com/api/auth.test", True),
        ("https://slack.com/api/", "ws://wss-primary.slack.com/link", False),
        ("https://slack.com/api/", "wss://slack.com.evil.example/link", False),
        ("https://slack.com/api/", "wss://evilslack.com/link", False),
        ("https://slack.com/api/", "https://evil.example/?slack.com", False),
        ("https://slack.com/api/", "https://slack.com@evil.example/", False),
        ("https://slack.com/api/", "file:///etc/passwd", False),
        ("https://slack.com/api/", "http://[::1", False),
        ("https://slack.com/api/", "", False),
        ("http://127.0.0.1:3100/api/", "ws://127.0.0.1:3101/link", True),
        ("http://127.0.0.1:3100/api/", "ws://localhost:3101/link", True),
        ("http://127.0.0.1:3100/api/", "http://10.0.0.1/", False),
        ("https://proxy.example/slack/api/", "wss://wss-primary.slack.com/link", False),
    ],
)
def test_only_slack_itself_is_ever_dialled(api_url: str, url: str, is_ours: bool) -> None:
    assert belongs(api_url)(url) is is_ours
