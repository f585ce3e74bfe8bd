"""The key that wraps the senders' keys is changed: cut off at any moment, nothing is lost."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bridge.errors import Misconfigured, RempartError
from bridge.model import Message
from bridge.service.backups import backup, restore
from bridge.service.lines import database_of
from bridge.service.prepare import prepare
from bridge.service.rotating import Rotated, Step, rotate
from bridge.settings import Settings
from bridge.store.books.journal import ENTRY, opened
from bridge.store.books.keyring import Keyring
from bridge.store.engine import wrapping
from bridge.store.engine.store import Store
from bridge.store.engine.tables import events, senders
from tests.service.test_command import command, environment, plain
from tests.support.clock import NOON, TestClock
from tests.support.events import SECRET, Bridge, message
from tests.support.house import opened as house_opened
from tests.support.retaining import rows

PEOPLE = 5


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrapping, "SLICE", 2)


@pytest.fixture
async def written(database_url: str) -> str:
    """A database in which a few people wrote, under the secret alone."""
    await write(database_url, *(f"texte {n}" for n in range(PEOPLE)))
    return database_url


async def write(url: str, *texts: str) -> None:
    """Each of these people writes one text."""
    bridge = Bridge(Store(url), TestClock())
    await bridge.tell(*(message(text, address=f"+3361234000{n}") for n, text in enumerate(texts)))
    await bridge.fold()
    await bridge.store.close()


async def turn(given: Settings, file: Path, *others: str, step: Step = lambda _: None) -> Rotated:
    """Rotates the database of the settings, and those of other lines."""
    return await rotate(given, [given.database_url, *others], file, step)


def settings(url: str, file: Path | None = None) -> Settings:
    """As they are read: the key from its file, where there is one."""
    key = None if file is None else SecretStr(file.read_text().strip())
    return Settings(database_url=url, secret=SecretStr(SECRET), key=key)


async def seen(url: str, given: Settings) -> tuple[set[str], list[Any]]:
    """What can be read under these settings, once a service would start; and who is who."""
    bridge = Bridge(Store(url), TestClock())
    try:
        await prepare(bridge.store, given.keys(), bridge.clock)
        found = await rows(bridge, select(*ENTRY).where(events.c.kind == "message"))
        keyring = Keyring(given.keys().sealing)
        told = await bridge.store.read(lambda connection: opened(connection, keyring, found))
        names = await rows(bridge, select(senders.c.id, senders.c.handle).order_by(senders.c.id))
    finally:
        await bridge.store.close()
    return {one.what.text for one in told.values() if isinstance(one.what, Message)}, names


ALL = {f"texte {n}" for n in range(PEOPLE)}


async def test_all_is_readable_under_the_new_key_alone_and_nobody_is_renamed(
    written: str, tmp_path: Path
) -> None:
    _, before = await seen(written, settings(written))
    file = tmp_path / "the.key"
    assert await turn(settings(written), file) == Rotated(file, None, PEOPLE)
    assert file.stat().st_mode & 0o077 == 0
    assert await seen(written, settings(written, file)) == (ALL, before)
    with pytest.raises(Misconfigured, match="REMPART_KEY is not the key"):
        await seen(written, settings(written))


async def test_a_second_time_the_older_key_is_kept_beside(written: str, tmp_path: Path) -> None:
    file = tmp_path / "the.key"
    await turn(settings(written), file)
    first = file.read_text()
    done = await turn(settings(written, file), file)
    assert done == Rotated(file, tmp_path / "the.key.before", PEOPLE)
    assert (tmp_path / "the.key.before").read_text() == first != file.read_text()
    assert (await seen(written, settings(written, file)))[0] == ALL


async def readable(url: str, given: Settings) -> set[str] | str:
    """What a service would read; before the first step that counts, and after the last, it would start."""
    try:
        return (await seen(url, given))[0]
    except Misconfigured as refused:
        return "refused" if "rotate` again" in str(refused) else str(refused)


class Cut(Exception):
    """The power went out."""


async def cut_after(step: int, given: Settings, file: Path, *others: str) -> bool:
    """Rotates, and is cut off after a step; whether it came so far."""
    done = 0

    def told(_what: str) -> None:
        nonlocal done
        done += 1
        if done > step:
            raise Cut

    try:
        await turn(given, file, *others, step=told)
    except Cut:
        return True
    return False


@pytest.mark.parametrize("second", [False, True], ids=["from the secret", "from a key"])
async def test_cut_off_after_any_step_nothing_is_lost(written: str, tmp_path: Path, *, second: bool) -> None:
    file = tmp_path / "the.key"
    if second:
        await turn(settings(written), file)
    _, names = await seen(written, settings(written, file if second else None))
    step = 0
    while await cut_after(step, settings(written, file if file.exists() else None), file):
        given = settings(written, file if file.exists() else None)
        assert await readable(written, given) in (ALL, "refused")
        await turn(given, file)
        assert await seen(written, settings(written, file)) == (ALL, names)
        step += 1
    assert step >= 6


async def test_several_lines_get_the_new_key_together_wherever_it_is_cut_off(
    written: str, tmp_path: Path
) -> None:
    other, file, step = database_of(written, "lyon"), tmp_path / "the.key", 0
    await seen(other, settings(other))
    await write(other, "texte de lyon")
    names = [(await seen(url, settings(url)))[1] for url in (written, other)]
    while await cut_after(step, settings(written, file if file.exists() else None), file, other):
        given = settings(written, file if file.exists() else None)
        for url, texts in ((written, ALL), (other, {"texte de lyon"})):
            assert await readable(url, given) in (texts, "refused")
        await turn(given, file, other)
        given = settings(written, file)
        assert [await seen(url, given) for url in (written, other)] == [
            (ALL, names[0]),
            ({"texte de lyon"}, names[1]),
        ]
        step += 1
    assert step >= 8


@pytest.mark.parametrize("step", range(7))
def test_killed_after_any_step_nothing_is_lost(sqlite_url: str, tmp_path: Path, step: int) -> None:
    file = tmp_path / "the.key"
    asyncio.run(write(sqlite_url, *(f"texte {n}" for n in range(PEOPLE))))
    left = step

    def told(_what: str) -> None:
        nonlocal left
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    child = os.fork()
    if not child:
        try:
            asyncio.run(turn(settings(sqlite_url), file, step=told))
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    given = settings(sqlite_url, file if file.exists() else None)
    assert asyncio.run(readable(sqlite_url, given)) in (ALL, "refused")
    asyncio.run(turn(given, file))
    assert asyncio.run(seen(sqlite_url, settings(sqlite_url, file)))[0] == ALL


async def test_without_the_older_key_nothing_is_changed(written: str, tmp_path: Path) -> None:
    file = tmp_path / "the.key"
    await turn(settings(written), file)
    lost, file = file.read_text(), file.rename(tmp_path / "elsewhere")
    with pytest.raises(RempartError, match="wrapped by none of the keys at hand"):
        await turn(settings(written), tmp_path / "other.key")
    (tmp_path / "other.key.before").write_text(lost)
    await turn(settings(written), tmp_path / "other.key")
    assert (await seen(written, settings(written, tmp_path / "other.key")))[0] == ALL


async def test_a_new_person_is_sealed_under_the_new_key(written: str, tmp_path: Path) -> None:
    file = tmp_path / "the.key"
    await turn(settings(written), file)
    given = settings(written, file)
    bridge = Bridge(Store(written), TestClock())
    bridge.journal.keyring = bridge.keyring = Keyring(given.keys().sealing)
    await bridge.tell(message("de plus", address="+33699999999"))
    marks = await rows(bridge, select(senders.c.wrapped_by).distinct())
    assert len(marks) == 1
    await bridge.store.close()
    assert (await seen(written, given))[0] == {*ALL, "de plus"}


async def test_while_a_service_runs_it_is_refused(database_url: str, tmp_path: Path) -> None:
    async with house_opened(database_url, tmp_path) as house:
        await house.provider.text("+33612340000", "Salut")
        with pytest.raises(RempartError, match=r"running on|runs on this database"):
            await turn(settings(database_url), tmp_path / "the.key")


async def test_another_key_than_the_one_it_was_made_with_is_refused_from_the_first(
    written: str, tmp_path: Path
) -> None:
    (tmp_path / "foreign").write_text("5f1d7c0a9be24e63a8f0c2d47b91e6387d5c")
    with pytest.raises(Misconfigured, match="REMPART_KEY is not the key"):
        await seen(written, settings(written, tmp_path / "foreign"))
    assert (await seen(written, settings(written)))[0] == ALL


async def test_an_older_copy_is_wrapped_anew_by_the_same_command(sqlite_url: str, tmp_path: Path) -> None:
    bridge = Bridge(Store(sqlite_url), TestClock())
    await prepare(bridge.store, settings(sqlite_url).keys(), bridge.clock)
    await bridge.tell(message("texte 0"))
    await bridge.fold()
    await bridge.store.close()
    file = tmp_path / "rempart.db.key"
    await turn(settings(sqlite_url), file)
    backup(settings(sqlite_url), tmp_path / "copy.db")
    await turn(settings(sqlite_url, file), file)
    restore(settings(sqlite_url, file), tmp_path / "copy.db", NOON)
    with pytest.raises(Misconfigured, match="for a copy from before"):
        await seen(sqlite_url, settings(sqlite_url, file))
    await turn(settings(sqlite_url, file), file)
    assert (await seen(sqlite_url, settings(sqlite_url, file)))[0] == {"texte 0"}


def test_the_command_says_what_to_set_and_prints_no_secret(sqlite_url: str, tmp_path: Path) -> None:
    assert sqlite_url
    env = environment(tmp_path)
    done = command("secret", "rotate", env=env, cwd=tmp_path)
    file = tmp_path / "rempart.db.key"
    assert done.returncode == 0, done.stderr
    assert f"REMPART_KEY_FILE={file}" in done.stdout
    assert file.read_text().strip() not in done.stdout
    assert command("mutes", env=env, cwd=tmp_path).returncode == 2
    there = env | {"REMPART_KEY_FILE": str(file)}
    assert command("mutes", env=there, cwd=tmp_path).returncode == 0
    again = command("secret", "rotate", env=there, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert command("mutes", env=there, cwd=tmp_path).returncode == 0
    copied = command("backup", "copy.db", env=there, cwd=tmp_path)
    assert "Keep REMPART_SECRET and REMPART_KEY with it" in copied.stdout
    short = command("mutes", env=env | {"REMPART_KEY": "short"}, cwd=tmp_path)
    assert short.returncode == 2
    assert "REMPART_KEY must have at least 32 characters" in short.stderr


NO_KEYS = {
    "the rules": ("rules.yaml", {}),
    "the database": ("rempart.db", {}),
    "a folder": (".", {}),
    "the secret": ("secret", {"REMPART_SECRET_FILE": "secret", "REMPART_SECRET": ""}),
    "the secret, named as the key as well": (
        "secret",
        {"REMPART_SECRET_FILE": "secret", "REMPART_SECRET": "", "REMPART_KEY_FILE": "secret"},
    ),
    "a single line of settings": (".env", {}),
    "something, where the next key was to be kept": ("other.key", {}),
}


@pytest.mark.parametrize("what", NO_KEYS)
def test_nothing_but_a_key_makes_room_for_a_key(sqlite_url: str, tmp_path: Path, what: str) -> None:
    assert sqlite_url
    file, more = NO_KEYS[what]
    env = environment(tmp_path, **more)
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / ".env").write_text(f"REMPART_HEARTBEAT_URL=http://127.0.0.1:9/{'x' * 64}")
    (tmp_path / "other.key.new").write_bytes(b"\xffno key")
    before = {one: one.read_bytes() for one in tmp_path.iterdir() if one.suffix not in (".lock", ".db")}
    told = plain(command("secret", "rotate", "--key-file", file, env=env, cwd=tmp_path), 2)
    assert "something else than a key" in told
    assert {one: one.read_bytes() for one in before} == before
    assert (tmp_path / "rempart.db").read_bytes().startswith(b"SQLite format 3")
