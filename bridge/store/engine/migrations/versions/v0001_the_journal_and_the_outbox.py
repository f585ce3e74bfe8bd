"""The journal, its senders, the decisions, and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_UNFOLDED = sa.text("place IS NULL")
_IN_FLIGHT = sa.text("progress IN ('sending', 'in_doubt')")


def upgrade() -> None:
    """Makes every table of the first form."""
    _facts()
    _senders()
    _events()
    _decisions()
    _outbox()


def _facts() -> None:
    op.create_table(
        "facts",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_facts"),
        comment="What must be known of the database itself.",
    )


def _senders() -> None:
    op.create_table(
        "senders",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("key", sa.LargeBinary, comment="Wrapped; erased with the person."),
        sa.Column("address", sa.LargeBinary, comment="Sealed with the sender's key."),
        sa.Column("handle", sa.String(64), comment="Given when the first event is folded."),
        sa.Column("messages", sa.Integer, nullable=False, server_default="0"),
        sa.Column("first_at", sa.BigInteger),
        sa.Column("last_at", sa.BigInteger),
        sa.Column("stopped_at", sa.BigInteger),
        sa.Column("said", sa.JSON, nullable=False, server_default="[]"),
        sa.PrimaryKeyConstraint("id", name="pk_senders"),
        sa.UniqueConstraint("handle", name="uq_senders_handle"),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("seq", _ROW_NUMBER, autoincrement=True, nullable=False, comment="Order of arrival here."),
        sa.Column("id", sa.String(32), nullable=False, comment="Made from the provider's id."),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("sender", sa.String(32), nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("place", sa.BigInteger, comment="In the evidence chain; empty until folded."),
        sa.Column("digest", sa.LargeBinary),
        sa.PrimaryKeyConstraint("seq", name="pk_events"),
        sa.UniqueConstraint("id", name="uq_events_id"),
        sa.UniqueConstraint("place", name="uq_events_place"),
        sa.ForeignKeyConstraint(["sender"], ["senders.id"], name="fk_events_sender"),
        sa.CheckConstraint("(place IS NULL) = (digest IS NULL)", name=op.f("ck_events_place_with_digest")),
    )
    op.create_index(
        "ix_events_unfolded", "events", ["seq"], postgresql_where=_UNFOLDED, sqlite_where=_UNFOLDED
    )


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("rule", sa.String(64)),
        sa.Column("reply", sa.String(32)),
        sa.Column("cost", sa.BigInteger, nullable=False),
        sa.Column("decided_at", sa.BigInteger, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("event", name="pk_decisions"),
        sa.ForeignKeyConstraint(["event"], ["events.id"], name="fk_decisions_event"),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_decisions_cost_is_not_negative")),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("sender", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("line", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("segments", sa.Integer, nullable=False),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("progress", sa.String(16), nullable=False, server_default="held"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("attempted_at", sa.BigInteger),
        sa.Column("settled_at", sa.BigInteger),
        sa.Column("message_id", sa.String(64)),
        sa.Column("error", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("event", name="uq_outbox_event"),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_id"),
        sa.ForeignKeyConstraint(["event"], ["events.id"], name="fk_outbox_event"),
        sa.ForeignKeyConstraint(["sender"], ["senders.id"], name="fk_outbox_sender"),
        sa.CheckConstraint(
            "progress IN ('held', 'sending', 'in_doubt', 'accepted', 'sent', 'delivered', "
            "'failed', 'cancelled', 'expired')",
            name=op.f("ck_outbox_progress_is_known"),
        ),
        sa.CheckConstraint("segments > 0 AND price >= 0", name=op.f("ck_outbox_counts_are_sane")),
    )
    # One reply in flight per recipient, so that a doubt can be settled by asking the provider.
    op.create_index(
        "ix_outbox_one_in_flight",
        "outbox",
        ["sender"],
        unique=True,
        postgresql_where=_IN_FLIGHT,
        sqlite_where=_IN_FLIGHT,
    )
    op.create_index("ix_outbox_due", "outbox", ["progress", "due_at"])
    op.create_index("ix_outbox_sender", "outbox", ["sender"])
