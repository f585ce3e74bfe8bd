"""What providers charge: by their own word in advance, and for each reply afterwards."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Adds the cost of a reply, and the table of prices."""
    # In one statement: SQLite takes a check with a new column, and cannot add one later.
    op.execute(
        "ALTER TABLE outbox ADD COLUMN cost BIGINT "
        "CONSTRAINT ck_outbox_cost_is_not_negative CHECK (cost >= 0)"
    )
    op.create_table(
        "prices",
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("outbound", sa.BigInteger, comment="Micro-euros a segment, at worst."),
        sa.Column("inbound", sa.BigInteger, comment="Micro-euros a segment."),
        sa.Column("told_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("channel", "country", name="pk_prices"),
        sa.CheckConstraint("outbound > 0 AND inbound >= 0", name=op.f("ck_prices_amounts_are_sane")),
        sa.CheckConstraint(
            "currency = 'EUR' OR (outbound IS NULL AND inbound IS NULL)", name=op.f("ck_prices_only_euros")
        ),
    )
