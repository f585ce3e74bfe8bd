"""People are forgotten: since when a key is there, who asked, who was. And threats, with who read texts."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Since when a key is there nobody wrote down: since its owner's newest message, or since anybody's."""
    _senders()
    op.execute("INSERT INTO facts (name, value) VALUES ('erasures', '0') ON CONFLICT (name) DO NOTHING")
    op.create_table(
        "threats",
        sa.Column("event", sa.String(32), sa.ForeignKey("events.id"), primary_key=True),
        sa.Column("sender", sa.String(32), sa.ForeignKey("senders.id"), nullable=False),
        sa.Column("sign", sa.String(32), nullable=False, comment="What it was told by: a short code."),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_threats_sender", "threats", ["sender"])
    op.create_index("ix_threats_at", "threats", ["at"])
    op.create_table(
        "exposures",
        sa.Column("act", sa.String(32), sa.ForeignKey("events.id"), primary_key=True),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("texts", sa.Integer, nullable=False),
        sa.CheckConstraint("texts >= 0", name=op.f("ck_exposures_texts_are_counted")),
        comment="Who of the team read how many texts, by which act.",
    )
    op.create_index("ix_exposures_at", "exposures", ["at"])


def _senders() -> None:
    for name, comment in (
        ("met_at", "Since when there is a key."),
        ("forget_at", "Set while they have asked to be forgotten."),
        ("erased_at", "When they were last forgotten."),
    ):
        op.add_column("senders", sa.Column(name, sa.BigInteger, comment=comment))
    op.add_column("senders", sa.Column("wrapped_by", sa.String(16), comment="Which key wraps theirs."))
    asked = sa.text("forget_at IS NOT NULL")
    op.create_index("ix_senders_asked", "senders", ["forget_at"], postgresql_where=asked, sqlite_where=asked)
    newest = "SELECT max(received_at) FROM events"
    op.execute(f"UPDATE senders SET met_at = coalesce(last_at, ({newest})) WHERE key IS NOT NULL")  # noqa: S608
