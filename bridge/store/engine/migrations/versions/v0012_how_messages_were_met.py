"""How each message was met stands on its decision: a new process shows it to the detector as it was.

Of earlier messages it is worked out once, as every start worked it out until now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_FIRST = (
    "UPDATE decisions SET first = (event IN (SELECT event FROM ("
    "SELECT seen.event, row_number() OVER (PARTITION BY seen.sender ORDER BY events.place) AS nth"
    " FROM decisions AS seen JOIN events ON events.id = seen.event WHERE seen.suspicion IS NOT NULL"
    ") AS numbered WHERE nth = 1)) WHERE suspicion IS NOT NULL"
)
_MET = (
    "UPDATE decisions SET posture = :posture"
    " WHERE suspicion IS NOT NULL AND raid IS NULL AND decided_at >= :since AND decided_at < :until"
)


def upgrade() -> None:
    """Adds both, and fills them in where the detectors looked."""
    met, first = (
        "How guarded the service was as the message was met.",
        "Whether the detectors saw the sender's",
    )
    op.add_column("decisions", sa.Column("posture", sa.String(16), comment=met))
    op.add_column("decisions", sa.Column("first", sa.Boolean, comment=f"{first} first message in it."))
    op.execute(_FIRST)
    op.execute("UPDATE decisions SET posture = 'raid' WHERE suspicion IS NOT NULL AND raid IS NOT NULL")
    _meet()


def _meet() -> None:
    """What belongs to no raid was met as the posture stood, from one change of it to the next."""
    connection = op.get_bind()
    changes = connection.execute(sa.text("SELECT since, posture FROM stances ORDER BY seq")).all()
    sinces = [0, *(one.since for one in changes)]
    postures = ["calm", *(one.posture for one in changes)]
    for posture, since, until in zip(postures, sinces, [*sinces[1:], 2**63 - 1], strict=True):
        connection.execute(sa.text(_MET), {"posture": posture, "since": since, "until": until})
