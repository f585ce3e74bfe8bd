"""A reply may be decided in a dry run: it is never sent, whatever the rules say later."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Everything was meant to be sent until now."""
    never = "Decided in a dry run: it never leaves."
    op.add_column(
        "outbox", sa.Column("dry", sa.Boolean, nullable=False, server_default=sa.false(), comment=never)
    )
    op.create_index(
        "ix_outbox_dry",
        "outbox",
        ["progress", "settled_at"],
        postgresql_where=sa.text("dry"),
        sqlite_where=sa.text("dry = 1"),
    )
