"""The control socket: where it stands, who may open it, and what is told when nobody listens."""

import asyncio
import json
import os
import signal
import socket
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from bridge.errors import Misconfigured, RempartError, StoreUnavailable
from bridge.service import knocking, place
from bridge.service.asking import ask
from bridge.service.control import control_app
from bridge.service.knocking import knock
from bridge.service.place import socket_path
from bridge.store.engine.address import sqlite_file
from bridge.web.server import Server, listen_privately
from tests.service.test_command import CREDENTIALS, environment, running
from tests.support.house import PATIENCE, until

LONGEST = 103
"""Bytes of a socket's path that macOS takes; Linux takes four more."""


@pytest.fixture
def near() -> Iterator[Path]:
    """A folder with a short path: pytest's own are too deep for sockets on some systems."""
    with TemporaryDirectory(dir=place._SHORT_PATHS) as folder:
        yield Path(folder)


@pytest.fixture(autouse=True)
def short(near: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the short folder would be made; in the test's own place."""
    monkeypatch.setattr(place, "_SHORT_PATHS", near)
    return near / f"rempart-{os.getuid()}"


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    """A database so deep down that no socket fits beside it."""
    folder = tmp_path / ("d" * 60) / ("e" * 60)
    folder.mkdir(parents=True)
    return folder / "rempart.db"


def test_it_stands_beside_the_file_where_the_path_is_short_enough(short: Path) -> None:
    assert socket_path(Path("/var/lib/rempart.db")) == Path("/var/lib/rempart.db.sock")
    assert not short.exists()


@pytest.mark.parametrize("length", range(85, 115))
def test_the_path_fits_on_every_system(length: int) -> None:
    database = Path("/" + "é" * (length // 2))
    assert len(os.fsencode(socket_path(database))) <= LONGEST


def test_a_long_path_falls_back_to_a_short_folder_that_only_its_owner_can_open(
    short: Path, deep: Path
) -> None:
    before = os.umask(0o000)
    try:
        path = socket_path(deep)
    finally:
        os.umask(before)
    assert path.parent == short
    assert stat.S_IMODE(short.stat().st_mode) == 0o700
    assert socket_path(deep) == path
    assert socket_path(deep.with_name("other.db")) != path


def folder_open_to_others(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o701)


INTRUSIONS: dict[str, Callable[[Path], object]] = {
    "open to others": folder_open_to_others,
    "a link elsewhere": lambda folder: folder.symlink_to(folder.parent),
    "a link to nowhere": lambda folder: folder.symlink_to("/nowhere/at/all"),
    "a file": lambda folder: folder.touch(0o700),
}


@pytest.mark.parametrize("kind", INTRUSIONS)
def test_a_short_folder_that_somebody_else_prepared_is_refused(short: Path, deep: Path, kind: str) -> None:
    INTRUSIONS[kind](short)
    with pytest.raises(Misconfigured, match="remove"):
        socket_path(deep)


def test_a_short_folder_of_another_owner_is_refused(
    short: Path, deep: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody_else = os.getuid() + 1
    socket_path(deep).parent.rename(short.with_name(f"rempart-{somebody_else}"))
    monkeypatch.setattr(os, "getuid", lambda: somebody_else)
    with pytest.raises(Misconfigured, match="belongs to someone else"):
        socket_path(deep)


def test_where_no_folder_can_be_made_the_sentence_is_plain(
    deep: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "_SHORT_PATHS", Path("/nowhere/at/all"))
    with pytest.raises(Misconfigured, match="/nowhere/at/all"):
        socket_path(deep)


Asking = Callable[..., Awaitable[Mapping[str, Any] | None]]


async def _knock(
    path: Path, question: str, asked: Mapping[str, Any] | None = None
) -> Mapping[str, Any] | None:
    return await asyncio.to_thread(knock, path, question, asked or {})


@pytest.fixture(params=[ask, _knock], ids=["amid others", "alone"])
def asking(request: pytest.FixtureRequest) -> Asking:
    """Each way in which a command asks."""
    way: Asking = request.param
    return way


async def echo(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"heard": dict(asked)}


async def locked(_asked: Mapping[str, Any]) -> Mapping[str, Any]:
    raise StoreUnavailable("It is locked.")


async def broken(_asked: Mapping[str, Any]) -> Mapping[str, Any]:
    raise ZeroDivisionError


async def stuck(_asked: Mapping[str, Any]) -> Mapping[str, Any]:
    await asyncio.Event().wait()
    return {}


@asynccontextmanager
async def serving(path: Path) -> AsyncIterator[None]:
    verbs = {"echo": echo, "locked": locked, "broken": broken, "stuck": stuck}
    async with Server(control_app(verbs), listen_privately(path), goodbye=0):
        yield


@pytest.fixture
async def path(deep: Path) -> AsyncIterator[Path]:
    """Where a service listens."""
    path = socket_path(deep)
    async with serving(path):
        yield path


async def test_a_verb_hears_what_was_asked_and_its_answer_comes_back(asking: Asking, path: Path) -> None:
    asked = {"verb": "mute", "reason": "é\0\ud800\U0001f642 " + "x" * 100_000, "length": 10**18}
    assert await asking(path, "echo", asked) == {"heard": json.loads(json.dumps(asked))}
    assert await asking(path, "echo") == {"heard": {}}


WRONG = [("nothing", "no such question"), ("locked", "It is locked."), ("broken", "look at its log")]


@pytest.mark.parametrize(("verb", "sentence"), WRONG)
async def test_what_goes_wrong_comes_back_as_a_sentence(
    asking: Asking, path: Path, verb: str, sentence: str
) -> None:
    with pytest.raises(RempartError, match=sentence):
        await asking(path, verb)
    assert await asking(path, "echo") == {"heard": {}}


async def test_a_service_that_is_stuck_is_not_waited_for_for_ever(
    asking: Asking, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knocking, "PATIENCE", 0.1)
    with pytest.raises(RempartError, match=r"has not answered for 0\.1 seconds.*may still do it") as told:
        await asking(path, "stuck")
    assert told.value.exit_status == 1


async def test_a_process_that_is_held_is_told_of_and_does_what_it_was_asked_once_it_goes_on(
    asking: Asking, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by SIGSTOP, or a machine that sleeps: the kernel takes the question, and nobody reads it."""
    env = environment(tmp_path, **CREDENTIALS, REMPART_DATABASE_URL=sqlite_url)
    database = sqlite_file(sqlite_url)
    assert database is not None
    with running(env, tmp_path) as service:
        monkeypatch.setattr(knocking, "PATIENCE", 0.5)
        pause = {"verb": "pause", "target": "sms", "length": None, "reason": "", "says": ""}
        os.kill(service.pid, signal.SIGSTOP)
        try:
            for question, asked in (("act", pause), ("status", {})):
                with pytest.raises(RempartError, match="may still do it"):
                    await asking(socket_path(database), question, asked)
        finally:
            os.kill(service.pid, signal.SIGCONT)
        monkeypatch.setattr(knocking, "PATIENCE", PATIENCE)

        async def paused() -> bool:
            status = await asking(socket_path(database), "status")
            return status is not None and status["channels"]["sms"] == "paused"

        await until(paused, "it was paused after all")


def test_only_the_same_user_can_open_it(near: Path) -> None:
    before = os.umask(0o000)
    try:
        listen_privately(near / "r.sock").close()
    finally:
        os.umask(before)
    assert stat.S_IMODE((near / "r.sock").stat().st_mode) == 0o600


async def test_where_nobody_listens_there_is_no_answer(asking: Asking, near: Path) -> None:
    assert await asking(near / "absent.sock", "echo") is None
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(near / "stale.sock"))
    assert await asking(near / "stale.sock", "echo") is None
    (near / "file.sock").write_text("", encoding="utf-8")
    assert await asking(near / "file.sock", "echo") is None


async def test_a_socket_that_a_crash_left_behind_is_replaced(asking: Asking, near: Path) -> None:
    path = near / "r.sock"
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(path))
    for _ in range(2):
        async with serving(path):
            assert await asking(path, "echo") == {"heard": {}}
        assert await asking(path, "echo") is None
