"""What leaves while an admin has the day open counts against no hour and no day, whenever that was."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Of what has left, that of the newest opening: of older ones nobody wrote down how long they lasted."""
    meaning = "Handed over while an admin had the day open: it counts against no hour and no day."
    op.add_column(
        "outbox",
        sa.Column("unlimited", sa.Boolean, nullable=False, server_default=sa.false(), comment=meaning),
    )
    outbox = sa.table("outbox", sa.column("unlimited", sa.Boolean), sa.column("attempted_at", sa.BigInteger))
    pot = sa.table("pot", sa.column("open_since", sa.BigInteger), sa.column("open_until", sa.BigInteger))
    within = outbox.c.attempted_at.between(pot.c.open_since, pot.c.open_until)
    meanwhile = sa.select(pot.c.open_since).where(within).exists()
    op.execute(outbox.update().where(meanwhile).values(unlimited=True))
