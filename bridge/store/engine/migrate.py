"""Brings a database to the newest form, with Alembic, at every start."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import StoreUnusable
from bridge.store.engine.dialect import lock
from bridge.store.engine.store import Store

_SCRIPTS = Path(__file__).parent / "migrations"


def _scripts() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))  # it interpolates
    return config


def _config(connection: Connection) -> Config:
    config = _scripts()
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Runs the migrations up to `revision` on an open transaction."""
    command.upgrade(_config(connection), revision)


def is_known(revision: str) -> bool:
    """Whether this release can bring a database of that revision up to date."""
    return revision in {one.revision for one in ScriptDirectory.from_config(_scripts()).walk_revisions()}


async def migrate(store: Store) -> None:
    """Migrates in one transaction.

    Raises `StoreUnavailable` when the database cannot be written, `StoreUnusable` when it is too new.
    """

    async def work(connection: AsyncConnection) -> None:
        await lock(connection, "migrations")
        await connection.run_sync(upgrade)

    try:
        await store.transact(work)
    except CommandError as error:  # the database has a revision that is unknown here
        raise StoreUnusable(
            "The database was brought up to date by a newer Rempart: install that release again, or restore "
            "a backup from before."
        ) from error
