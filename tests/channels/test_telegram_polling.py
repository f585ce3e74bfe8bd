"""Long polling: what is confirmed and when, what goes wrong, and what a kill -9 can do to it."""

import asyncio
import json
import logging
import random
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bridge.model import SECOND, Contact, Happening, Message, Outgoing, ReplyId
from bridge.ports import Accepted, Polled, Unreachable
from channels.standins.faults import Fault
from channels.standins.telegram import TelegramStandIn
from channels.telegram import PolledTelegram
from rempart.testing import PUBLIC_URL, Journal
from tests.channels.services import Canned
from tests.channels.telegram_calls import ADDRESS, ENVIRONMENT, UPDATE_ID, polled, written


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def standin(clock: Clock) -> AsyncIterator[TelegramStandIn]:
    standin = TelegramStandIn(now=clock)
    yield standin
    await standin.close()


@pytest.fixture
async def environment(standin: TelegramStandIn) -> Mapping[str, str]:
    return await standin.start(PUBLIC_URL)


@pytest.fixture
async def channel(environment: Mapping[str, str]) -> AsyncIterator[PolledTelegram]:
    channel = await opened(environment)
    yield channel
    await channel.close()


async def opened(environment: Mapping[str, str]) -> PolledTelegram:
    channel = polled(Journal(), {**ENVIRONMENT, **environment})
    channel.wait_seconds = 0
    channel.pause_seconds = 0
    await channel.open()
    return channel


def texts(told: Polled) -> list[str]:
    return [what.text for what in told.happenings if isinstance(what, Message)]


async def test_the_cursor_is_the_id_of_the_next_update(
    channel: PolledTelegram, standin: TelegramStandIn
) -> None:
    _, id_ = await standin.text(ADDRESS, "a")
    told = await channel.poll(None)
    assert told.cursor == str(int(id_) + 1)
    (what,) = told.happenings
    assert what.provider_id == id_


async def test_before_the_first_update_the_cursor_is_the_beginning(channel: PolledTelegram) -> None:
    assert await channel.poll(None) == Polled((), "0")


async def test_only_what_is_used_is_asked_for(channel: PolledTelegram, standin: TelegramStandIn) -> None:
    await channel.poll(None)
    assert standin.updates.allowed == frozenset({"message", "edited_message", "my_chat_member"})


async def test_a_question_that_waits_is_answered_when_somebody_writes(
    channel: PolledTelegram, standin: TelegramStandIn
) -> None:
    channel.wait_seconds = 20
    asking = asyncio.create_task(channel.poll(None))
    await asyncio.wait({asking}, timeout=0.2)
    assert not asking.done()
    await standin.text(ADDRESS, "a")
    assert texts(await asking) == ["a"]


async def test_a_question_that_waits_keeps_no_reply_waiting(
    channel: PolledTelegram, standin: TelegramStandIn
) -> None:
    channel.wait_seconds = 20
    standin.meet(ADDRESS)
    asking = asyncio.create_task(channel.poll(None))
    await asyncio.wait({asking}, timeout=0.2)
    sent = await channel.send(Outgoing(ReplyId("a" * 32), ADDRESS, "telegram", "Non."))
    assert isinstance(sent, Accepted)
    assert not asking.done()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_more_than_a_hundred_come_in_several_answers(
    channel: PolledTelegram, standin: TelegramStandIn
) -> None:
    for number in range(230):
        await standin.text(ADDRESS, str(number))
    cursor, told = None, list[Polled]()
    for _ in range(3):
        told.append(await channel.poll(cursor))
        cursor = told[-1].cursor
    assert [len(one.happenings) for one in told] == [100, 100, 30]
    assert [text for one in told for text in texts(one)] == [str(number) for number in range(230)]


async def test_updates_out_of_order_are_all_taken_and_confirmed(
    channel: PolledTelegram, standin: TelegramStandIn
) -> None:
    for number in range(9):
        await standin.text(ADDRESS, str(number))
    standin.faults.shuffle = random.Random(1)
    told = await channel.poll(None)
    assert sorted(texts(told)) == [str(number) for number in range(9)]
    assert await channel.poll(told.cursor) == Polled((), told.cursor)


@pytest.mark.parametrize("first_id", [1, 2_000_000_000])
async def test_ids_that_begin_anew_are_followed_there(
    channel: PolledTelegram, standin: TelegramStandIn, first_id: int
) -> None:
    """After a quiet week, and for another bot or another server, too."""
    await standin.text(ADDRESS, "before")
    before = await channel.poll(None)
    assert texts(await channel.poll(before.cursor)) == []
    standin.updates.renumber(first_id)
    await standin.text(ADDRESS, "after")
    after = await channel.poll(before.cursor)
    assert (texts(after), after.cursor) == (["after"], str(first_id + 1))
    assert texts(await channel.poll(after.cursor)) == []


