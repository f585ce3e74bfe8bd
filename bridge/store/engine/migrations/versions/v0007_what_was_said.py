"""What was said is what stands in the outbox: sent, or still able to be; nothing else is remembered of it.

Whoever was taken to be answered although every reply was withdrawn unsent is answered from now on.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_RESTORED = (
    "INSERT INTO outbox (id, event, sender, channel, line, name, language, text, segments, price, due_at,"
    " expires_at, lane, progress, attempts, settled_at, message_id, wording)"
    " SELECT id, id, sender, channel, '', '', '', '', 1, 0, :at, :at, 'ordinary', 'sent', 0, :at,"
    " CAST(:name AS VARCHAR(64)), ''"
    " FROM events WHERE sender = :sender AND kind = 'receipt' AND received_at = ("
    "SELECT min(received_at) FROM events AS first WHERE first.sender = :sender AND first.kind = 'receipt'"
    " AND first.id NOT IN (SELECT event FROM outbox)) AND id NOT IN (SELECT event FROM outbox)"
    " AND NOT EXISTS (SELECT 1 FROM outbox WHERE message_id = CAST(:name AS VARCHAR(64))) LIMIT 1"
)


def upgrade() -> None:
    """Moves the wordings to the replies themselves, and drops what was remembered beside them."""
    digest = "A digest of what it says."
    op.add_column(
        "outbox", sa.Column("wording", sa.String(64), nullable=False, server_default="", comment=digest)
    )
    connection = op.get_bind()
    for row in connection.execute(sa.text("SELECT id, said FROM senders")).all():
        said = json.loads(row.said) if isinstance(row.said, str) else row.said
        for reply, wording, due_at, *_ in said or []:
            _move(connection, row.id, reply, wording, due_at)
    notices = "name IN ('help', 'privacy', 'group') AND price = 0 AND wording = ''"
    connection.execute(sa.text(f"UPDATE outbox SET wording = 'notice' WHERE {notices}"))  # noqa: S608 - likewise
    op.drop_column("senders", "said")
    op.drop_column("senders", "withdrawn_at")


def _move(connection: Any, sender: str, reply: str, wording: str, due_at: int) -> None:
    if not reply:  # a reply that only the provider remembers, by its id
        at = {"sender": sender, "name": wording, "at": due_at}
        connection.execute(sa.text(_RESTORED), at)
        return
    mine = "sender = :sender AND name = :reply AND due_at >= :due_at AND wording = ''"
    oldest = f"SELECT id FROM outbox WHERE {mine} ORDER BY due_at LIMIT 1"  # noqa: S608 - nothing from outside
    values = {"sender": sender, "reply": reply, "due_at": due_at, "wording": wording}
    connection.execute(sa.text(f"UPDATE outbox SET wording = :wording WHERE id IN ({oldest})"), values)  # noqa: S608 - likewise
