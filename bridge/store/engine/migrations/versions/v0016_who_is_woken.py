"""Whom something wakes is stored, and how webhooks were answered lately."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Nobody was ever woken until now."""
    op.create_table(
        "pages",
        sa.Column("key", sa.String(64), primary_key=True, comment="What is the matter."),
        sa.Column("since", sa.BigInteger, primary_key=True, comment="When it was first seen."),
        sa.Column("card", sa.String(64), nullable=False, comment="On which card it stands."),
        sa.Column("told", sa.JSON, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False, comment="When it was last seen to be so."),
        sa.Column("called_at", sa.BigInteger, comment="Since when people are called."),
        sa.Column("taken_by", sa.String(64)),
        sa.Column("taken_at", sa.BigInteger),
        sa.Column("act", sa.String(32), comment="The act by which it was taken, or handed back."),
        sa.CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name="taken_by_somebody_at_some_time"),
        comment="What somebody is, or was, to be woken for.",
    )
    op.create_table(
        "answers",
        sa.Column("minute", sa.BigInteger, primary_key=True, comment="The instant at which it began."),
        sa.Column("path", sa.String(64), primary_key=True),
        sa.Column("status", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("count", sa.Integer, nullable=False),
        comment="How webhooks were answered lately.",
    )
