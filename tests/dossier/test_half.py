"""A dossier is there whole or not at all; what is left of one that was cut off goes with the next."""

import os
from collections.abc import AsyncIterator, Callable
from errno import ENOSPC
from pathlib import Path

import pyrage
import pytest

from bridge.dossier import bag, report
from bridge.dossier.exporting import Wanted
from bridge.dossier.half import HALF, workshop
from bridge.errors import RempartError
from bridge.service.evidence import _encryption as encryption
from bridge.store.engine.store import Store
from tests.dossier.world import World, files


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    store = Store(sqlite_url)
    yield World(store)
    await store.close()


def refused(*_: object, **__: object) -> None:
    raise OSError(ENOSPC, "No space left on device")


STEPS: dict[str, tuple[object, str]] = {
    "the pages": (report, "typeset"),
    "the lists": (bag, "close"),
    "the first byte of the ZIP": (bag, "directory"),
    "its last byte": (os, "fsync"),
    "its name": (Path, "replace"),
}


@pytest.mark.parametrize("step", STEPS)
async def test_where_a_disk_is_full_nothing_is_left(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    await world.say("bonjour", sender=1)
    out = tmp_path / "out"
    out.mkdir()
    pinned = await world.pin()
    exporter = world.exporter(pinned.note)
    monkeypatch.setattr(*STEPS[step], refused)
    with pytest.raises(OSError, match="No space"):
        await exporter.export(Wanted(since=0, until=2**60), out / "r.zip")
    assert list(out.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Only Linux has a device that is always full.")
async def test_what_cannot_be_encrypted_is_not_left_in_the_clear(world: World, tmp_path: Path) -> None:
    await world.say("bonjour", sender=1)
    out = tmp_path / "out"
    out.mkdir()
    sealed = encryption((str(pyrage.x25519.Identity.generate().to_public()),))

    def too_late(file: Path) -> Path:
        file.with_name(f"{file.name}.age").symlink_to("/dev/full")
        return sealed(file)

    pinned = await world.pin()
    with pytest.raises(RempartError, match="disk is full"):
        await world.exporter(pinned.note, enclose=too_late).export(
            Wanted(since=0, until=2**60), out / "r.zip.age"
        )
    assert list(out.iterdir()) == []


async def test_nobody_else_can_read_one_at_any_moment(world: World, tmp_path: Path) -> None:
    await world.say("bonjour", sender=1)
    seen = []

    def look(file: Path) -> Path:
        seen.append(file.parent.stat().st_mode & 0o777)
        return file

    pinned = await world.pin()
    await world.exporter(pinned.note, enclose=look).export(Wanted(since=0, until=2**60), tmp_path / "r.zip")
    assert (seen, (tmp_path / "r.zip").stat().st_mode & 0o777) == ([0o700], 0o600)
    assert "verify.py" in files(tmp_path / "r.zip")


def left_long_ago(folder: Path) -> None:
    """As a process leaves it that was killed."""
    folder.mkdir()
    (folder / "entries.jsonl").write_text("hostile")
    os.utime(folder, (1, 1))


LEFT: dict[str, tuple[Callable[[Path], object], bool]] = {
    f"{HALF}killed": (left_long_ago, False),
    f"{HALF}fresh": (lambda folder: folder.mkdir(), True),
    f"{HALF}file": (lambda file: file.write_text("somebody's"), True),
    ".dossier-of-mine": (left_long_ago, True),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_was_cut_off_goes_with_the_next_and_nothing_else_does(tmp_path: Path, name: str) -> None:
    make, stays = LEFT[name]
    make(tmp_path / name)
    with workshop(tmp_path):
        pass
    assert (tmp_path / name).exists() == stays


def test_two_that_are_made_at_once_leave_each_other_alone(tmp_path: Path) -> None:
    """Of two lines whose databases stand in one folder, or by hand beside the service."""
    with workshop(tmp_path) as one:
        os.utime(one, (1, 1))
        with workshop(tmp_path) as other:
            assert one.is_dir()
        assert not other.exists()
    assert list(tmp_path.iterdir()) == []


def test_behind_a_link_nothing_is_cleared_away(tmp_path: Path) -> None:
    left_long_ago(tmp_path / "mine")
    (tmp_path / f"{HALF}link").symlink_to(tmp_path / "mine")
    os.utime(tmp_path / f"{HALF}link", (1, 1), follow_symlinks=False)
    with workshop(tmp_path):
        pass
    assert (tmp_path / "mine" / "entries.jsonl").exists()
