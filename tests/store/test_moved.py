"""A database file that is moved or replaced under us: nothing more is told to be stored."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import StoreMoved
from bridge.store.engine.store import Store
from bridge.store.engine.tables import facts
from tests.support import sqlite


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a database behind a link, as it was set up."""
    (tmp_path / "disk").mkdir()
    sqlite.migrated(tmp_path / "disk" / "real.db")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "linked.db").symlink_to(tmp_path / "disk" / "real.db")
    return tmp_path


@pytest.fixture(params=["real", "linked"])
async def store(folder: Path, request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    name = "disk/real.db" if request.param == "real" else "here/linked.db"
    opened = Store(f"sqlite:///{folder / name}")
    await opened.ping()
    yield opened
    await opened.close()


def file_of(store: Store) -> Path:
    return Path(str(store.url.database))


def removed(path: Path) -> None:
    path.unlink()


def renamed(path: Path) -> None:
    path.rename(path.with_name("old.db"))


def replaced_by_a_copy(path: Path) -> None:
    shutil.copyfile(path, path.with_name("new.db"))
    path.with_name("new.db").replace(path)


def replaced_by_nothing(path: Path) -> None:
    path.unlink()
    path.touch()


def linked_elsewhere(path: Path) -> None:
    shutil.copyfile(path, path.with_name("new.db"))
    path.unlink()
    path.symlink_to(path.with_name("new.db"))


def folder_moved(path: Path) -> None:
    path.parent.rename(path.parent.with_name("elsewhere"))


def folder_replaced(path: Path) -> None:
    path.parent.rename(path.parent.with_name("elsewhere"))
    shutil.copytree(path.parent.with_name("elsewhere"), path.parent)


TROUBLES: list[Callable[[Path], None]] = [
    removed,
    renamed,
    replaced_by_a_copy,
    replaced_by_nothing,
    linked_elsewhere,
    folder_moved,
    folder_replaced,
]


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_nothing_is_stored_in_a_file_that_the_next_start_would_not_find(
    store: Store, trouble: Callable[[Path], None]
) -> None:
    trouble(file_of(store))
    with pytest.raises(StoreMoved, match="moved, removed or replaced") as told:
        await store.ping()
    assert not told.value.passing
    with pytest.raises(StoreMoved):
        await store.read(lambda connection: connection.scalar(select(func.count()).select_from(facts)))


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_what_is_committed_while_the_file_goes_is_not_acknowledged(
    store: Store, trouble: Callable[[Path], None]
) -> None:
    async def work(connection: AsyncConnection) -> None:
        await connection.execute(facts.insert().values(name="lost", value=""))
        trouble(file_of(store))

    with pytest.raises(StoreMoved):
        await store.transact(work)


async def test_a_log_that_is_removed_takes_what_it_holds_with_it(store: Store) -> None:
    file = file_of(store).resolve()
    file.with_name(file.name + "-wal").unlink()
    with pytest.raises(StoreMoved):
        await store.ping()


async def test_a_file_that_is_put_back_is_used_again(store: Store) -> None:
    file = file_of(store)
    file.rename(file.with_name("old.db"))
    with pytest.raises(StoreMoved):
        await store.ping()
    file.with_name("old.db").rename(file)
    await store.ping()
