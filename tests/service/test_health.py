"""`/readyz` tells how far decisions are behind, and is not ready when that is too far."""

import httpx
import pytest

from bridge.errors import RempartError, StoreUnavailable
from bridge.service.health import LONGEST_LAG, Condition, Vitals, health_app

BEHIND = [
    (Condition(0, 0.0), 200),
    (Condition(900, 3.0), 200),
    (Condition(40_000, LONGEST_LAG), 200),
    (Condition(1, LONGEST_LAG + 1), 503),
    (Condition(40_000, 86_400.0), 503),
    (StoreUnavailable("The database cannot be used."), 503),
]


@pytest.mark.parametrize(("found", "status"), BEHIND)
async def test_whoever_falls_behind_is_not_ready(found: Condition | RempartError, status: int) -> None:
    async def ready() -> Condition:
        if isinstance(found, RempartError):
            raise found
        return found

    async def vitals() -> Vitals:
        raise NotImplementedError

    transport = httpx.ASGITransport(health_app(vitals, ready))
    async with httpx.AsyncClient(transport=transport, base_url="http://rempart") as client:
        answer = await client.get("/readyz")
    told = answer.json()
    assert (answer.status_code, told["ready"]) == (status, status == 200)
    if isinstance(found, Condition):
        assert told["behind"] == {"events": found.events, "seconds": found.seconds}
