"""A dry run decides and shows, and sends nothing; nor is any of it sent when it is over."""

from pathlib import Path

import pytest

from bridge.cards import Day, day_card
from bridge.cli.check import check
from bridge.explaining.explain import Explaining
from bridge.loops.dispatch import Dispatch
from bridge.model import DAY, HOUR, MINUTE, Act, MicroEuros, Progress
from bridge.noun import replace
from bridge.service.host import decided
from bridge.store.books import ledger
from bridge.store.books.rehearsing import rehearsed
from bridge.store.engine.store import Store
from bridge.views import Rehearsed
from bridge.wording import ENGLISH, Language, Words
from tests.heart.test_acts import act, do
from tests.loops.sending import Scripted, accept, dispatching, one_round, replies
from tests.support.clock import NOON, TestClock
from tests.support.events import MAN, RULES, Bridge, message, rules
from tests.support.house import opened, until

DRY = RULES + b"mode: dry\n"
OTHER, THIRD = "+33698765432", "+33698765433"


class Stage:
    """A bridge, its dispatch, and a provider that takes whatever it is handed."""

    def __init__(self, store: Store, source: bytes = DRY) -> None:
        self.bridge = Bridge(store, TestClock(), source)
        self.provider = Scripted(accept)
        self.dispatch: Dispatch = dispatching(self.bridge, self.provider)

    async def written(self, *addresses: str, text: str = "salut") -> None:
        await self.bridge.tell(*(message(text, address=one) for one in addresses))
        await self.bridge.fold()

    async def later(self, length: int = HOUR) -> None:
        """Time passes, and whatever is due has its turn."""
        self.bridge.clock.pass_(length)
        for _ in range(3):
            await one_round(self.dispatch)

    def now(self, source: bytes) -> None:
        """The rules were edited."""
        self.bridge.folding.responses = rules(source)

    async def fared(self) -> list[tuple[str, str | None]]:
        return [(row.progress, row.error) for row in await replies(self.bridge)]

    async def held_back(self) -> Rehearsed:
        return await self.bridge.store.read(lambda connection: rehearsed(connection, NOON))

    async def money(self) -> tuple[MicroEuros, MicroEuros]:
        purse = await self.bridge.store.read(lambda found: ledger.load(found, self.bridge.clock()))
        return purse.spent, purse.reserved


@pytest.fixture
def stage(store: Store) -> Stage:
    return Stage(store)


async def test_what_would_have_left_is_counted_and_neither_sent_nor_paid(stage: Stage) -> None:
    await stage.written(MAN, OTHER)
    assert await stage.held_back() == Rehearsed()
    await stage.later()
    assert stage.provider.sent == []
    assert await stage.fared() == [("cancelled", "dry")] * 2
    price = sum(row.price for row in await replies(stage.bridge))
    assert price > 0
    assert await stage.held_back() == Rehearsed(2, price, 0)
    assert await stage.money() == (0, 0)


async def test_it_goes_by_what_it_would_have_said(stage: Stage) -> None:
    await stage.written(MAN)
    await stage.later()
    await stage.written(MAN)
    await stage.later()
    assert (await stage.held_back()).replies == 1


async def test_nothing_that_was_decided_in_it_is_ever_sent(stage: Stage) -> None:
    await stage.written(MAN, OTHER)
    stage.now(RULES)
    await stage.later()
    await stage.later(DAY)
    assert stage.provider.sent == []
    assert {progress for progress, _ in await stage.fared()} == {"cancelled"}


async def test_whoever_got_nothing_in_it_is_answered_after_it(stage: Stage) -> None:
    await stage.written(MAN)
    await stage.later()
    stage.now(RULES)
    await stage.written(MAN)
    await stage.later()
    assert len(stage.provider.sent) == 1


async def test_what_was_decided_before_does_not_flood_out_after_it(store: Store) -> None:
    stage = Stage(store, RULES)
    await stage.written(MAN, OTHER)
    stage.now(DRY)
    await stage.later()
    stage.now(RULES)
    await stage.later(MINUTE)
    assert stage.provider.sent == []
    assert (await stage.held_back()).replies == 2
    await stage.written(MAN)
    await stage.later()
    assert len(stage.provider.sent) == 1


