"""Several processes on one server: what must run once does, each takes and sends, and one takes over."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select, text

from bridge.clock import system_clock
from bridge.environment import Environment
from bridge.errors import StoreUnavailable
from bridge.loops.folding import Folding
from bridge.service import alone
from bridge.service.service import Service
from bridge.settings import Settings
from bridge.store.engine.tables import events
from channels.standins.slack import SlackStandIn
from channels.standins.telegram import TelegramStandIn
from channels.standins.twilio import TwilioStandIn
from tests.support.events import SECRET, message
from tests.support.house import QUICK, free_port, until

CARDS_AT_MOST = 2  # that of a raid, and that of the day


class Town:
    """Two processes on one database, and three providers; SMS and Telegram are polled, Slack is dialled."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.slack, self.telegram = SlackStandIn(socket_mode=True), TelegramStandIn()
        self.twilio = TwilioStandIn(callback_delay=0.01)
        self.environment: dict[str, str] = {}
        self.services: list[Service] = []

    async def prepare(self) -> None:
        """The providers listen."""
        (self.folder / "responses.yaml").write_bytes(QUICK)
        for provider in (self.slack, self.telegram, self.twilio):
            self.environment |= await provider.start("http://127.0.0.1:9")

    async def move_in(self) -> Service:
        """One more process."""
        settings = Settings(
            database_url=self.url,
            responses=self.folder / "responses.yaml",
            port=free_port(),
            secret=SecretStr(SECRET),
        )
        service = Service(settings, Environment(self.environment), system_clock)
        await service.start()
        self.services.append(service)
        return service

    async def move_out(self, service: Service) -> None:
        self.services.remove(service)
        await service.stop()

    async def asked(self, *words: str, **told: Any) -> Mapping[str, Any]:
        """What a command is told."""
        settings = {
            "REMPART_DATABASE_URL": self.url,
            "REMPART_RESPONSES": str(self.folder / "responses.yaml"),
            "REMPART_SECRET": SECRET,
        }
        return await alone.answer(Environment(self.environment | settings), words[0], told)


@pytest.fixture
async def town(postgresql_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    town = Town(postgresql_url, tmp_path)
    async with AsyncExitStack() as ending:
        for provider in (town.slack, town.telegram, town.twilio):
            ending.push_async_callback(provider.close)
        await town.prepare()
        yield town
        for service in list(town.services):
            await town.move_out(service)


async def readiness(service: Service) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{service._settings.port}/readyz") as answer,
    ):
        return {"status": answer.status, **await answer.json()}


@asynccontextmanager
async def leader_and_other(town: Town) -> AsyncIterator[tuple[Service, Service]]:
    first = await town.move_in()

    async def leads() -> bool:
        return first.pipeline.lead.held

    await until(leads, "the first process led")
    second = await town.move_in()

    async def stands_by() -> bool:
        return len(second.pipeline._crews) > 1

    await until(stands_by, "the second stood by")
    yield first, second


def connections(town: Town) -> int:
    return len(town.slack.hub._connections)


async def answered(town: Town, person: str) -> bool:
    return any(record.to == person for record in town.twilio.sent)


async def test_what_must_run_once_runs_in_one_process(town: Town) -> None:
    async with leader_and_other(town) as (first, second):
        town.telegram.meet("4242")
        await town.telegram.text("4242", "Bonjour")
        await town.twilio.text("+33612345678", "Bonjour, c'est moi")
        await until(lambda: answered(town, "+33612345678"), "the text that was polled was answered")
        assert (connections(town), town.slack.hub.links) == (1, 1)
        assert len(town.slack.messages()) <= CARDS_AT_MOST
        assert (await readiness(first))["stands_by"] is False
        told = await readiness(second)
        assert (told["status"], told["ready"], told["stands_by"]) == (200, True, True)
        assert first.first.channel_states() == second.first.channel_states()
        states = second.first.channel_states()
        assert [states[name] for name in ("slack", "sms", "telegram")] == ["on"] * 3


async def test_another_process_takes_over_all_of_it(town: Town) -> None:
    async with leader_and_other(town) as (first, second):
        await until(shown(town), "the day's card stood")
        await town.move_out(first)

        async def connected() -> bool:
            return second.pipeline.lead.held and connections(town) == 1

        await until(connected, "the second process led, and dialled Slack")
        await town.twilio.text("+33612345678", "Bonjour, c'est moi")
        await until(lambda: answered(town, "+33612345678"), "the text was polled by the second")
        assert len(town.slack.messages()) == 1


async def test_what_lost_the_lead_lets_go_of_what_only_one_may_hold(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on receiving and sending."""

    async def cut_off() -> float:
        raise StoreUnavailable("The network between is cut.")

    async with leader_and_other(town) as (first, second):
        await first.pipeline.lead.give_up()
        monkeypatch.setattr(first.pipeline.lead, "beat", cut_off)

        async def moved() -> bool:
            return second.pipeline.lead.held and connections(town) == 1 and town.slack.hub.links >= 2

        await until(moved, "the second process led")
        assert not first.pipeline.lead.held
        assert first.first.channel_states()["slack"] == "on"


def shown(town: Town) -> Any:
    async def look() -> bool:
        return len(town.slack.messages()) == 1

    return look


async def test_commands_and_acts_are_decided_whichever_process_they_reach(town: Town) -> None:
    async with leader_and_other(town) as (_, second):
        told = await town.asked("act", verb="mute", target="+33612345678", length=3_600_000_000)
        assert told["outcome"] == "done", told
        status = await town.asked("status")
        assert (status["running"], status["deciding"], status["mutes"]) == (True, True, 1)
        home = await second.host.home()
        assert len(home.mutes) == 1


async def test_that_the_server_takes_nothing_any_more_is_told_from_beside_it(town: Town) -> None:
    """As after it failed over to a copy that may only be read: no process can tell so in the database."""
    service = await town.move_in()

    async def ready() -> bool:
        return (await readiness(service))["ready"] is True

    await until(ready, "the process was ready")
    before = await town.asked("status")
    assert (before["not_stored"], before["channels"]["sms"]) == (None, "on")
    async with service.store._writer.connect() as connection:
        name = await connection.scalar(select(func.current_database()))
        await connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
        await connection.commit()
    told = await town.asked("status")
    assert "read-only" in str(told["not_stored"])
    assert told["channels"]["sms"] == "failing"


async def test_what_a_process_that_stands_by_has_taken_is_decided_by_the_other(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with leader_and_other(town) as (_, second):
        folded_by: list[Folding] = []
        batch = Folding.batch

        async def noted(folding: Folding) -> int:
            folded_by.append(folding)
            return await batch(folding)

        monkeypatch.setattr(Folding, "batch", noted)

        async def decided() -> bool:
            return not await second.store.read(
                lambda c: c.scalar(select(func.count()).where(events.c.place.is_(None)))
            )

        await second.pipeline.intake.append([message()])
        await until(decided, "it was decided")
        assert folded_by
        assert second.pipeline.folding not in folded_by
