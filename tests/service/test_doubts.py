"""Doubts are settled by asking the provider, and messages that no webhook brought are fetched."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.clock import system_clock
from bridge.environment import Environment
from bridge.loops import reconcile
from bridge.service.service import Service
from channels.standins.faults import Fault
from channels.standins.twilio.faults import CallbackFaults, Operation
from channels.twilio import looks
from tests.support.house import House, opened, until

MAN = "+33612345678"
NO_CALLBACKS = CallbackFaults(drop=frozenset({"queued", "sending", "sent", "delivered"}))


@pytest.fixture
async def house(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """Looks often: what takes a minute and a half in service takes a second here."""
    monkeypatch.setattr(reconcile, "REST", 0.2)
    monkeypatch.setattr(reconcile, "LONG_ENOUGH", 1_000_000)
    monkeypatch.setattr(looks, "_SELDOM", 0.3)
    async with opened(database_url, tmp_path) as running:
        running.provider.faults.callbacks = NO_CALLBACKS
        yield running


async def progress(house: House, *wanted: str) -> None:
    async def there() -> bool:
        rows = await house.outbox()
        return bool(rows) and all(row.progress in wanted for row in rows)

    await until(there, f"the reply was {' or '.join(wanted)}")


AFTER = [Fault.HANG_AFTER, Fault.RESET_AFTER, Fault.ERROR_500_AFTER, Fault.GARBLED_AFTER, Fault.EMPTY_AFTER]
BEFORE = [Fault.RESET_BEFORE, Fault.ERROR_500_BEFORE, Fault.UNAVAILABLE_BEFORE, Fault.REDIRECTED_BEFORE]


@pytest.mark.parametrize("fault", AFTER)
async def test_a_reply_that_the_provider_took_is_found_and_not_sent_again(house: House, fault: Fault) -> None:
    hurry(house)
    house.provider.faults.next(fault)
    await house.provider.text(MAN, "Salut")
    await progress(house, "accepted", "sent", "delivered")
    assert len(house.provider.sent) == 1


@pytest.mark.parametrize("fault", BEFORE)
async def test_a_reply_of_which_there_is_no_trace_is_sent_after_all_and_once(
    house: House, fault: Fault
) -> None:
    house.provider.faults.next(fault)
    await house.provider.text(MAN, "Salut")
    await progress(house, "accepted", "sent", "delivered")
    assert len(house.provider.sent) == 1
    assert (await house.outbox())[0].attempts == 2


async def test_a_log_that_lags_does_not_make_a_reply_go_out_twice(house: House) -> None:
    house.provider.account.log.lag = timedelta(seconds=0.8)
    house.provider.faults.next(Fault.ERROR_500_AFTER)
    await house.provider.text(MAN, "Salut")
    await progress(house, "accepted", "sent", "delivered")
    assert len(house.provider.sent) == 1


async def test_while_the_provider_cannot_be_asked_nothing_is_sent_again(house: House) -> None:
    house.provider.faults.next(*[Fault.ERROR_500_BEFORE] * 40, on=Operation.LIST)
    house.provider.faults.next(Fault.ERROR_500_AFTER)
    await house.provider.text(MAN, "Salut")
    await progress(house, "in_doubt")
    assert len(house.provider.sent) == 1


async def test_receipts_that_were_lost_are_read_from_the_providers_log(house: House) -> None:
    await house.provider.text(MAN, "Salut")
    await progress(house, "delivered")


async def test_a_message_whose_webhook_was_lost_is_fetched_and_answered(house: House) -> None:
    house.provider.faults.webhooks_lost = True
    await house.provider.text(MAN, "Salut")
    await progress(house, "accepted", "sent", "delivered")
    assert [record.to for record in house.provider.sent] == [MAN]


async def test_what_came_while_nobody_ran_is_caught_up_at_start(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'rempart.db'}"
    async with opened(url, tmp_path) as house:
        provider = house.provider
        await provider.text(MAN, "Salut")
        await progress(house, "delivered")
        await house.service.stop()
        for n in range(30):
            await provider.text(f"+3361234{n:04}", "Bonsoir")
        await restarted(house)


async def restarted(house: House) -> None:
    """The same provider, a new service: as after an outage."""
    house.service = Service(house.service._settings, Environment(house.environment), system_clock)
    await house.service.start()

    async def all_answered() -> bool:
        return len({record.to for record in house.provider.sent}) == 31

    await until(all_answered, "everybody was answered")
    assert len(house.provider.sent) == 31


def hurry(house: House) -> None:
    """A call that hangs is given up sooner than in service."""
    house.service.first.on["sms"].patience_seconds = 0.5  # type: ignore[attr-defined]
