"""`rempart report`: a raid's own page, by id or by name, from a running service or from its database."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bridge.environment import Environment
from bridge.errors import Misconfigured
from bridge.service import alone
from bridge.service.asking import ask
from bridge.service.place import socket_path
from bridge.store.engine.tables import members, senders
from bridge.store.looks.cards import recent_raids
from bridge.wording.raid_names import raid_name
from tests.support.events import SECRET
from tests.support.house import QUICK, House, opened, until
from tests.support.raiding import PASTE, number

FRENCH = QUICK + b"feed: {language: fr}\n"


@pytest.fixture
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    rules = getattr(request, "param", QUICK)
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path, rules) as house:
        for n in range(6):
            await house.provider.text(number(n), PASTE)
        await house.folded()
        yield house


async def raid_of(house: House) -> str:
    async def found() -> str | None:
        raids = await house.service.store.read(lambda connection: recent_raids(connection, 0))
        return raids[0].id if raids else None

    return str(await until(found, "a raid was seen"))


async def asked(folder: Path, raid: str) -> dict[str, Any]:
    """What the running service answers."""
    told = await ask(socket_path(folder / "rempart.db"), "report", {"raid": raid})
    assert told is not None
    return dict(told)


async def test_a_report_is_found_by_id_and_by_name_while_the_service_runs_and_when_it_does_not(
    house: House, tmp_path: Path
) -> None:
    raid = await raid_of(house)
    names = [raid, raid_name(raid, "en"), raid_name(raid, "fr"), raid_name(raid, "en").upper()]
    running = [await asked(tmp_path, name) for name in names]
    assert all(told["id"] == raid for told in running)
    assert (running[0]["messages"], running[0]["senders"]) == (6, 6)
    await house.service.stop()
    environment = {
        "REMPART_DATABASE_URL": f"sqlite:///{tmp_path / 'rempart.db'}",
        "REMPART_RESPONSES": str(tmp_path / "responses.yaml"),
        "REMPART_SECRET": SECRET,
    }
    resting = await alone.answer(Environment(environment), "report", {"raid": raid})
    same = ("id", "name", "messages", "senders", "arrived", "inbound", "groups", "title")
    assert {name: resting[name] for name in same} == {name: running[0][name] for name in same}


async def test_the_page_holds_no_number_and_no_text_and_asks_nothing_of_the_network(
    house: House, tmp_path: Path
) -> None:
    page = (await asked(tmp_path, await raid_of(house)))["html"]
    assert not [n for n in range(6) if number(n)[3:] in page]
    assert PASTE[:12] not in page
    assert "http" not in page
    assert "src=" not in page

    async def handles(connection: Any) -> list[str]:
        query = select(senders.c.handle).join(members, members.c.sender == senders.c.id)
        return list(await connection.scalars(query))

    folded_away = page.partition("<details>")[2]
    assert all(one in folded_away for one in await house.service.store.read(handles))


@pytest.mark.parametrize("house", [FRENCH], indirect=True)
async def test_the_page_is_in_the_teams_language(house: House, tmp_path: Path) -> None:
    raid = await raid_of(house)
    told = await asked(tmp_path, raid)
    assert '<html lang="fr">' in told["html"]
    assert told["title"] == f"Rapport sur le raid {raid_name(raid, 'fr')} ({raid})"


async def test_a_raid_that_is_unknown_is_answered_with_those_that_there_are(
    house: House, tmp_path: Path
) -> None:
    raid = await raid_of(house)
    with pytest.raises(Misconfigured, match=rf"No raid is called that.*{raid} \({raid_name(raid, 'en')}\)"):
        await asked(tmp_path, "Copper Nothing")
