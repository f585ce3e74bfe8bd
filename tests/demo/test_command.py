"""`rempart demo` as a person runs it."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from httpx import AsyncClient

from tests.demo.support import PATIENCE, is_empty
from tests.support.house import free_port

COMMAND = (sys.executable, "-c", "from bridge.cli import main; main()", "demo", "--no-browser")


async def start(folder: Path, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *COMMAND,
        *arguments,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(folder)},
    )


async def end(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    async with asyncio.timeout(PATIENCE):
        _, told = await process.communicate()
    return process.returncode, told.decode()


async def test_it_says_where_the_page_is_and_ends_by_itself(tmp_path: Path) -> None:
    port = free_port()
    status, told = await end(await start(tmp_path, "--port", str(port), "--exit-after", "0.5"))
    first, *rest = told.splitlines()
    assert status == 0
    assert first == f"Rempart demo: open http://127.0.0.1:{port}/ (Ctrl-C ends it)"
    assert all(not line.startswith(("{", "Traceback")) for line in rest)
    assert is_empty(tmp_path)


async def test_any_signal_ends_it_cleanly_while_somebody_looks(tmp_path: Path) -> None:
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    ends = await asyncio.gather(*(ended_by(number, tmp_path) for number in signals))
    assert [status for status, _ in ends] == [0, 0, 0]
    assert not any("Traceback" in told for _, told in ends)
    assert is_empty(tmp_path)


async def ended_by(number: signal.Signals, folder: Path) -> tuple[int | None, str]:
    """The status and the last words of a demo that a signal ends."""
    port = free_port()
    process = await start(folder, "--port", str(port))
    async with AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        assert process.stderr is not None
        await process.stderr.readline()
        assert (await client.get("/demo/state")).status_code == 200
        process.send_signal(number)
        return await end(process)


async def test_a_port_in_use_ends_it_with_one_sentence(tmp_path: Path) -> None:
    port = free_port()
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", port)
    async with server:
        status, told = await end(await start(tmp_path, "--port", str(port)))
    assert status == 1
    assert str(port) in told
    assert len(told.splitlines()) == 1
    assert is_empty(tmp_path)
