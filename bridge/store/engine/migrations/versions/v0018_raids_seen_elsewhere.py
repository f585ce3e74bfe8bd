"""Raids that were seen on another line are known by the acts that told of them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Nothing was told of until now."""
    op.create_table(
        "campaigns",
        sa.Column(
            "act",
            sa.String(32),
            sa.ForeignKey("events.id"),
            primary_key=True,
            comment="It holds what was told.",
        ),
        sa.Column(
            "name", sa.String(64), nullable=False, comment="Where it was seen, and the raid's id there."
        ),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("ended_by", sa.String(32), comment="The act that took it back."),
        comment="Raids that were seen elsewhere.",
    )
