"""Restore can lose nothing: what it refuses changes no byte; what it replaces is kept under a new name."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from bridge.errors import Misconfigured, RempartError, StoreUnusable
from bridge.model import DAY, HOUR
from bridge.noun import replace
from bridge.service.backups import backup, restore
from bridge.service.exclusive import FileLock
from bridge.settings import Settings
from bridge.store.books import sending
from bridge.store.engine.belonging import mark
from bridge.store.engine.store import Store
from tests.support import sqlite
from tests.support.clock import NOON, TestClock
from tests.support.events import SECRET, Bridge, keys, message, rules


def settings(folder: Path, secret: str | None = SECRET, name: str = "rempart.db") -> Settings:
    return Settings(
        database_url=f"sqlite:///{folder / name}", secret=None if secret is None else SecretStr(secret)
    )


def told(path: Path, **said: str) -> list[str]:
    """What a database says, once it was told something."""
    with closing(sqlite3.connect(path)) as database, database:
        for one in said.items():
            database.execute("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", one)
        return [value for (value,) in database.execute("SELECT value FROM facts WHERE name = 'told'")]


def made(path: Path, value: str) -> Path:
    """A database of ours that tells something."""
    sqlite.migrated(path)
    told(path, secret=mark(keys().recognition), told=value)
    return path


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A database that says "now", and a copy of it from when it said "then"."""
    database = made(tmp_path / "rempart.db", "then")
    backup(settings(tmp_path), tmp_path / "copy.db")
    told(database, told="now")
    return tmp_path / "copy.db"


def flip(copy: Path) -> None:
    content = bytearray(copy.read_bytes())
    content[5000::97] = bytes(byte ^ 0xFF for byte in content[5000::97])
    copy.write_bytes(content)


def cut_short(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes()[:-20_000])


def empty(copy: Path) -> None:
    copy.write_bytes(b"")


def letter(copy: Path) -> None:
    copy.write_bytes(b"dear aunt, " * 1000)


def of_another(copy: Path) -> None:
    copy.unlink()
    with closing(sqlite3.connect(copy)) as other:
        other.execute("CREATE TABLE letters (a)")


