"""The team acts on what it finds: it holds replies back, and makes rules about phrases.

Mutes stand beside each other from now on: each is closed by its own undo. Until now a newer one closed the
one before, so whatever is open is the one that counts.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Nothing was held back until now, and nobody caught."""
    op.create_table(
        "delays",
        sa.Column("act", sa.String(32), sa.ForeignKey("events.id"), primary_key=True),
        sa.Column("reply", sa.String(32), sa.ForeignKey("outbox.id"), primary_key=True),
        sa.Column("due_at", sa.BigInteger, nullable=False, comment="When it would leave otherwise."),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("ended_by", sa.String(32), comment="The act that took it back."),
    )
    op.create_index("ix_delays_reply", "delays", ["reply"])
    op.create_table(
        "phrase_rules",
        sa.Column("act", sa.String(32), sa.ForeignKey("events.id"), primary_key=True),
        sa.Column("does", sa.String(16), nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("ended_by", sa.String(32), comment="The act that ended it."),
        sa.CheckConstraint("does IN ('mute', 'hold')", name=op.f("ck_phrase_rules_what_it_does_is_known")),
        comment="What each catches stands in its act, sealed.",
    )
