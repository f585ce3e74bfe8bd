"""Money goes to the lowest rank first; until now there were two lanes.

What is held has no claim on money any more: it is set aside when a reply is handed over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Whoever was in the starved lane is doubtful; what was reserved for the held is free again."""
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("rank", sa.Integer, nullable=False, server_default="0"))
    op.execute("UPDATE outbox SET rank = 1000 WHERE lane = 'suspect'")
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_column("lane")
    op.create_index("ix_outbox_left", "outbox", ["progress", "attempted_at"])
    flying = "SELECT coalesce(sum(price), 0) FROM outbox WHERE progress IN ('sending', 'in_doubt')"
    op.execute(f"UPDATE pot SET reserved = ({flying})")  # noqa: S608 - nothing of it comes from outside
