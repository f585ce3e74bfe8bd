"""Flipped bytes in the live database: told in one plain sentence, and from then on nothing is sent.

Nothing heals a damaged file by itself: a backup must be put in its place, and that must work.
"""

import asyncio
import json
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bridge.clock import system_clock
from bridge.environment import Environment
from bridge.errors import StoreUnusable
from bridge.service.backups import restore
from bridge.service.service import Service
from bridge.settings import Settings
from bridge.store.engine import left as as_left
from tests.service.test_command import SECRET, command, environment
from tests.support.house import House, opened, until

MAN = "+33612345678"
PAGE = 4096


def flip(database: Path, first: int, last: int | None = None) -> None:
    """Turns every 97th byte of a part of the file over."""
    content = bytearray(database.read_bytes())
    for place in range(first, last or len(content), 97):
        content[place] ^= 0xFF
    database.write_bytes(content)


def root_of(database: Path, table: str) -> int:
    """Where a table begins in the file."""
    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        (page,) = connection.execute(query, (table,)).fetchone()
    return (int(page) - 1) * PAGE


DAMAGES: dict[str, Callable[[Path], None]] = {
    "its first bytes": lambda database: flip(database, 0, PAGE),
    "the list of its tables": lambda database: flip(database, 100, PAGE),
    "the outbox": lambda database: flip(database, (at := root_of(database, "outbox")), at + PAGE),
    "the journal": lambda database: flip(database, (at := root_of(database, "events")), at + PAGE),
    "everything behind the first page": lambda database: flip(database, PAGE),
    "its end is missing": lambda database: os.truncate(database, database.stat().st_size - 3 * PAGE),
}


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty database of ours."""
    folder = tmp_path_factory.mktemp("pristine")
    assert command("resume", env=environment(folder), cwd=folder).returncode == 0
    return folder


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_database_is_told_at_the_start_and_a_backup_can_take_its_place(
    tmp_path: Path, pristine: Path, damage: str
) -> None:
    database = tmp_path / "rempart.db"
    shutil.copy(pristine / "rempart.db", database)
    env = environment(tmp_path)
    DAMAGES[damage](database)
    ended = command("run", env=env, cwd=tmp_path)
    *logged, told = ended.stderr.splitlines()
    assert ended.returncode == 1
    assert [json.loads(line)["level"] for line in logged if "starting" not in line] in ([], ["warning"])
    assert "damaged" in told
    assert "rempart restore" in told
    settings = Settings(database_url=f"sqlite:///{database}", secret=SecretStr(SECRET))
    assert restore(settings, pristine / "rempart.db", system_clock()) is not None
    with closing(sqlite3.connect(database)) as restored:
        assert restored.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path) as running:
        yield running


async def ready(house: House) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"{house.url}/readyz") as response:
        return response.status, await response.text()


async def into_the_file(house: House) -> None:
    """Brings everything out of the log and out of memory, so that the file itself counts."""
    async with house.service.store._turn, house.service.store._writer.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        await driver.execute("PRAGMA shrink_memory")


async def left(tmp_path: Path) -> House:
    """A house that stopped cleanly after it had answered somebody."""
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path) as running:
        assert (await running.provider.text(MAN, "Salut"))[0] == 200
        await until(lambda: running.replies("delivered"), "the reply was delivered")
    return running


def again(house: House) -> Service:
    return Service(house.service._settings, Environment(house.environment), system_clock)


def unseen(database: Path, table: str) -> None:
    """Turns bytes over as a failing disk does: nothing outside the file tells of it."""
    note = database.with_name("rempart.db.left")
    flip(database, (at := root_of(database, table)), at + PAGE)
    state = database.stat()
    told = f"{state.st_dev} {state.st_ino} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}"
    note.write_text(told, encoding="utf-8")


async def test_damage_after_a_clean_stop_is_told_at_the_start(tmp_path: Path) -> None:
    house = await left(tmp_path)
    flip(tmp_path / "rempart.db", (at := root_of(tmp_path / "rempart.db", "events")), at + PAGE)
    with pytest.raises(StoreUnusable, match="damaged"):
        await again(house).start()


@pytest.mark.parametrize("large", [False, True])
async def test_damage_that_nothing_tells_of_from_outside_is_found_while_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, large: bool
) -> None:
    house = await left(tmp_path)
    unseen(tmp_path / "rempart.db", "lessons")
    if large:  # then also after a crash
        monkeypatch.setattr(as_left, "LARGE", 1)
        (tmp_path / "rempart.db.left").unlink()
    house.service = again(house)
    await house.service.start()
    try:

        async def noticed() -> bool:
            return (await ready(house))[0] == 503

        await until(noticed, "the damage was noticed")
        assert "damaged" in (await ready(house))[1]
    finally:
        await house.service.stop()
    assert not (tmp_path / "rempart.db.left").exists()
    monkeypatch.undo()
    with pytest.raises(StoreUnusable, match="damaged"):
        await again(house).start()


async def test_a_file_that_stands_as_it_was_left_is_looked_through_while_it_runs(tmp_path: Path) -> None:
    house = await left(tmp_path)
    assert (tmp_path / "rempart.db.left").exists()
    for _ in range(2):
        service = again(house)
        await service.start()
        assert not (tmp_path / "rempart.db.left").exists()  # after a crash it is not there
        await service.stop()
        assert (tmp_path / "rempart.db.left").exists()


ELSEWHERE: dict[str, Callable[[Path], object]] = {
    "never noted": lambda database: database.with_name("a.db.left").unlink(),
    "written to": lambda database: database.write_bytes(database.read_bytes()),
    "put there": lambda database: Path(shutil.copy2(database, database.with_name("b.db"))).replace(database),
    "a log beside it": lambda database: Path(f"{database}-wal").write_bytes(b"more"),
    "a note that is none": lambda database: database.with_name("a.db.left").write_bytes(b"\xff"),
}


@pytest.mark.parametrize("done", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_note_is_good_for_one_start_on_the_very_file(
    tmp_path: Path, done: Callable[[Path], object]
) -> None:
    database = tmp_path / "a.db"
    database.write_bytes(b"a database")
    as_left.note(database)
    assert [as_left.as_noted(database), as_left.as_noted(database)] == [True, False]
    as_left.note(database)
    done(database)
    assert not as_left.as_noted(database)


async def test_damage_while_it_runs_ends_sending_and_is_told(house: House, tmp_path: Path) -> None:
    assert (await house.provider.text(MAN, "Salut"))[0] == 200
    await until(lambda: house.replies("delivered"), "the reply was delivered")
    await into_the_file(house)
    flip(tmp_path / "rempart.db", PAGE)

    async def noticed() -> bool:
        await house.provider.text("+33698765432", "Salut")
        return (await ready(house))[0] == 503

    await until(noticed, "the damage was noticed")
    assert "damaged" in (await ready(house))[1]
    sent = len(house.provider.sent)
    status, _ = await house.provider.text("+33612340000", "Salut")
    await asyncio.sleep(1.2)  # more than the longest rest of any loop
    assert (status, len(house.provider.sent)) == (503, sent)
    await house.service.stop()
    house.service = Service(house.service._settings, Environment(house.environment), system_clock)
    with pytest.raises(StoreUnusable, match="damaged"):
        await house.service.start()
