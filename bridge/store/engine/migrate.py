"""Brings a database to the newest form: an empty one at once, an older one with Alembic."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import StoreUnusable
from bridge.store.engine import afresh
from bridge.store.engine.dialect import lock
from bridge.store.engine.store import Store
from bridge.store.engine.tables import metadata
from bridge.store.engine.upkeep import make_schema, take_your_time

if TYPE_CHECKING:
    from alembic.config import Config

_VERSION = "alembic_version"
"""The migrations' own table."""

_SCRIPTS = Path(__file__).parent / "migrations"


async def migrate(store: Store) -> None:
    """Migrates in one transaction.

    Raises `StoreUnavailable` when the database cannot be written, `StoreUnusable` when it is too new, or
    another program's.
    """
    await store.transact(bring_up_to_date)


async def bring_up_to_date(connection: AsyncConnection) -> None:
    """Likewise, inside the caller's transaction."""
    await take_your_time(connection)
    await lock(connection, "migrations")
    await make_schema(connection)
    at, newest = await connection.run_sync(revision), revisions()[-1]
    if at == newest:
        return
    await connection.run_sync(_refuse_strangers)
    if at is None:
        await connection.run_sync(afresh.make, newest)
    else:
        await connection.run_sync(upgrade)


FOREIGN = (
    "The database holds the tables of another program: name an empty one, or a file that is not there yet, "
    "in REMPART_DATABASE_URL."
)


_FIRST = {"events", "senders", "outbox"}
"""What each of ours has had from the first release on."""


def is_foreign(names: Collection[str], *, alone: bool) -> bool:
    """Whether tables of these names are another program's, which may use the same tool for its migrations.

    `alone`: a file is ours or theirs; in a server's database others may have tables, too, by other names.
    """
    is_ours = _VERSION in names and {*names} >= _FIRST
    return not is_ours and bool(names if alone else {*metadata.tables, _VERSION} & {*names})


def _refuse_strangers(connection: Connection) -> None:
    names = inspect(connection).get_table_names()
    if is_foreign(names, alone=connection.dialect.name == "sqlite"):
        raise StoreUnusable(FOREIGN)


def revisions() -> list[str]:
    """Those that this release can bring about, the newest last: each migration's file begins with its own."""
    return sorted(path.stem[1:5] for path in (_SCRIPTS / "versions").glob("v*.py"))


def revision(connection: Connection) -> str | None:
    """The revision that a database is at; `None` where there is nothing in it yet."""
    if not inspect(connection).has_table(_VERSION):
        return None
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def upgrade(connection: Connection, to: str = "head") -> None:
    """Runs the migrations up to a revision on an open transaction. Raises `StoreUnusable`."""
    from alembic import command  # noqa: PLC0415 - slow to load, and most starts have nothing to migrate
    from alembic.util import CommandError  # noqa: PLC0415

    try:
        scripts = _scripts()
        scripts.attributes["connection"] = connection
        command.upgrade(scripts, to)
    except CommandError as error:  # the database has a revision that is unknown here
        raise StoreUnusable(
            "The database was brought up to date by a newer Rempart: install that release again, or restore "
            "a backup from before."
        ) from error


def _scripts() -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))  # it interpolates
    return config
