"""The log gets its Merkle tree, its pins and their timestamps; signed webhooks are kept as they came.

The tree of what is there already grows by itself, slice by slice, once the service runs.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Nothing was kept of earlier requests, and nothing was pinned."""
    row_number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.add_column(
        "events",
        sa.Column(
            "original", sa.LargeBinary, comment="The provider's own request, sealed with the sender's key."
        ),
    )
    op.create_table(
        "tiles",
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hashes", sa.LargeBinary, nullable=False),
        comment="The Merkle tree over the log, as C2SP tlog-tiles cuts it: 256 hashes a tile.",
    )
    op.create_table(
        "pins",
        sa.Column("seq", row_number, primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False, comment="How many entries the log had."),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("why", sa.String(16), nullable=False),
        sa.Column(
            "key", sa.LargeBinary, nullable=False, comment="The public key that the note is signed with."
        ),
        sa.Column(
            "note", sa.Text, nullable=False, comment="The signed checkpoint, as C2SP tlog-checkpoint has it."
        ),
    )
    op.create_index("ix_pins_size", "pins", ["size"])
    op.create_table(
        "stamps",
        sa.Column("pin", row_number, sa.ForeignKey("pins.seq"), primary_key=True),
        sa.Column(
            "authority", sa.String(128), primary_key=True, comment="Its host, and a digest of its address."
        ),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("token", sa.LargeBinary, comment="What a timestamp authority answered (RFC 3161)."),
    )
    op.create_table(
        "dossiers",
        sa.Column("act", sa.String(32), sa.ForeignKey("events.id"), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column(
            "file", sa.Text, nullable=False, comment="Where it lies on the server; empty where none was made."
        ),
        sa.Column("digest", sa.String(64), nullable=False, comment="SHA-256 of the file."),
        sa.Column("error", sa.Text, nullable=False, server_default="", comment="Why none was made."),
        comment="What was exported because somebody asked for it in the room.",
    )
