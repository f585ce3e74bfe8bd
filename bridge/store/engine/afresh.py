"""An empty database is made at once, as the newest migration leaves it: to run them all takes a second."""

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table

from bridge.store.engine.tables import facts, metadata, pot

_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Alembic's own, by which it knows a database again."""


def make(connection: Connection, newest: str) -> None:
    """Every table, and the rows that each database has from the first; it is at the revision `newest`.

    Raises `DBAPIError` where a table of one of these names is there already.
    """
    metadata.create_all(connection, checkfirst=False)
    connection.execute(pot.insert().values(id=1, spent=0, reserved=0, inbound=0))
    connection.execute(facts.insert().values(name="erasures", value="0"))
    _VERSION.create(connection)
    connection.execute(_VERSION.insert().values(version_num=newest))
