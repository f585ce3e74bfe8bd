"""Lessons: which texts the team called ordinary or abusive. What they say stays in the journal alone."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Adds lessons, and the messages that each is about."""
    op.create_table(
        "lessons",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("label", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("ended_by", sa.String(32), comment="The act that took it back."),
        sa.PrimaryKeyConstraint("id", name="pk_lessons"),
        sa.ForeignKeyConstraint(["act"], ["events.id"], name="fk_lessons_act"),
        sa.CheckConstraint("label IN ('ordinary', 'abusive')", name=op.f("ck_lessons_label_is_known")),
    )
    op.create_table(
        "taught",
        sa.Column("lesson", sa.String(32), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("lesson", "event", name="pk_taught"),
        sa.ForeignKeyConstraint(["lesson"], ["lessons.id"], name="fk_taught_lesson"),
        sa.ForeignKeyConstraint(["event"], ["events.id"], name="fk_taught_event"),
        comment="The messages that a lesson is about.",
    )
