"""What a provider took and never sent is known by its id; and how often nobody knew what came of a reply."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Adds both to the outbox; of what was in doubt before, one doubt is counted."""
    op.add_column(
        "outbox", sa.Column("unsent", sa.String(64), comment="The provider's id of what it never sent.")
    )
    op.add_column("outbox", sa.Column("doubts", sa.Integer, nullable=False, server_default="0"))
    where = sa.text("unsent IS NOT NULL")
    op.create_index("ix_outbox_unsent", "outbox", ["channel"], postgresql_where=where, sqlite_where=where)
    op.execute("UPDATE outbox SET doubts = 1 WHERE progress = 'in_doubt'")
