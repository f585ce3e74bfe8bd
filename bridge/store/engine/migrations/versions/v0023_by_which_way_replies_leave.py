"""A reply may leave by another channel than the one that it answers on: which one, and why, is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0021"


def upgrade() -> None:
    """Until now each left by its own."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.add_column(
        "outbox",
        sa.Column(
            "way", sa.String(32), nullable=False, server_default="", comment="By which other channel it left."
        ),
    )
    op.create_table(
        "turns",
        sa.Column("seq", number, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(32), nullable=False, comment="Whose replies."),
        sa.Column("way", sa.String(32), nullable=False, comment="By which channel they leave from then on."),
        sa.Column("left", sa.String(32), nullable=False, comment="By which they left until then."),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column(
            "code", sa.String(64), nullable=False, comment="Why nothing got out; empty for a way back."
        ),
        sa.Column(
            "since", sa.BigInteger, nullable=False, comment="Since when that was so, or it was well again."
        ),
    )
    op.create_index("ix_turns_channel", "turns", ["channel", "seq"])
