"""`make bench-peers`: other ways to receive webhooks beside ours, on the same core, in one run.

Writes the picture, and prints the table as it stands in docs/performance.md.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.bench.ingest import CONNECTIONS, bare
from tests.bench.load import Result, drive
from tests.bench.peers.calls import Calls, texts
from tests.bench.peers.contenders import CONTENDERS, HERE, Contender, install, versions
from tests.bench.peers.picture import PICTURE, Measured, picture, table
from tests.bench.serving import TOKEN, rempart, server
from tests.support.house import free_port

DOCS = HERE.parents[2] / "docs"
WARMING = 200
"""Calls before anything is counted."""


def main() -> None:
    """Runs the contest."""
    parser = argparse.ArgumentParser(prog="make bench-peers", description=__doc__)
    parser.add_argument("--requests", type=int, default=8_000)
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    options = parser.parse_args()
    node = install()
    core, *_, last = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {last})
    known = _versions()
    measured = [_ours(core, options), _bare(core, options)]
    for one in CONTENDERS:
        if one.command(0)[0] == "node" and not node:
            print(f"SKIPPED: no Node, or none that better-sqlite3 works with (20 or later): {one.name}")  # noqa: T201
            continue
        measured.append(_theirs(one, core, options, known))
    (DOCS / PICTURE).write_text(picture(measured), encoding="utf-8")
    print("\n".join(table(measured)))  # noqa: T201


def _versions() -> Mapping[str, str]:
    pinned = (HERE / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return versions(pinned, json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"])


def _ours(core: int, options: argparse.Namespace) -> Measured:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, rempart(port, Path(folder), core) as process:
        result = _driven(port, process, texts, options)
    return _told("Rempart", "every text, sealed, once for all", "this release", result)


def _bare(core: int, options: argparse.Namespace) -> Measured:
    port = free_port()
    with bare(port, f"http://127.0.0.1:{port}/twilio/sms", core) as process:
        result = _driven(port, process, texts, options)
    return _told(
        "the bare endpoint of make bench", "nothing", "starlette, uvicorn, twilio of our lock", result
    )


def _theirs(one: Contender, core: int, options: argparse.Namespace, known: Mapping[str, str]) -> Measured:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, _serving(one, port, Path(folder), core) as process:
        result = _driven(port, process, one.calls, options)
    return _told(one.name, one.stores, ", ".join(f"{part} {known[part]}" for part in one.parts), result)


@contextmanager
def _serving(one: Contender, port: int, folder: Path, core: int) -> Iterator[int]:
    told = {"PEER_PORT": str(port), "PEER_TOKEN": TOKEN, "PEER_URL": f"http://127.0.0.1:{port}/twilio/sms"}
    if one.stores != "nothing":
        told["PEER_DATABASE"] = str(folder / "peer.db")
    with server(one.command(port), told, port, core) as process:
        worker = _child(process) if one.forks else process
        os.sched_setaffinity(worker, {core})
        yield worker


def _child(process: int) -> int:
    return int(Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8").split()[0])


def _driven(port: int, process: int, calls: Calls, options: argparse.Namespace) -> Result:
    every = calls(port, WARMING + options.requests)
    asyncio.run(drive(port, process, every[:WARMING], options.connections))
    result = asyncio.run(drive(port, process, every[WARMING:], options.connections))
    if result.refused:
        raise SystemExit(f"{result.refused} calls were refused: nothing can be compared.")
    return result


def _told(name: str, stores: str, known: str, result: Result) -> Measured:
    print(f"{name}: {result.cost:.0f} us a call, {result.rate:.0f}/s", file=sys.stderr)  # noqa: T201
    return Measured(name, stores, known, result.cost, result.rate, result.percentile(0.99))


if __name__ == "__main__":
    main()
