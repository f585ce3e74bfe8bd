"""Raids with what they were seen by, verdicts of senders, and the posture.

The incidents of earlier versions were simple counts: their tables go, the journal behind them stays.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Replaces incidents by raids, and adds what is remembered of senders, messages and replies."""
    for table in ("members", "clusters", "incidents"):
        op.drop_table(table)
    _columns()
    _raids()
    _clusters()
    _stances()


def _columns() -> None:
    op.add_column("senders", sa.Column("verdict", sa.String(16), nullable=False, server_default="ordinary"))
    op.add_column("senders", sa.Column("reasons", sa.JSON, nullable=False, server_default="[]"))
    op.add_column(
        "senders",
        sa.Column("raid", sa.String(32), comment="The raid that the sender was judged to take part in."),
    )
    op.add_column("senders", sa.Column("withdrawn_at", sa.BigInteger))
    op.create_index("ix_senders_raid", "senders", ["raid"])
    op.add_column(
        "decisions",
        sa.Column("suspicion", sa.Integer, comment="How abusive the register looks, per mille."),
    )
    op.add_column(
        "decisions", sa.Column("raid", sa.String(32), comment="The raid that the message belongs to.")
    )
    op.drop_index("ix_decisions_skeleton", "decisions")
    op.drop_column("decisions", "skeleton")
    op.add_column("outbox", sa.Column("lane", sa.String(16), nullable=False, server_default="ordinary"))


def _raids() -> None:
    op.create_table(
        "raids",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("grown_at", sa.BigInteger, nullable=False),
        sa.Column("signs", sa.JSON, nullable=False, server_default="[]"),
        sa.Column("grave", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("ended_at", sa.BigInteger, comment="Set when the team called it a false alarm."),
        sa.PrimaryKeyConstraint("id", name="pk_raids"),
    )


def _clusters() -> None:
    op.create_table(
        "clusters",
        sa.Column("raid", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("messages", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("raid", "kind", "key", name="pk_clusters"),
        sa.ForeignKeyConstraint(["raid"], ["raids.id"], name="fk_clusters_raid"),
    )
    op.create_table(
        "members",
        sa.Column("raid", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("sender", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("raid", "kind", "key", "sender", name="pk_members"),
        sa.ForeignKeyConstraint(["raid"], ["raids.id"], name="fk_members_raid"),
        sa.ForeignKeyConstraint(["sender"], ["senders.id"], name="fk_members_sender"),
    )


def _stances() -> None:
    op.create_table(
        "stances",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False, autoincrement=True
        ),
        sa.Column("posture", sa.String(16), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column(
            "until", sa.BigInteger, comment="When it ends by itself, where somebody set it for a while."
        ),
        sa.Column("act", sa.String(32), comment="The act that set it; empty when the detector did."),
        sa.PrimaryKeyConstraint("seq", name="pk_stances"),
    )