async def test_what_nobody_asks_for_within_a_day_is_gone(
    channel: PolledTelegram, standin: TelegramStandIn, clock: Clock
) -> None:
    await standin.text(ADDRESS, "a")
    clock.at += timedelta(hours=23)
    await standin.text(ADDRESS, "b")
    clock.at += timedelta(hours=2)
    assert texts(await channel.poll(None)) == ["b"]


async def test_an_update_that_cannot_be_understood_is_passed_over_and_reported_by_its_id(
    channel: PolledTelegram, standin: TelegramStandIn
) -> None:
    await standin.text(ADDRESS, "a")
    broken = standin.updates.add(int(ADDRESS), "message", {"text": "a secret", "chat": "nobody"})
    await standin.text(ADDRESS, "b")
    with capture_logs() as logs:
        told = await channel.poll(None)
    assert texts(told) == ["a", "b"]
    assert [(one["event"], one["update_id"]) for one in logs] == [
        ("an update could not be understood", broken.id)
    ]
    assert "a secret" not in str(logs)
    assert await channel.poll(told.cursor) == Polled((), told.cursor)


async def test_an_answer_of_nothing_but_such_updates_is_left_behind_too(
    channel: PolledTelegram, standin: TelegramStandIn
) -> None:
    broken = standin.updates.add(int(ADDRESS), "message", {})
    assert await channel.poll(None) == Polled((), str(broken.id + 1))


def answer(result: object, status: str = "200 OK") -> bytes:
    body = json.dumps(result).encode()
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (answer({"ok": True, "result": []}), Polled((), "5")),
        (answer({"ok": True, "result": [{"update_id": 9}, "junk", None, 7, {}]}), Polled((), "10")),
        (answer({"ok": True, "result": [{"update_id": 9, "poll": {}}]}), Polled((), "10")),
        (answer({"ok": True, "result": [{"update_id": "9"}, 3]}), "unreadable"),
        (answer({"ok": True, "result": [{}]}), "unreadable"),
        (answer({"ok": True, "result": {}}), "unreadable"),
        (answer({"ok": True, "result": True}), "unreadable"),
        (answer({"ok": True}), "unreadable"),
        (answer([]), "unreadable"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<html", "unreadable"),
        (answer({"ok": True, "result": []})[:-4], "disconnected"),
        (b"", "disconnected"),
        (answer({}, "502 Bad Gateway"), "http_502"),
        (answer({}, "404 Not Found"), "http_404"),
        (answer({"ok": False, "description": "Not Found"}, "404 Not Found"), "credentials"),
        (answer({"ok": False, "description": "Unauthorized"}, "401 Unauthorized"), "credentials"),
    ],
    ids=lambda value: value[-60:].decode() if isinstance(value, bytes) else "",
)
async def test_each_answer_has_its_meaning(said: bytes, expected: Polled | str) -> None:
    async with Canned(said).serving() as provider:
        channel = await opened({"TELEGRAM_API_URL": provider.url})
        if isinstance(expected, Polled):
            assert await channel.poll("5") == expected
        else:
            with pytest.raises(Unreachable) as refused:
                await channel.poll("5")
            assert str(refused.value) == expected
        await channel.close()
    assert provider.connections == 1


@pytest.mark.parametrize(
    ("fault", "code", "retry_after"),
    [
        (Fault.RATE_LIMITED, "rate_limited", 2 * SECOND),
        (Fault.UNAUTHORIZED, "credentials", None),
        (Fault.ERROR_500_BEFORE, "http_500", None),
        (Fault.BAD_GATEWAY_BEFORE, "http_502", None),
        (Fault.RESET_BEFORE, "disconnected", None),
        (Fault.RESET_AFTER, "disconnected", None),
        (Fault.GARBLED_AFTER, "unreadable", None),
        (Fault.REDIRECTED_BEFORE, "http_307", None),
    ],
)
async def test_what_went_wrong_once_loses_nothing(
    channel: PolledTelegram, standin: TelegramStandIn, fault: Fault, code: str, retry_after: int | None
) -> None:
    await standin.text(ADDRESS, "a")
    standin.faults.next(fault, on="getUpdates")
    with pytest.raises(Unreachable) as refused:
        await channel.poll(None)
    assert (str(refused.value), refused.value.retry_after) == (code, retry_after)
    assert texts(await channel.poll(None)) == ["a"]


