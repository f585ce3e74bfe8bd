"""Any number of processes on one PostgreSQL: whichever dies, nothing is lost, and nobody waits for long."""

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.several import Several
from tests.support import postgresql
from tests.support.memory import roomy

MESSAGES = 240


@pytest.fixture
def several(tmp_path: Path) -> Iterator[Several]:
    """Three processes on a server of their own: it will crash."""
    with tempfile.TemporaryDirectory(prefix="rempart-", dir=roomy()) as name:
        server = Path(name) / "server"
        with postgresql.server(server) as url:
            yield Several(postgresql.new_database(url), server, tmp_path, random.Random(2017))


@pytest.mark.timeout(1800)
async def test_whichever_process_dies_and_whenever_the_server_crashes_nothing_is_lost(
    several: Several,
) -> None:
    counts, waits = await several.run(MESSAGES, seconds=10, kill_every=2)
    assert counts.harmless, str(counts)
    assert several.broken == 0
    assert {"killed", "the server crashed"} <= set(several.ends)
    assert waits.kept, str(waits)
    assert len(several.provider.sent) > MESSAGES // 8
