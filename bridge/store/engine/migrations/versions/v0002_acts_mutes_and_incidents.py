"""What the team does, whom it mutes, what it should look at, and where its cards stand."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds the tables of moderation, and the columns that incidents are seen through."""
    _columns()
    _acts()
    _mutes()
    _pauses()
    _incidents()
    _cards()


def _columns() -> None:
    op.add_column("senders", sa.Column("muted_until", sa.BigInteger))
    op.add_column("decisions", sa.Column("sender", sa.String(32)))
    op.add_column(
        "decisions",
        sa.Column("skeleton", sa.BigInteger, comment="What near-identical texts share: a keyed hash."),
    )
    op.create_index("ix_decisions_sender", "decisions", ["sender", "decided_at"])
    op.create_index("ix_decisions_skeleton", "decisions", ["skeleton", "decided_at"])
    op.create_index("ix_decisions_decided_at", "decisions", ["decided_at"])


def _acts() -> None:
    op.create_table(
        "acts",
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("verb", sa.String(32), nullable=False),
        sa.Column("about", sa.String(128), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("event", name="pk_acts"),
        sa.ForeignKeyConstraint(["event"], ["events.id"], name="fk_acts_event"),
    )


def _mutes() -> None:
    op.create_table(
        "mutes",
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("sender", sa.String(32), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("ended_by", sa.String(32)),
        sa.PrimaryKeyConstraint("act", "sender", name="pk_mutes"),
        sa.ForeignKeyConstraint(["act"], ["events.id"], name="fk_mutes_act"),
        sa.ForeignKeyConstraint(["sender"], ["senders.id"], name="fk_mutes_sender"),
    )
    op.create_index("ix_mutes_sender", "mutes", ["sender"])


def _pauses() -> None:
    op.create_table(
        "pauses",
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("ended_by", sa.String(32)),
        sa.PrimaryKeyConstraint("act", name="pk_pauses"),
        sa.ForeignKeyConstraint(["act"], ["events.id"], name="fk_pauses_act"),
    )


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("grown_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
    )
    op.create_table(
        "clusters",
        sa.Column("incident", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("messages", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("incident", "kind", "key", name="pk_clusters"),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name="fk_clusters_incident"),
    )
    op.create_table(
        "members",
        sa.Column("incident", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("sender", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("incident", "kind", "key", "sender", name="pk_members"),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name="fk_members_incident"),
        sa.ForeignKeyConstraint(["sender"], ["senders.id"], name="fk_members_sender"),
    )


def _cards() -> None:
    op.create_table(
        "cards",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("room", sa.String(32), nullable=False),
        sa.Column(
            "where", sa.String(128), comment="Where the card stands in the room; empty until it is posted."
        ),
        sa.Column("shown", sa.String(64), comment="A digest of what the room shows."),
        sa.Column("shown_at", sa.BigInteger),
        sa.Column(
            "notes", sa.JSON, nullable=False, server_default="[]", comment="What was said in its thread."
        ),
        sa.PrimaryKeyConstraint("key", "room", name="pk_cards"),
    )
