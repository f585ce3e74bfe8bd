"""What makes a service's life harder, for `make bench`: a slow disk, years of old messages."""

import asyncio
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from bridge.model import Micros
from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store
from tests.bench import grown


class Handicap(NamedTuple):
    """What is done to a service before it starts."""

    name: str
    prepare: Callable[[Path], Mapping[str, str]]
    """Done in the folder of its database; what is added to its environment."""


NONE = Handicap("", lambda _folder: {})

_SLOW = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
static int slowly(const char *name, int file) {
    struct timespec wait = {0, %d * 1000000L};
    nanosleep(&wait, 0);
    return ((int (*)(int)) dlsym(RTLD_NEXT, name))(file);
}
int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }
"""
"""A library that is loaded before the system's: it waits, and then has the disk do what it was asked."""


def slow_disk(milliseconds: int) -> Handicap:
    """Each fsync takes so much longer. It needs a C compiler."""
    return Handicap(f"with each fsync {milliseconds} ms slower", partial(_slowed, milliseconds))


def _slowed(milliseconds: int, folder: Path) -> Mapping[str, str]:
    library = folder / "slow.so"
    command = ["cc", "-x", "c", "-shared", "-fPIC", "-o", str(library), "-"]
    subprocess.run(command, input=_SLOW % milliseconds, text=True, check=True)
    return {"LD_PRELOAD": str(library)}


def old_rows(messages: int) -> Handicap:
    """So many messages of a year are there already."""
    return Handicap(f"with {messages:,} old messages", partial(_aged, messages))


def _aged(messages: int, folder: Path) -> Mapping[str, str]:
    database = folder / "rempart.db"
    asyncio.run(_empty(database))
    now: Micros = time.time_ns() // 1000
    grown.grow(database, messages // grown.EACH, now, lambda _done: None)
    os.sync()  # else the disk is busy with them while texts are sent
    return {}


async def _empty(database: Path) -> None:
    store = Store(f"sqlite:///{database}")
    await migrate(store)
    await store.close()