async def test_a_webhook_that_somebody_set_is_a_conflict_and_taken_away_at_once(
    channel: PolledTelegram, environment: Mapping[str, str]
) -> None:
    async with Canned(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").serving() as elsewhere:
        bot = channel._bot()
        await bot.set_webhook(elsewhere.url)
        with pytest.raises(Unreachable, match="conflict"):
            await channel.poll(None)
        assert await channel.poll(None) == Polled((), "0")
    assert environment["TELEGRAM_BOT_TOKEN"] == bot.token


async def test_a_second_poller_ends_the_first_one_s_question(
    channel: PolledTelegram, environment: Mapping[str, str]
) -> None:
    other = await opened(environment)
    channel.wait_seconds = other.wait_seconds = 1
    asking = asyncio.create_task(channel.poll(None))
    await asyncio.wait({asking}, timeout=0.2)
    assert await other.poll(None) == Polled((), "0")
    with pytest.raises(Unreachable, match="conflict"):
        await asking
    await other.close()


async def test_a_server_that_does_not_wait_is_not_pestered() -> None:
    async with Canned(answer({"ok": True, "result": []})).serving() as provider:
        channel = await opened({"TELEGRAM_API_URL": provider.url})
        channel.pause_seconds = 20
        asking = asyncio.create_task(channel.poll(None))
        await asyncio.wait({asking}, timeout=0.5)
        assert (asking.done(), provider.connections) == (False, 1)
        asking.cancel()
        await channel.close()


async def test_asking_before_opening_is_our_own_mistake() -> None:
    with pytest.raises(RuntimeError, match="opened"):
        await polled(Journal()).poll(None)


@pytest.mark.parametrize("fault", [None, Fault.GARBLED_AFTER, Fault.UNAUTHORIZED, Fault.RESET_AFTER])
async def test_nothing_private_reaches_the_log(
    channel: PolledTelegram,
    standin: TelegramStandIn,
    caplog: pytest.LogCaptureFixture,
    fault: Fault | None,
) -> None:
    caplog.set_level(logging.DEBUG)
    await standin.text(ADDRESS, "un secret")
    if fault is not None:
        standin.faults.next(fault, on="getUpdates")
    try:
        await channel.poll(None)
    except Unreachable as refused:
        told = repr(refused) + str(refused)
    else:
        told = ""
    told += "".join(record.getMessage() for record in caplog.records if "uvicorn" not in record.name)
    assert not [
        private
        for private in ("un secret", ADDRESS, standin.account.token.partition(":")[2])
        if private in told
    ]


async def test_the_body_of_a_broken_answer_reaches_no_log(caplog: pytest.LogCaptureFixture) -> None:
    """The SDK's own reader logs the whole of it."""
    caplog.set_level(logging.DEBUG)
    broken = answer({"ok": True, "result": [written(text="un secret")]})[:-1] + b","
    async with Canned(broken).serving() as provider:
        channel = await opened({"TELEGRAM_API_URL": provider.url})
        with pytest.raises(Unreachable, match="unreadable"):
            await channel.poll(None)
        await channel.close()
    assert "un secret" not in caplog.text
    assert str(UPDATE_ID) not in caplog.text


class Service:
    """The core's part in polling, as its ports describe it: what came and the cursor are stored together."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.stored: dict[str, Happening] = {}
        self.cursor: str | None = None
        self.channel: PolledTelegram | None = None

    async def turn(self, *, killed: bool) -> None:
        """One question; the service may be killed before its answer is stored."""
        if self.channel is None:
            self.channel = await opened(self.environment)
        told = await self.channel.poll(self.cursor)
        if killed:
            await self.kill()
            return
        for what in told.happenings:
            self.stored.setdefault(what.provider_id, what)
        self.cursor = told.cursor

    async def kill(self) -> None:
        """What is in memory is gone."""
        if self.channel is not None:
            await self.channel.close()
        self.channel = None


@pytest.mark.parametrize("seed", range(3))
async def test_kill_9_at_any_moment_loses_nothing_and_repeats_change_nothing(
    standin: TelegramStandIn, environment: Mapping[str, str], seed: int
) -> None:
    chance = random.Random(seed)
    service, ids = Service(environment), list[str]()
    for number in range(40):
        ids += [(await standin.text(ADDRESS, str(number)))[1] for _ in range(chance.randrange(3))]
        standin.faults.forgetful = int(chance.random() < 0.2)
        await service.turn(killed=chance.random() < 0.4)
        if chance.random() < 0.2:
            await service.kill()
    await standin.block(ADDRESS)
    standin.faults.forgetful = 0
    await service.turn(killed=False)
    assert list(service.stored)[:-1] == ids
    assert isinstance(list(service.stored.values())[-1], Contact)
    await service.kill()
