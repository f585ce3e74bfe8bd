"""`rempart demo` as a person runs it."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from httpx import AsyncClient

from tests.demo.support import PATIENCE, is_empty
from tests.support.forks import begun, forked
from tests.support.house import free_port

REMPART = Path(sys.executable).with_name("rempart")


def words(port: int) -> list[str]:
    """Those that a test would type."""
    return ["demo", "--no-browser", "--port", str(port)]


def keeping_in(folder: Path) -> dict[str, str]:
    """An environment in which whatever is left behind would be left in a folder."""
    return {**os.environ, "TMPDIR": str(folder)}


def test_it_says_where_the_page_is_and_ends_by_itself(tmp_path: Path) -> None:
    """By the script that its user runs; the others are forks."""
    port, env = free_port(), keeping_in(tmp_path)
    command = [str(REMPART), *words(port), "--exit-after", "0.5"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)
    first, *rest = done.stderr.splitlines()
    assert done.returncode == 0
    assert first == f"Rempart demo: open http://127.0.0.1:{port}/ (Ctrl-C ends it)"
    assert all(not line.startswith(("{", "Traceback")) for line in rest)
    assert is_empty(tmp_path)


def test_it_speaks_the_language_of_whoever_sits_there(tmp_path: Path) -> None:
    port, env = free_port(), keeping_in(tmp_path) | {"LC_ALL": "fr_FR.UTF-8"}
    done = forked(*words(port), "--exit-after", "0.1", env=env, cwd=tmp_path)
    first, *_, last = done.stderr.replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert first == f"Démo de Rempart : ouvrez http://127.0.0.1:{port}/ (Ctrl-C l'arrête)"
    assert last == "Démo de Rempart : terminée, et sa base provisoire est effacée"


async def test_any_signal_ends_it_cleanly_while_somebody_looks(tmp_path: Path) -> None:
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    ends = await asyncio.gather(*(ended_by(number, tmp_path) for number in signals))
    assert [status for status, _ in ends] == [0, 0, 0]
    assert not any("Traceback" in told for _, told in ends)
    assert is_empty(tmp_path)


async def ended_by(number: signal.Signals, folder: Path) -> tuple[int | None, str]:
    """The status and the last words of a demo that a signal ends."""
    port = free_port()
    with begun(*words(port), env=keeping_in(folder), cwd=folder) as process:
        async with AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            await asyncio.to_thread(process.stderr.readline)
            assert (await client.get("/demo/state")).status_code == 200
            process.send_signal(number)
            _, told = await asyncio.to_thread(process.communicate, PATIENCE)
    return process.returncode, told


async def test_a_port_in_use_ends_it_with_one_sentence(tmp_path: Path) -> None:
    port = free_port()
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", port)
    async with server:
        ended = await asyncio.to_thread(forked, *words(port), env=keeping_in(tmp_path), cwd=tmp_path)
    assert ended.returncode == 1
    assert str(port) in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert is_empty(tmp_path)
