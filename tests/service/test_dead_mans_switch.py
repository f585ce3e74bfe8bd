"""The service as a process of its own, ended in every way, before the stand-in: what the room then says."""

import asyncio
import json
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from channels.standins.base import system_now
from channels.standins.slack import SlackStandIn
from tests.channels.slack_world import said
from tests.service.test_command import environment
from tests.support.forks import begun
from tests.support.house import until

WAKE = b"organisers: {wake: [U0ONE]}\n"
FIVE = timedelta(minutes=5)


class Later:
    """The stand-in's clock: this machine's, and what a test lets pass."""

    def __init__(self) -> None:
        self.passed = timedelta()

    def __call__(self) -> datetime:
        return system_now() + self.passed


@asynccontextmanager
async def a_slack(clock: Later, folder: Path) -> AsyncIterator[tuple[SlackStandIn, dict[str, str]]]:
    """Slack, and the environment of a service that speaks with it."""
    standin = SlackStandIn(now=clock)
    env = environment(folder)
    rules = folder / "rules.yaml"
    rules.write_bytes(rules.read_bytes() + WAKE)
    try:
        yield standin, env | dict(await standin.start(f"http://127.0.0.1:{env['REMPART_PORT']}"))
    finally:
        await standin.close()


async def a_life(standin: SlackStandIn, env: dict[str, str], folder: Path, how: signal.Signals) -> None:
    """A service that has left its last words, and ends so."""
    before = {*standin.workspace.scheduled}

    async def left_anew() -> bool:
        waiting = {*standin.workspace.scheduled}
        return bool(waiting) and not waiting & before

    with begun("run", env=env, cwd=folder) as process:
        await until(left_anew, "the last words were left, and none of an earlier life stood")
        process.send_signal(how)
        await asyncio.to_thread(process.wait)


def told(standin: SlackStandIn) -> list[str]:
    """What stands in the channel besides the cards."""
    return [said(one) for one in standin.messages() if "Rempart" in said(one)]


ENDS = [
    (signal.SIGKILL, "no sign of life since", ["U0ONE"]),
    (signal.SIGTERM, "Somebody stopped Rempart", []),
]


@pytest.mark.parametrize(("how", "words", "woken"), ENDS)
async def test_the_room_says_what_became_of_the_service_within_five_minutes(
    tmp_path: Path, how: signal.Signals, words: str, woken: list[str]
) -> None:
    clock = Later()
    async with a_slack(clock, tmp_path) as (standin, env):
        await a_life(standin, env, tmp_path, how)
        assert told(standin) == []
        clock.passed = FIVE
        (one,) = told(standin)
        assert words in one
        assert standin.mentions() == woken


def lived_last(folder: Path, before: timedelta) -> None:
    """Its last sign of life was that long ago."""
    with closing(sqlite3.connect(folder / "rempart.db")) as database, database:
        for name, value in database.execute(
            "SELECT name, value FROM facts WHERE name LIKE 'pulse %'"
        ).fetchall():
            sign = json.loads(value)
            sign["at"] -= before // timedelta(microseconds=1)
            database.execute("UPDATE facts SET value = ? WHERE name = ?", (json.dumps(sign), name))


async def test_where_the_room_has_said_that_nobody_is_answered_it_says_when_that_is_over(
    tmp_path: Path,
) -> None:
    async with a_slack(Later(), tmp_path) as (standin, env):
        await a_life(standin, env, tmp_path, signal.SIGKILL)
        lived_last(tmp_path, FIVE)

        async def told_back() -> bool:
            aloud = (
                call
                for name, call in standin.calls
                if name == "chat.postMessage" and "reply_broadcast" in call
            )
            return any("Rempart runs again" in str(call) for call in aloud)

        with begun("run", env=env, cwd=tmp_path):
            await until(told_back, "that it runs again was told")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_a_service_that_is_back_takes_its_last_words_back(tmp_path: Path, how: signal.Signals) -> None:
    clock = Later()
    async with a_slack(clock, tmp_path) as (standin, env):
        await a_life(standin, env, tmp_path, how)
        await a_life(standin, env, tmp_path, signal.SIGTERM)
        assert len(standin.workspace.scheduled) == 1
        assert told(standin) == []
        assert standin.mentions() == []
