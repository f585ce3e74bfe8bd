"""A whole service of which one provider suspends the account: what people, team and operator see."""

from pathlib import Path
from typing import Any

from bridge.cli.status import _tables
from bridge.doctor.running import _told
from bridge.model import Outgoing, ReplyId
from bridge.ports import Accepted, Answering
from bridge.service.service import Service
from channels.standins.gateway import GatewayStandIn
from channels.standins.telnyx import TelnyxStandIn
from tests.support.house import opened, until
from tests.support.raiding import number, ordinary
from tests.support.ways import WAYS

PEOPLE = range(12)


async def test_a_suspended_account_ends_nothing(sqlite_url: str, tmp_path: Path) -> None:
    telnyx, phone = TelnyxStandIn(event_delay=0.01), GatewayStandIn(event_delay=0.01)
    async with opened(sqlite_url, tmp_path, WAYS, more=(telnyx, phone)) as house:
        for n in PEOPLE[:3]:
            await house.provider.text(number(n), ordinary()[n])

        async def three_are_there() -> bool:
            return len(await house.replies("delivered")) == 3

        await until(three_are_there, "three were answered")
        house.provider.account.status = "suspended"
        for n in PEOPLE[3:]:
            assert (await house.provider.text(number(n), ordinary()[n]))[0] == 200

        async def all_are_there() -> bool:
            return len(await house.replies("delivered")) == len(PEOPLE)

        await until(all_are_there, "everybody was answered")
        await telnyx.settled()
        answered = [*(one.to for one in house.provider.sent), *(one.to for one in telnyx.sent)]
        assert sorted(answered) == sorted(number(n) for n in PEOPLE)
        status = await house.service.counter.standing.status()
        (way,) = status["ways"]
        assert (way["channel"], way["way"], way["code"]) == ("sms", "telnyx", "account_inactive")
        assert status["channels"]["telnyx"] == status["channels"]["gateway"] == "on"
        assert [one.told.code for one in _told(status)].count("leaves_by_another") == 1
        assert _shown(status)
        notes = await _notes(house.service)
        (told,) = [note for note in notes if "telnyx" in note]
        assert told.startswith("Nothing gets out by sms since ")
        assert "account_inactive" in told
        # Whoever writes to the telephone is known from it, and has had their answer.
        assert (await phone.text(number(0), "encore moi"))[0] == 200
        await house.folded()
        assert len(await house.outbox()) == len(PEOPLE)


def _shown(status: Any) -> Any:
    return _tables(status)[""]


async def _notes(service: Service) -> list[str]:
    return [note.text for card in await service.board.cards() for note in card.notes]


async def test_the_telephone_is_told_by_the_service_where_to_call(sqlite_url: str, tmp_path: Path) -> None:
    phone = GatewayStandIn(event_delay=0.01)
    async with opened(sqlite_url, tmp_path, WAYS.replace(b"telnyx, ", b""), more=(phone,)) as house:
        phone.phone.hooks.clear()

        async def told() -> bool:
            return len(phone.phone.hooks) == 5

        await until(told, "the telephone was told where to call")
        assert (await phone.text(number(1), ordinary()[1]))[0] == 200

        async def answered() -> bool:
            return len(await house.replies("delivered")) == 1

        await until(answered, "whoever wrote to the telephone was answered by it")
        assert [one.to for one in phone.sent] == [number(1)]
        gateway = house.service.first.on["gateway"]
        assert isinstance(gateway, Answering)
        await gateway.well()
        sent = Outgoing(ReplyId("a" * 32), number(2), phone.line, "x", 3)
        assert await gateway.send(sent) == Accepted(f"{'a' * 32}-3-1")  # type: ignore[attr-defined]
