"""PgBouncer in transaction mode before a server, where it is installed."""

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

POOLER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

INI = """[databases]
* = host={server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_type = any
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = 3
unix_socket_dir =
"""


@contextmanager
def pooler(url: str, folder: Path) -> Iterator[str]:
    """The URL of the same database behind a pooler that listens already."""
    server, port = Path(parse_qs(urlsplit(url).query)["host"][0]), free_port()
    (folder / "users").write_text('"postgres" ""\n', encoding="ascii")
    (folder / "ini").write_text(INI.format(server=server, port=port, folder=folder), encoding="ascii")
    as_root = os.getuid() == 0
    if as_root:  # it refuses to run so
        for place in (server, folder):
            place.chmod(0o755)
    command = [str(POOLER), "-q", *(["-u", "nobody"] if as_root else []), str(folder / "ini")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}{urlsplit(url).path}"
        finally:
            running.terminate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


async def listening(url: str) -> None:
    address = urlsplit(url)
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection(address.hostname, address.port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return
    raise AssertionError("The pooler never listened.")
