"""Money end to end: the provider's price is reserved, what it charges is booked, people change the pot."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import system_clock
from bridge.environment import Environment
from bridge.model import MINUTE
from bridge.service.service import Service
from channels.standins.faults import Fault
from channels.standins.twilio.account import Rate
from channels.standins.twilio.faults import ChargeFaults, Operation
from channels.twilio import looks
from tests.service.test_command import CREDENTIALS, command, environment, refused, served
from tests.support.house import House, opened, until

MAN = "+33612345678"


@pytest.fixture
async def house(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """Looks for costs often, and right after each call."""
    monkeypatch.setattr(looks, "_SELDOM", 0.2)
    monkeypatch.setattr(looks, "_SETTLED", -MINUTE)
    async with opened(database_url, tmp_path) as running:
        await told(running, "EUR")
        yield running


async def told(house: House, currency: str) -> None:
    """The provider has said what it charges."""

    async def known() -> bool:
        (price,) = (await house.service.counter.prices())["prices"]
        return price["told_at"] is not None and price["currency"] == currency

    await until(known, f"the price was told in {currency}")


async def again(house: House) -> None:
    """The same provider, a new service."""
    await house.service.stop()
    house.service = Service(house.service._settings, Environment(house.environment), system_clock)
    await house.service.start()


async def test_what_the_provider_says_is_reserved_and_what_it_charges_is_booked(house: House) -> None:
    house.provider.account.tariff = {"FR": Rate((Decimal("0.09"), Decimal("0.1")), Decimal("0.008"))}
    house.provider.faults.charges = ChargeFaults(other=Decimal("0.05"))
    await again(house)

    async def dearer() -> bool:
        (price,) = (await house.service.counter.prices())["prices"]
        return bool(price["euros"] == 0.1)

    await until(dearer, "the new price was told")
    await house.provider.text(MAN, "Salut")

    async def settled() -> bool:
        return any(row.cost is not None for row in await house.outbox())

    await until(settled, "the reply was settled")
    (row,) = await house.outbox()
    assert (row.price, row.cost) == (100_000, 50_000)
    pot = (await house.service.counter.standing.status())["pot"]
    assert (pot["spent"], pot["reserved"], pot["inbound"]) == (0.05, 0, 0.008)


async def test_a_provider_that_charges_dollars_changes_no_price(house: House) -> None:
    house.provider.account.currency = "USD"
    house.provider.account.tariff = {"FR": Rate((Decimal("0.5"),), Decimal("0.5"))}
    await again(house)
    await told(house, "USD")
    await house.provider.text(MAN, "Salut")
    await until(house.outbox, "a reply was queued")
    (row,) = await house.outbox()
    assert (row.price, row.cost) == (76_300, None)


async def test_a_provider_that_cannot_be_asked_keeps_nobody_waiting(house: House) -> None:
    house.provider.faults.next(*[Fault.HANG_BEFORE] * 5, on=Operation.PRICES)
    await again(house)
    await house.provider.text(MAN, "Salut")

    async def sent() -> bool:
        return bool(house.provider.sent)

    await until(sent, "the reply was sent")


@pytest.mark.parametrize("alive", [True, False])
def test_the_pot_is_shown_and_changed_with_and_without_a_service(tmp_path: Path, *, alive: bool) -> None:
    env = environment(tmp_path, **CREDENTIALS)
    command("resume", env=env, cwd=tmp_path)  # makes a database

    def pot(*words: str) -> str:
        result = command("pot", *words, env=env, cwd=tmp_path)
        assert (result.returncode, result.stderr) == (0, "")
        return result.stdout.strip()

    def all_changes() -> None:
        assert pot("set", "100") == "The pot is €100.00 in all."
        assert pot("add", "50", "--reason", "appeal") == "€50.00 were added: the pot is €150.00 in all."
        assert pot("correct", "3") == "A correction of €3.00 is booked: €3.00 are spent in all."
        assert pot("correct", "-0.5") == "A correction of -€0.50 is booked: €2.50 are spent in all."
        assert json.loads(pot("--json")) == {"total": 150.0, "spent": 2.5, "reserved": 0.0, "inbound": 0.0}
        assert "€0.0763 a segment, by the rules file" in pot()

    with served(env, tmp_path, alive=alive):
        all_changes()


WRONG = [
    (("pot", "50"), 2, "pot add 50"),
    (("pot", "take", "50"), 2, "pot add 50"),
    (("pot", "add", "some"), 2, "no amount"),
    (("pot", "add", "1.23456"), 2, "no amount"),
    (("pot", "add", "-5"), 2, "no amount"),
    (("pot", "correct", "-5"), 1, "cannot take back more"),
]


@pytest.mark.parametrize(("words", "status", "why"), WRONG)
def test_what_cannot_be_done_to_the_pot_is_told_in_one_sentence(
    tmp_path: Path, words: tuple[str, ...], status: int, why: str
) -> None:
    refused(words, status, why, tmp_path)
