"""Migrated SQLite files, all of them copies of one: to make it takes longer than most tests."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine

from bridge.store.engine import afresh
from bridge.store.engine.migrate import revisions


def migrated(file: Path) -> str:
    """The URL of a file that has every table and no row of ours."""
    file.write_bytes(_migrated())
    return f"sqlite:///{file}"


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rempart.db"
        engine = create_engine(f"sqlite:///{file}")
        with engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")  # as a store has it
            afresh.make(connection, revisions()[-1])
        engine.dispose()
        return file.read_bytes()
