"""`rempart backup`: a copy of the database, also while the service runs."""

import asyncio
from contextlib import suppress
from pathlib import Path

from bridge.cli.terminal import put_line
from bridge.clock import system_clock
from bridge.environment import meant, read_environment
from bridge.errors import StoreUnavailable
from bridge.service.backups import backup as copy
from bridge.service.dumping import dump
from bridge.service.lines import schemas_of_others, settings_of
from bridge.settings import read_settings
from bridge.store.books.signs import note_copy
from bridge.store.engine.connecting import is_sqlite, parse_url
from bridge.store.engine.store import Store


async def backup(file: Path) -> None:
    """Copies a file by ourselves, a server's database by its own tool. Raises `RempartError`."""
    whole = read_settings(read_environment())
    settings = settings_of(whole, meant.get())
    url = parse_url(settings.database_url)
    if is_sqlite(url):
        copy(settings, file)
        forgets = "Put back, it forgets them again."
    else:
        await asyncio.to_thread(dump, url, file, schemas_of_others(whole))
        await _note(settings.database_url)
        forgets = "pg_restore puts it back."
    names = "REMPART_SECRET and REMPART_KEY" if settings.key else "REMPART_SECRET"
    put_line(
        f"The database was copied to {file}. Keep {names} with it, and the copy for no longer than "
        f"retention.ordinary: it holds whoever is forgotten meanwhile. {forgets}"
    )


async def _note(url: str) -> None:
    """Where it cannot be, as on a server that only reads, the copy is one all the same."""
    store, now = Store(url), system_clock()
    try:
        with suppress(StoreUnavailable):
            await store.transact(lambda connection: note_copy(connection, now))
    finally:
        await store.close()
