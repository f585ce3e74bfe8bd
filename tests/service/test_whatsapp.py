"""One person over SMS and WhatsApp: one reply, one mute, one STOP, one handle, the way they wrote."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.clock import system_clock
from bridge.environment import Environment
from bridge.model import Act
from bridge.service.service import Service
from bridge.settings import Settings
from bridge.store.engine.tables import decisions, events, senders
from channels.standins.twilio import TwilioStandIn
from tests.support.events import SECRET
from tests.support.house import House, free_port, until

MAN, OTHER, THIRD = "+33612345678", "+33687654321", "+33711223344"
LINE = "+33639980009"
RULES = b"""
languages: [fr]
hold: {min: 0s, max: 1s}
replies:
  - id: any
    say: {fr: ["Un mot.", "Deux mots.", "Trois mots."]}
prices:
  sms: {in: 0.0075, out: {FR: 0.0763}}
  whatsapp: {in: 0.005, out: {FR: 0.004}, per: message}
"""


@asynccontextmanager
async def house(database_url: str, folder: Path, *without: str) -> AsyncIterator[House]:
    """A service with both, or without some of its variables."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    (folder / "responses.yaml").write_bytes(RULES)
    provider = TwilioStandIn(callback_delay=0.01, whatsapp=LINE)
    environment = {name: value for name, value in (await provider.start(url)).items() if name not in without}
    settings = Settings(
        database_url=database_url,
        responses=folder / "responses.yaml",
        port=port,
        public_url=url,
        secret=SecretStr(SECRET),
    )
    service = Service(settings, Environment(environment), system_clock)
    await service.start()
    try:
        yield House(service, provider, url, environment)
    finally:
        await service.stop()
        await provider.close()


async def rows(house: House, query: Any) -> list[Any]:
    async def work(connection: AsyncConnection) -> list[Any]:
        return list((await connection.execute(query)).all())

    return await house.service.store.read(work)


async def answered(house: House, count: int) -> list[tuple[str, str]]:
    """From where and to whom, once so many have left; and none more."""

    async def sent() -> bool:
        return len(house.provider.sent) >= count

    await until(sent, f"{count} replies left")
    await house.folded()
    await house.provider.settled()
    return [(one.from_, one.to) for one in house.provider.sent]


async def why(house: House) -> list[str]:
    found = await rows(
        house, select(decisions.c.why).join(events, events.c.id == decisions.c.event).order_by(events.c.seq)
    )
    return [row.why for row in found]


async def test_one_person_over_both_is_one_person(empty_sqlite_url: str, tmp_path: Path) -> None:
    async with house(empty_sqlite_url, tmp_path) as running:
        states = running.service.channel_states()
        assert (states["sms"], states["whatsapp"]) == ("on", "on")
        assert (await running.provider.whatsapp(MAN, "Salut"))[0] == 200
        over_whatsapp = (f"whatsapp:{LINE}", f"whatsapp:{MAN}")
        assert await answered(running, 1) == [over_whatsapp]
        await running.provider.text(MAN, "C'est encore moi")
        await running.provider.text(OTHER, "Bonsoir")
        by_text = (running.provider.line, OTHER)
        assert await answered(running, 2) == [over_whatsapp, by_text]
        await running.provider.whatsapp(OTHER, "STOP")
        await running.provider.text(OTHER, "Encore ?")
        await running.folded()
        assert await why(running) == [
            "every_message",
            "answered_lately",
            "every_message",
            "asks_to_stop",
            "has_stopped",
        ]
        known = await rows(running, select(senders.c.handle, senders.c.messages).order_by(senders.c.first_at))
        assert [row.messages for row in known] == [2, 3]


async def test_a_mute_by_number_holds_for_both(empty_sqlite_url: str, tmp_path: Path) -> None:
    async with house(empty_sqlite_url, tmp_path) as running:
        now = system_clock()
        act = Act(
            "command", f"mute:{now}", "operator", "mute", f"whatsapp:{THIRD}", now, 3_600_000_000, member=True
        )
        await running.service.host.act(act)
        await running.provider.text(THIRD, "Salut")
        await running.provider.whatsapp(THIRD, "Salut")
        await running.folded()
        assert await why(running) == ["muted", "muted"]
        assert running.provider.sent == []


async def test_whatsapp_may_be_all_there_is(empty_sqlite_url: str, tmp_path: Path) -> None:
    async with house(empty_sqlite_url, tmp_path, "TWILIO_NUMBER") as running:
        states = running.service.channel_states()
        assert (states["sms"], states["whatsapp"]) == ("off", "on")
        assert (await running.provider.whatsapp(MAN, "Salut", profile="<!channel>"))[0] == 200
        assert await answered(running, 1) == [(f"whatsapp:{LINE}", f"whatsapp:{MAN}")]
        await until(lambda: running.replies("delivered"), "its receipt was heard")
