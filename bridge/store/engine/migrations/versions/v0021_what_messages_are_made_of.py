"""What a message was made of stands on its decision: calls and pictures are counted without opening anything.

Of earlier messages nobody knows without their keys, and there were no calls yet.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0019"


def upgrade() -> None:
    """Adds it, with an index that holds nothing but calls."""
    told = "What the message was made of, where that was no text."
    op.add_column("decisions", sa.Column("form", sa.String(16), comment=told))
    calls = sa.text("form = 'call'")
    op.create_index(
        "ix_decisions_calls", "decisions", ["decided_at"], postgresql_where=calls, sqlite_where=calls
    )
