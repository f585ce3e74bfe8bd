"""A copy taken live is whole, and a restored one pays nothing twice."""

import asyncio
import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from pydantic import SecretStr

from bridge.clock import system_clock
from bridge.environment import Environment
from bridge.errors import RempartError
from bridge.loops import reconcile
from bridge.service.backups import backup, restore
from bridge.service.service import Service
from bridge.settings import Settings
from channels.twilio import looks
from tests.service.test_command import command, environment
from tests.support import sqlite
from tests.support.events import SECRET
from tests.support.house import House, opened, until


def settings(folder: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{folder / 'rempart.db'}", secret=SecretStr(SECRET))


async def answered(house: House, count: int) -> None:
    async def done() -> bool:
        return len(house.provider.sent) >= count

    await until(done, f"{count} replies were sent")


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "REST", 0.2)
    monkeypatch.setattr(reconcile, "LONG_ENOUGH", 1_000_000)
    monkeypatch.setattr(looks, "_SELDOM", 0.3)


async def test_a_restored_copy_reconciles_with_the_provider_and_pays_nothing_twice(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path) as house:
        for n in range(10):
            await house.provider.text(f"+3361234000{n}", "Salut")
        await house.folded()
        await asyncio.to_thread(backup, settings(tmp_path), tmp_path / "copy.db")
        await answered(house, 10)
        for n in range(10):
            await house.provider.text(f"+3361235000{n}", "Bonsoir")
        await answered(house, 20)
        await house.provider.settled()
        await house.service.stop()
        restore(settings(tmp_path), tmp_path / "copy.db", system_clock())
        assert (tmp_path / "rempart.db.before-restore").exists()
        house.service = Service(house.service._settings, Environment(house.environment), system_clock)
        await house.service.start()
        await house.provider.text("+33612360000", "Et moi ?")
        await answered(house, 21)
        await settled(house)
        assert set(Counter(record.to for record in house.provider.sent).values()) == {1}
        assert len(house.provider.sent) == 21


async def settled(house: House) -> None:
    async def nothing_open() -> bool:
        rows = await house.outbox()
        return all(row.progress not in ("held", "sending", "in_doubt") for row in rows)

    await until(nothing_open, "everything was settled")
    await house.folded()


def test_a_copy_is_private_and_never_overwrites(tmp_path: Path) -> None:
    env = environment(tmp_path)
    assert command("resume", env=env, cwd=tmp_path).returncode == 0  # makes a database
    copied = command("backup", str(tmp_path / "copy.db"), env=env, cwd=tmp_path)
    assert (copied.returncode, copied.stderr) == (0, "")
    assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0
    assert command("backup", str(tmp_path / "copy.db"), env=env, cwd=tmp_path).returncode == 2
    assert command("restore", str(tmp_path / "copy.db"), env=env, cwd=tmp_path).returncode == 0


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for place in range(5000, len(content), 97):
        content[place] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize("what", ["flipped", "empty", "letter", "other"])
def test_a_file_that_is_no_whole_copy_is_refused_and_the_database_stays(tmp_path: Path, what: str) -> None:
    env = environment(tmp_path)
    command("resume", env=env, cwd=tmp_path)
    command("backup", str(tmp_path / "copy.db"), env=env, cwd=tmp_path)
    before = (tmp_path / "rempart.db").read_bytes()
    if what == "flipped":
        flipped(tmp_path / "copy.db")
    elif what == "other":
        (tmp_path / "copy.db").unlink()
        sqlite3.connect(tmp_path / "copy.db").execute("CREATE TABLE letters (a)").connection.close()
    else:
        (tmp_path / "copy.db").write_bytes(b"" if what == "empty" else b"dear aunt, " * 1000)
    refused = command("restore", str(tmp_path / "copy.db"), env=env, cwd=tmp_path)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert (tmp_path / "rempart.db").read_bytes() == before


async def test_nothing_is_restored_under_a_running_service(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path):
        await asyncio.to_thread(backup, settings(tmp_path), tmp_path / "copy.db")
        with pytest.raises(RempartError, match="Another Rempart"):
            restore(settings(tmp_path), tmp_path / "copy.db", system_clock())


@pytest.mark.parametrize("name", ["copy.db", "a copy.db", "100%.db", "what?.db", "#1.db", "über.db"])
def test_a_copy_leaves_nothing_else_behind(tmp_path: Path, name: str) -> None:
    sqlite.migrated(tmp_path / "rempart.db")
    live = sqlite3.connect(tmp_path / "rempart.db")
    live.execute("PRAGMA journal_mode = WAL")
    live.execute("UPDATE pot SET spent = 1")
    live.commit()
    (tmp_path / "copies").mkdir()
    backup(settings(tmp_path), tmp_path / "copies" / name)
    live.close()
    assert [one.name for one in (tmp_path / "copies").iterdir()] == [name]


def test_a_copy_is_made_also_where_nothing_can_be_noted_beside_the_database(tmp_path: Path) -> None:
    """As from a disk that takes nothing any more: that is when one is wanted."""
    sqlite.migrated(tmp_path / "rempart.db")
    (tmp_path / "rempart.db.backed-up").mkdir()
    backup(settings(tmp_path), tmp_path / "copy.db")
    assert (tmp_path / "copy.db").is_file()
