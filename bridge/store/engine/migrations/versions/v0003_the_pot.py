"""The pot: what was spent, what is reserved, what receiving cost; one row, and none of it below zero."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Makes the pot, and fills it from what happened before it was kept."""
    op.create_table(
        "pot",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("total", sa.BigInteger, comment="Set by hand: counts above the rules file."),
        sa.Column("spent", sa.BigInteger, nullable=False),
        sa.Column("reserved", sa.BigInteger, nullable=False),
        sa.Column("inbound", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pot"),
        sa.CheckConstraint("id = 1", name=op.f("ck_pot_only_one")),
        sa.CheckConstraint(
            "spent >= 0 AND reserved >= 0 AND inbound >= 0", name=op.f("ck_pot_nothing_below_zero")
        ),
    )
    op.execute(
        "INSERT INTO pot (id, spent, reserved, inbound) VALUES (1, "
        "(SELECT coalesce(sum(price), 0) FROM outbox WHERE progress IN ('accepted', 'sent', 'delivered')), "
        "(SELECT coalesce(sum(price), 0) FROM outbox WHERE progress IN ('held', 'sending', 'in_doubt')), "
        "(SELECT coalesce(sum(cost), 0) FROM decisions))"
    )
