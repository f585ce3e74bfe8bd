"""People are forgotten by the running service and by commands; and what an older copy knows, once more."""

import asyncio
import gc
import json
import sys
from functools import _lru_cache_wrapper
from pathlib import Path
from types import FunctionType, ModuleType

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.clock import system_clock
from bridge.loops import retention as loop
from bridge.model import SenderId
from bridge.service import pipeline
from bridge.service.backups import backup, restore
from bridge.settings import Settings
from bridge.store.engine import forgotten
from bridge.store.engine.store import Store
from bridge.store.engine.tables import outbox, raids, senders
from tests.service.test_command import command, environment
from tests.support import sqlite
from tests.support.clock import NOON, TestClock
from tests.support.events import MAN, SECRET, Bridge, message
from tests.support.house import House, opened, until
from tests.support.retaining import retention, rows, settle, traces

SOON = b"""
languages: [fr]
hold: {min: 0s, max: 0s}
reply_once_per: 1s
retention: {ordinary: 1s, raid: 1y}
replies:
  - id: any
    say: {fr: ["Un mot.", "Deux mots.", "Trois mots."]}
"""
SAID = "une phrase que personne ne doit lire"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "SETTLING_IN", 0.1)
    monkeypatch.setattr(loop, "REST", 0.1)


def settings(folder: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{folder / 'rempart.db'}", secret=SecretStr(SECRET))


async def keys(house: House) -> int:
    """How many people of the SMS channel have a key."""
    sender = house.service.pipeline.journal.sender("sms", MAN)

    async def work(connection: AsyncConnection) -> int:
        query = select(senders.c.id).where(senders.c.id == sender, senders.c.key.is_not(None))
        return len((await connection.execute(query)).all())

    return await house.service.store.read(work)


async def test_a_running_service_forgets_by_itself_and_counts(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url, tmp_path, SOON) as house:
        await house.provider.text(MAN, SAID)

        async def one_is() -> bool:
            return (await house.service.counter.standing.status())["forgotten"]["people"] >= 1

        await until(one_is, "somebody was forgotten")
        await house.provider.settled()
        await house.folded()
        assert house.provider.sent, "they were answered first"
        texts = {row.text for row in await house.outbox()}
        assert texts == {""}


async def answered(house: House) -> None:
    """Somebody wrote, and nothing is under way for them any more."""
    await house.provider.text(MAN, SAID)
    await house.provider.settled()

    async def settled() -> bool:
        return len(await house.replies("delivered")) == 1

    await until(settled, "the reply was delivered")
    await house.folded()


async def test_the_counter_forgets_one_person_and_another_time_finds_nothing(
    database_url: str, tmp_path: Path
) -> None:
    async with opened(database_url, tmp_path) as house:
        await answered(house)
        told = await house.service.counter.forget({"target": MAN})
        assert (told["outcome"], told["told"]) == (
            "done",
            "What this person wrote and their address are erased, for good.",
        )
        assert await keys(house) == 0
        assert (await house.service.counter.forget({"target": MAN}))["outcome"] == "nothing"
        assert (await house.service.counter.forget({"target": "brave-heron-42"}))["outcome"] == "unknown"
        await house.folded()
        assert (await house.service.counter.standing.status())["forgotten"] == {"people": 1, "overdue": 0}
        (day,) = await house.service.board.cards()
        assert day.notes == (), "it happens every day, and is not announced"


async def test_nothing_that_is_remembered_for_speed_outlives_them(sqlite_url: str, tmp_path: Path) -> None:
    """A promise of docs/privacy.md: at once where somebody asked for it."""
    before = remembering("personne")  # such as the schema of the rules, whose texts hold the word, too
    examples = set(remembering(MAN)) - {"reach"}  # what commands say of numbers names one
    async with opened(sqlite_url, tmp_path) as house:
        await answered(house)
        assert set(remembering("personne")) >= {"_reading", "suspicion_of", "_shingles"}
        assert set(remembering(MAN)) == examples | {"reach"}
        await house.service.counter.forget({"target": MAN})
        await house.folded()
        assert (remembering("personne"), set(remembering(MAN))) == (before, examples)


def remembering(words: str) -> list[str]:
    """The functions whose newest results hold these words, or were worked out of them."""
    ours = [module for name, module in sys.modules.items() if name.startswith(("bridge.", "channels."))]
    caches = [(name, one) for module in ours for name, one in vars(module).items() if _is_cache(one)]
    return sorted({name for name, one in caches if words in "".join(map(spelled, gc.get_referents(one)))})


def _is_cache(one: object) -> bool:
    return isinstance(one, _lru_cache_wrapper)


def spelled(held: object) -> str:
    """All words in it, however deep, without spaces: letters are looked at without any."""
    if isinstance(held, (type, ModuleType, FunctionType)):
        return ""
    return repr(held).replace(" ", "")


async def test_the_command_forgets_where_no_service_runs(sqlite_url: str, tmp_path: Path) -> None:
    bridge = Bridge(Store(sqlite_url), TestClock())
    await bridge.tell(message(SAID))
    await bridge.fold()
    ((key, handle),) = await rows(bridge, select(senders.c.key, senders.c.handle))
    await bridge.store.close()
    env = environment(tmp_path)
    done = command("forget", handle, env=env, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (
        0,
        "What this person wrote and their address are erased, for good.\n",
    )
    assert traces(tmp_path, [key, handle.encode()]) == []
    again = command("forget", MAN, "--json", env=env, cwd=tmp_path)
    assert json.loads(again.stdout) == {"outcome": "nothing", "told": "Nothing is kept of this person."}
    status = json.loads(command("status", "--json", env=env, cwd=tmp_path).stdout)
    assert status["forgotten"] == {"people": 1, "overdue": 0}
    assert command("forget", "nobody at all", env=env, cwd=tmp_path).returncode == 2


async def test_the_command_says_which_raid_holds_a_record_and_until_when(
    sqlite_url: str, tmp_path: Path
) -> None:
    bridge = Bridge(Store(sqlite_url), TestClock())
    await bridge.tell(message(SAID))
    await bridge.fold()
    now = system_clock()

    async def raided(connection: AsyncConnection) -> None:
        raid = {"id": "0123abcd", "opened_at": now, "grown_at": now, "grave": True}
        await connection.execute(raids.insert(), raid)
        await connection.execute(update(senders).values(raid="0123abcd"))

    await bridge.store.transact(raided)
    await bridge.store.close()
    held = command("forget", MAN, env=environment(tmp_path), cwd=tmp_path)
    assert held.returncode == 1
    assert "raid 0123abcd holds the record of this person as evidence, at least until" in held.stderr
    assert MAN not in held.stderr


async def forgotten_after_a_copy(folder: Path) -> tuple[bytes, str]:
    """A copy that knows somebody who was forgotten afterwards: their key, and their pseudonym."""
    bridge = Bridge(Store(f"sqlite:///{folder / 'rempart.db'}"), TestClock())
    await bridge.tell(message(SAID), message("bonjour", address="+33687654321"))
    await bridge.fold()
    await asyncio.to_thread(backup, settings(folder), folder / "copy.db")
    sender = bridge.journal.sender("sms", MAN)
    ((key,),) = await rows(bridge, select(senders.c.key).where(senders.c.id == sender))
    keeper = retention(bridge)
    assert (await keeper.one(sender)).outcome == "done"
    await bridge.fold()
    await bridge.store.close()
    return key, sender


@pytest.mark.parametrize("lost", [False, True], ids=["the database is there", "only the list is"])
async def test_what_is_put_back_forgets_them_again(sqlite_url: str, tmp_path: Path, *, lost: bool) -> None:
    key, sender = await forgotten_after_a_copy(tmp_path)
    assert traces(tmp_path, [key]) == ["copy.db"]
    if lost:
        (tmp_path / "rempart.db").unlink()
    restore(settings(tmp_path), tmp_path / "copy.db", NOON)
    assert traces(tmp_path, [key]) == ["copy.db"], "before anybody runs it"
    bridge = Bridge(Store(sqlite_url), TestClock())
    await settle(retention(bridge), bridge)
    query = select(senders.c.key, senders.c.handle, senders.c.erased_at).where(senders.c.id == sender)
    assert await rows(bridge, query) == [(None, None, NOON)]
    others = select(senders.c.handle).where(senders.c.key.is_not(None), senders.c.messages == 1)
    assert len(await rows(bridge, others)) == 1
    texts = {row.text for row in await rows(bridge, select(outbox.c.text).where(outbox.c.sender == sender))}
    assert texts == {""}
    await bridge.store.close()


async def test_behind_a_link_the_list_is_read_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    sqlite.migrated(tmp_path / "disk" / "data.db")
    (tmp_path / "rempart.db").symlink_to(tmp_path / "disk" / "data.db")
    key, _ = await forgotten_after_a_copy(tmp_path)
    (tmp_path / "disk" / "data.db").unlink()
    restore(settings(tmp_path), tmp_path / "copy.db", NOON)
    assert traces(tmp_path, [key]) == ["copy.db"]


async def test_who_came_back_before_the_copy_was_made_is_kept(sqlite_url: str, tmp_path: Path) -> None:
    bridge = Bridge(Store(sqlite_url), TestClock())
    await bridge.tell(message(SAID))
    await bridge.fold()
    keeper, sender = retention(bridge), bridge.journal.sender("sms", MAN)
    await keeper.one(sender)
    await bridge.fold()
    await bridge.tell(message("me revoici"))
    await bridge.fold()
    await bridge.store.close()
    backup(settings(tmp_path), tmp_path / "copy.db")
    restore(settings(tmp_path), tmp_path / "copy.db", NOON)
    later = Bridge(Store(sqlite_url), TestClock())
    query = select(senders.c.id).where(senders.c.id == sender, senders.c.key.is_not(None))
    assert len(await rows(later, query)) == 1
    await later.store.close()


def test_a_list_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "rempart.db.forgotten"
    assert forgotten.read(path) == {}
    forgotten.note(path, [SenderId("a" * 32), SenderId("b" * 32)], 5)
    forgotten.note(path, [SenderId("a" * 32)], 9)
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(path.read_bytes() + b"c" * 20)
    assert forgotten.read(path) == {"a" * 32: 9, "b" * 32: 5}
    forgotten.note(path, [SenderId("d" * 32)], 11)  # after the disk was full, or the power failed
    assert forgotten.read(path) == {"a" * 32: 9, "b" * 32: 5, "d" * 32: 11}


@pytest.mark.parametrize("cut", range(36))
def test_wherever_it_was_cut_off_whoever_comes_next_is_read(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "rempart.db.forgotten"
    path.write_bytes(f"{'c' * 32} 17\n".encode()[:cut])
    forgotten.note(path, [SenderId("a" * 32)], 9)
    forgotten.note(path, [SenderId("b" * 32)], 10)
    assert {one: at for one, at in forgotten.read(path).items() if one[0] != "c"} == {
        "a" * 32: 9,
        "b" * 32: 10,
    }