def newer(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")


def under_another_secret(copy: Path) -> None:
    told(copy, secret="00")


def of_another_line(copy: Path) -> None:
    told(copy, line="lyon")
    told(copy.with_name("rempart.db"), line="paris")


def gone(copy: Path) -> None:
    copy.unlink()


def a_folder(copy: Path) -> None:
    copy.unlink()
    copy.mkdir()


def itself(copy: Path) -> None:
    copy.unlink()
    copy.symlink_to(copy.with_name("rempart.db"))


REFUSED: dict[Callable[[Path], None], tuple[type[RempartError], str]] = {
    flip: (StoreUnusable, "damaged"),
    cut_short: (StoreUnusable, "damaged"),
    empty: (StoreUnusable, "no database of Rempart"),
    letter: (StoreUnusable, "no database"),
    of_another: (StoreUnusable, "no database of Rempart"),
    newer: (StoreUnusable, "newer Rempart"),
    under_another_secret: (Misconfigured, "REMPART_SECRET is not the secret"),
    of_another_line: (Misconfigured, "that of the line paris: say --line lyon"),
    gone: (Misconfigured, "no file"),
    a_folder: (Misconfigured, "no file"),
    itself: (Misconfigured, "the database itself"),
}


def everything(folder: Path) -> dict[str, bytes]:
    """Every file that matters: locks hold nothing."""
    files = (one for one in folder.iterdir() if one.is_file() and one.suffix != ".lock")
    return {one.name: one.read_bytes() for one in files}


@pytest.mark.parametrize("spoilt", REFUSED)
def test_what_cannot_take_the_place_of_the_database_changes_no_byte(
    tmp_path: Path, copy: Path, spoilt: Callable[[Path], None]
) -> None:
    spoilt(copy)
    kind, words = REFUSED[spoilt]
    before = everything(tmp_path)
    with pytest.raises(kind, match=words):
        restore(settings(tmp_path), copy, NOON)
    assert everything(tmp_path) == before


@pytest.mark.parametrize(("theirs", "ours"), [("", "paris"), ("paris", "paris"), ("paris", "")])
def test_a_copy_from_before_there_were_lines_or_of_the_same_is_put_back(
    tmp_path: Path, copy: Path, theirs: str, ours: str
) -> None:
    for path, line in ((copy, theirs), (tmp_path / "rempart.db", ours)):
        told(path, **({"line": line} if line else {}))
    restore(settings(tmp_path), copy, NOON)
    assert told(tmp_path / "rempart.db") == ["then"]


def test_without_the_secret_or_beside_a_running_service_nothing_is_restored(
    tmp_path: Path, copy: Path
) -> None:
    before = everything(tmp_path)
    with pytest.raises(Misconfigured, match="REMPART_SECRET is not set"):
        restore(settings(tmp_path, None), copy, NOON)
    lock = FileLock(tmp_path / "rempart.db")
    with pytest.raises(RempartError, match="Another Rempart"):
        restore(settings(tmp_path), copy, NOON)
    lock.release()
    assert everything(tmp_path) == before


def test_however_often_one_restores_each_database_that_was_replaced_is_kept(
    tmp_path: Path, copy: Path
) -> None:
    kept = []
    for n in range(4):
        told(tmp_path / "rempart.db", told=f"day {n}")
        aside = restore(settings(tmp_path), copy, NOON)
        assert aside is not None
        kept.append(aside)
        assert told(tmp_path / "rempart.db") == ["then"]
    assert [told(one) for one in kept] == [["day 0"], ["day 1"], ["day 2"], ["day 3"]]
    assert len(set(kept)) == 4
    assert restore(settings(tmp_path), kept[2], NOON) == tmp_path / "rempart.db.before-restore-5"
    assert told(tmp_path / "rempart.db") == ["day 2"]


def test_nothing_stray_is_left_beside_a_copy_or_a_database(tmp_path: Path, copy: Path) -> None:
    restore(settings(tmp_path), copy, NOON)
    names = {one.name for one in tmp_path.iterdir()} - {"rempart.db.lock"}
    assert names == {"rempart.db", "copy.db", "rempart.db.before-restore", "rempart.db.backed-up"}


def test_a_copy_by_hand_is_put_back_with_what_stands_in_its_log(tmp_path: Path, copy: Path) -> None:
    copy.unlink()
    with closing(sqlite3.connect(tmp_path / "rempart.db", isolation_level=None)) as living:
        living.execute("PRAGMA journal_mode = WAL")
        living.execute("UPDATE facts SET value = 'in the log' WHERE name = 'told'")
        for ending in ("", "-wal"):
            shutil.copyfile(tmp_path / f"rempart.db{ending}", tmp_path / f"copy.db{ending}")
    restore(settings(tmp_path), copy, NOON)
    assert told(tmp_path / "rempart.db") == ["in the log"]


def test_a_database_behind_a_link_is_replaced_where_it_stands(tmp_path: Path, copy: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "rempart.db").rename(tmp_path / "disk" / "data.db")
    (tmp_path / "rempart.db").symlink_to(tmp_path / "disk" / "data.db")
    aside = restore(settings(tmp_path), copy, NOON)
    assert (tmp_path / "rempart.db").is_symlink()
    assert told(tmp_path / "disk" / "data.db") == ["then"]
    assert aside is not None
    assert told(aside) == ["now"]


def test_a_name_that_a_url_would_read_otherwise_is_a_name(tmp_path: Path) -> None:
    made(tmp_path / "100% a#b.db", "then")
    backup(settings(tmp_path, name="100% a#b.db"), tmp_path / "copy#1%.db")
    assert told(tmp_path / "copy#1%.db") == ["then"]
    assert restore(settings(tmp_path, name="100% a#b.db"), tmp_path / "copy#1%.db", NOON) is not None


@pytest.mark.parametrize("spoilt", [flip, newer, under_another_secret, of_another])
def test_a_copy_that_could_not_be_put_back_is_not_made(
    tmp_path: Path, spoilt: Callable[[Path], None]
) -> None:
    spoilt(made(tmp_path / "rempart.db", "then"))
    with pytest.raises(RempartError):
        backup(settings(tmp_path), tmp_path / "copy.db")
    assert not list(tmp_path.glob("copy*"))


async def test_what_may_have_left_since_the_copy_was_made_is_looked_for_from_then_on(tmp_path: Path) -> None:
    """Whoever was made to wait longer, as it says, may have been answered at once afterwards."""
    made(tmp_path / "rempart.db", "then")
    store = Store(f"sqlite:///{tmp_path / 'rempart.db'}")
    bridge = Bridge(store, TestClock())
    await bridge.tell(message())
    await bridge.fold()
    await store.close()
    backup(settings(tmp_path), tmp_path / "copy.db")
    restore(settings(tmp_path), tmp_path / "copy.db", NOON + DAY)
    with closing(sqlite3.connect(tmp_path / "rempart.db")) as database:
        rows = database.execute("SELECT progress, error, attempted_at FROM outbox").fetchall()
    assert rows == [("in_doubt", "restored", NOON)]


@pytest.mark.parametrize("under_way", [False, True])
async def test_where_nobody_can_be_asked_what_may_have_left_is_sent_once_more_and_bars_no_later_reply(
    tmp_path: Path, *, under_way: bool
) -> None:
    """In doubt for ever, it would stand in the way of every later reply to the same person."""
    made(tmp_path / "rempart.db", "then")
    url, clock = f"sqlite:///{tmp_path / 'rempart.db'}", TestClock()
    store = Store(url)
    bridge = Bridge(store, clock)
    await bridge.tell(replace(message(address="4242"), channel="telegram", metered=False))
    await bridge.fold()
    if under_way:
        clock.pass_(HOUR)
        assert await store.transact(lambda found: sending.claim(found, "telegram", clock(), 8, rules()))
    await store.close()
    backup(settings(tmp_path), tmp_path / "copy.db")
    restore(settings(tmp_path), tmp_path / "copy.db", clock() + HOUR)
    store = Store(url)
    again = await store.transact(
        lambda found: sending.once_more(found, "telegram", clock() + HOUR, clock() + HOUR)
    )
    assert len(again) == 1
    await store.close()


def test_a_log_that_was_left_behind_by_a_removed_database_is_none_of_the_copys(
    tmp_path: Path, copy: Path
) -> None:
    """SQLite would take it for the log of whatever stands in that place."""
    database = tmp_path / "rempart.db"
    live = sqlite3.connect(database)
    live.execute("PRAGMA journal_mode = WAL")
    live.execute("UPDATE facts SET value = 'later' WHERE name = 'told'")
    live.commit()
    kept = Path(f"{database}-wal").read_bytes()
    live.close()
    database.unlink()
    Path(f"{database}-wal").write_bytes(kept)
    assert restore(settings(tmp_path), copy, NOON) is None
    assert told(database) == ["then"]
