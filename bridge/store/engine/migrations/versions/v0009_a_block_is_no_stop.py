"""A block has a field of its own: unblocking ends it, and no longer a STOP.

What was written down as one or the other stays a STOP, which /start or START ends.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("senders", sa.Column("blocked_at", sa.BigInteger))