async def test_what_an_undo_releases_after_it_is_not_sent_either(stage: Stage) -> None:
    await stage.written(MAN)
    assert (await do(stage.bridge, act("mute", MAN)))[0] == "done"
    assert (await stage.held_back()).kept_back == 1
    stage.now(RULES)
    assert (await do(stage.bridge, act("unmute", MAN)))[0] == "done"
    assert await stage.fared() == [("held", None)]
    await stage.later()
    assert stage.provider.sent == []


async def test_limits_of_the_pot_hold_as_if_it_were_spent(store: Store) -> None:
    stage = Stage(store, DRY + b"pot: {total: 100, per_hour: 0.1}\n")
    await stage.written(MAN, OTHER, THIRD)
    await stage.later()
    assert (await stage.held_back()).replies == 1
    assert [one for one, _ in await stage.fared()].count(Progress.HELD) == 2
    await stage.later(61 * MINUTE)
    assert (await stage.held_back()).replies == 2


async def test_why_says_that_nothing_was_sent(stage: Stage) -> None:
    explaining = Explaining(
        stage.bridge.store, stage.bridge.journal.sender, ("sms",), stage.bridge.clock, lambda: DAY
    )
    await stage.written(MAN)
    assert "dry run" in await explaining.tell(f"sms:{MAN}", ENGLISH)
    await stage.later()
    told = await explaining.tell(f"sms:{MAN}", ENGLISH)
    assert "would have left" in told
    assert "nothing was sent" in told


@pytest.mark.parametrize(("language", "said"), [("en", "Dry run"), ("fr", "Marche à blanc")])
def test_the_days_card_says_it_and_what_would_have_come_of_it(language: Language, said: str) -> None:
    day = Day("2026-09-21", 3, 3, 0, 3, 0, 0, (0,), dry=True, rehearsed=Rehearsed(2, 152_600, 1))
    card = day_card(day, Words(language), NOON, sms_paused=False)
    assert card.lines[0].startswith(said)
    assert [note.key for note in card.notes] == ["dry:2026-09-21"]
    assert any("0.15" in fact.value or "0,15" in fact.value for fact in card.facts)
    assert "rehearsed" in [button.verb for button in card.buttons]
    over = day_card(replace(day, dry=False), Words(language), NOON, sms_paused=False)
    assert [note.key for note in over.notes] == ["live:2026-09-21"]
    assert said not in over.lines[0]
    assert "rehearsed" not in [button.verb for button in over.buttons]


def test_check_says_that_it_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "responses.yaml"
    file.write_bytes(DRY)
    assert check(file, as_json=False) == 0
    assert "dry run" in capsys.readouterr().out


async def test_a_text_of_it_is_labelled_by_a_touch(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url, tmp_path, DRY.replace(b"10m, max: 45m", b"0s, max: 1s")) as house:
        await house.provider.text(MAN, "Salut, c'est bien le bon numéro ?")
        service = house.service

        async def ended() -> bool:
            return any(row.error == "dry" for row in await house.outbox())

        await until(ended, "its turn came")
        assert house.provider.sent == []
        looking = Act("slack", "look", "U1", "rehearsed", "", NOON, member=True)
        (shown,) = await service.host.samples(looking)
        assert shown.why.startswith("Would have been answered")
        labels = {button.label: button for button in shown.buttons}
        assert {"Ordinary", "Hostile"} <= labels.keys()
        touched = Act("slack", "touch", "U1", labels["Hostile"].verb, shown.handle, NOON, member=True)
        await service.host.act(touched)
        assert (await decided(service.store, touched, ENGLISH))[0] == "done"
        (lesson,) = (await service.counter.lessons())["lessons"]
        assert (lesson["label"], lesson["about"]) == ("abusive", shown.handle)
        status = await service.counter.standing.status()
        assert (status["mode"], status["rehearsed"]["replies"]) == ("dry", 1)
