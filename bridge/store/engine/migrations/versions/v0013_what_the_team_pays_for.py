"""An admin may open a day; and the team may answer or drop doubtful people, a group at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Nothing was open until now, and nobody picked."""
    op.add_column("pot", sa.Column("open_since", sa.BigInteger, comment="When an admin opened the day."))
    op.add_column("pot", sa.Column("open_until", sa.BigInteger, comment="Until when it is, or was, open."))
    op.create_table(
        "picks",
        sa.Column("act", sa.String(32), sa.ForeignKey("events.id"), primary_key=True),
        sa.Column("reply", sa.String(32), sa.ForeignKey("outbox.id"), primary_key=True),
        sa.Column("rank", sa.Integer, nullable=False, comment="The rank that the reply had before."),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("ended_by", sa.String(32), comment="The act that took it back."),
    )
    op.create_index("ix_picks_reply", "picks", ["reply"])
