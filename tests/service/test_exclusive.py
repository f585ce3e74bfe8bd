"""One service a database, whoever removes what; what root makes, the folder's owner can use."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from bridge.errors import Misconfigured, RempartError, StoreUnusable
from bridge.model import SenderId
from bridge.service import exclusive
from bridge.service.backups import backup, restore
from bridge.service.exclusive import FileLock, exposed, open_once
from bridge.service.rotating import _write
from bridge.settings import Settings
from bridge.store.engine import forgotten
from bridge.store.engine.store import Store
from tests.support import sqlite
from tests.support.events import SECRET

NOBODY = 65_534


def elsewhere(work: Callable[[], object], user: int | None = None) -> str:
    """What comes of it in another process: nothing, or the sentence of an error."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if user is not None:
                os.setgid(user)
                os.setuid(user)
            work()
        except RempartError as error:
            os.write(writing, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as told:
        return told.read()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "rempart.db"
    sqlite.migrated(path)
    return path


def nothing(_database: Path) -> None:
    pass


def lock_removed(database: Path) -> None:
    database.with_name("rempart.db.lock").unlink()


def lock_replaced(database: Path) -> None:
    lock_removed(database)
    database.with_name("rempart.db.lock").touch()


def another_name(database: Path) -> None:
    database.with_name("linked.db").symlink_to(database)


def a_second_name(database: Path) -> None:
    database.with_name("linked.db").hardlink_to(database)


@pytest.mark.skipif(
    sys.platform != "linux", reason="On macOS the file itself cannot be locked beside SQLite."
)
@pytest.mark.parametrize("what", [nothing, lock_removed, lock_replaced, another_name, a_second_name])
def test_there_is_no_way_for_a_second_service_to_come_in(
    database: Path, what: Callable[[Path], None]
) -> None:
    lock = FileLock(database)
    what(database)
    linked = database.with_name("linked.db")
    asked = linked if linked.exists() else database
    assert "Another Rempart is running" in elsewhere(lambda: FileLock(asked))
    lock.release()
    assert elsewhere(lambda: FileLock(asked)) == ""


def test_by_a_link_it_is_the_same_database_also_where_the_file_itself_cannot_be_locked(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on macOS: else a copy could be put in the place of one that a service uses."""
    monkeypatch.setattr(exclusive, "_BOTH_KINDS_OF_LOCK", False)
    another_name(database)
    lock = FileLock(database.with_name("linked.db"))
    assert "Another Rempart is running" in elsewhere(lambda: FileLock(database))
    lock.release()


async def test_the_lock_stands_beside_those_that_sqlite_takes(database: Path) -> None:
    """Both at once: we can write, nobody else can while we do, and our lock does not end theirs."""
    lock = FileLock(database)
    store = Store(f"sqlite:///{database}")

    async def work(_connection: object) -> None:
        with closing(sqlite3.connect(database, timeout=0)) as other, pytest.raises(sqlite3.OperationalError):
            other.execute("BEGIN IMMEDIATE")

    await store.transact(work)
    await store.close()
    lock.release()


def open_both(database: Path) -> None:
    FileLock(database)
    open_once(database)


ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="Only root can make files that others shut out.")


def opens(database: Path) -> None:
    FileLock(database).release()
    open_once(database)


def forgets(database: Path) -> None:
    forgotten.note(forgotten.list_of(database), [SenderId("a" * 32)], 1)


def copies(database: Path) -> None:
    sqlite.migrated(database)
    database.chmod(0o600)
    os.chown(database, NOBODY, NOBODY)
    backup(settings_of(database), database.with_name("copy.db"))


def puts_back(database: Path) -> None:
    copies(database)
    database.unlink()
    restore(settings_of(database), database.with_name("copy.db"), 1)


def makes_a_key(database: Path) -> None:
    key = database.with_name("rempart.db.key.new.part")
    _write(key, "0" * 64)


def settings_of(database: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{database}", secret=SecretStr(SECRET))


@ROOT
@pytest.mark.parametrize("command", [opens, forgets, copies, puts_back, makes_a_key])
def test_what_a_command_of_root_makes_belongs_to_the_folders_owner(
    tmp_path: Path, command: Callable[[Path], None]
) -> None:
    """Or the service, which is not root, could not go on with it: nobody would be forgotten any more."""
    os.chown(tmp_path, NOBODY, NOBODY)
    command(tmp_path / "rempart.db")
    made = {path.name: (path.stat().st_uid, path.stat().st_mode & 0o777) for path in tmp_path.iterdir()}
    assert made, "it makes a file"
    assert made == dict.fromkeys(made, (NOBODY, 0o600))


@ROOT
def test_a_copy_that_root_made_keeps_the_service_from_no_other(tmp_path: Path) -> None:
    database = tmp_path / "rempart.db"
    sqlite.migrated(database)
    backup(settings_of(database), tmp_path / "first.db")
    assert (tmp_path / "rempart.db.backed-up").stat().st_uid == 0
    shared_ = Path("/tmp") / f"rempart-test-{os.getpid()}-copies"  # noqa: S108 - one that nobody can look into fails
    shutil.move(tmp_path, shared_)
    try:
        os.chown(shared_, NOBODY, NOBODY)
        os.chown(shared_ / "rempart.db", NOBODY, NOBODY)
        there = settings_of(shared_ / "rempart.db")
        assert elsewhere(lambda: backup(there, shared_ / "second.db"), NOBODY) == ""
        assert (shared_ / "rempart.db.backed-up").stat().st_uid == NOBODY
    finally:
        shutil.rmtree(shared_)


@ROOT
@pytest.mark.parametrize(
    ("name", "kind"), [("rempart.db.lock", Misconfigured), ("rempart.db", StoreUnusable)]
)
def test_a_file_that_shuts_us_out_is_named_with_its_owner(name: str, kind: type[RempartError]) -> None:
    folder = Path("/tmp") / f"rempart-test-{os.getpid()}-{name}"  # noqa: S108 - one that nobody can look into fails
    folder.mkdir()
    os.chown(folder, NOBODY, NOBODY)
    try:
        (folder / name).touch(mode=0o600)
        told = elsewhere(lambda: open_both(folder / "rempart.db"), NOBODY)
    finally:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
    assert told.startswith(kind.__name__)
    assert f"{folder / name} cannot be opened (it belongs to the user root)" in told


MODES = [(0o600, False), (0o400, False), (0o640, True), (0o604, True), (0o644, True), (0o666, True)]


@pytest.mark.parametrize(("mode", "open_to_others"), MODES)
def test_a_file_that_others_can_read_is_noticed(tmp_path: Path, mode: int, open_to_others: bool) -> None:
    path = tmp_path / ".env"
    path.touch()
    path.chmod(mode)
    assert exposed([path, tmp_path / "none"]) == [path] * open_to_others
