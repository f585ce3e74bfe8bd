"""Each half of a channel has health: whichever fails is told everywhere, with its code and since when."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import httpx
import pytest
from structlog.testing import capture_logs

from bridge.cards import Day, day_card
from bridge.clock import iso
from bridge.errors import StoreUnavailable
from bridge.loops.rhythm import Loop
from bridge.model import DAY, MINUTE, Micros
from bridge.ports import InDoubt, NotProcessed, Outcome, Unreachable
from bridge.service.crew import Crew, Half
from bridge.service.health import Condition, Vitals, health_app
from bridge.service.pipeline import Pipeline
from bridge.store.engine.store import Store
from bridge.store.looks.cards import day_view
from bridge.views import Trouble
from bridge.wording import Words
from tests.loops.sending import Scripted, accept, dispatching, held, one_round
from tests.support.clock import NOON, TestClock
from tests.support.events import Bridge, keys, message, rules

CHANNELS = ("sms", "telegram", "slack")
TROUBLE = Trouble("telegram", "in", "webhook_refused", NOON)


@pytest.fixture
async def bridge(sqlite_url: str) -> AsyncIterator[Bridge]:
    store = Store(sqlite_url)
    yield Bridge(store, TestClock())
    await store.close()


class Turns:
    """A provider that fails as its script says, one turn each."""

    def __init__(self, *codes: str | None) -> None:
        self.codes = list(codes)

    async def turn(self) -> float:
        code = self.codes.pop(0)
        if code is not None:
            raise Unreachable(code)
        return 60.0


@pytest.mark.parametrize("half", ["in", "out"])
@pytest.mark.parametrize("code", ["credentials", "conflict", "webhook_refused", "invalid_auth", "http_502"])
async def test_a_half_that_fails_is_told_with_its_code_until_it_works_again(
    bridge: Bridge, half: Half, code: str
) -> None:
    pipeline = Pipeline(bridge.store, keys(), bridge.clock, rules())
    loops = {name: Loop(name, Turns(code, code, None).turn) for name in CHANNELS}
    pipeline._crews = [Crew(halves=[(name, half, loop) for name, loop in loops.items()])]
    assert pipeline.failing() == set()
    with capture_logs():
        await loops["telegram"]._survive()
        assert pipeline.troubles() == [Trouble("telegram", half, code, bridge.clock())]
        since = bridge.clock()
        bridge.clock.pass_(MINUTE)
        await loops["telegram"]._survive()
        assert pipeline.troubles() == [Trouble("telegram", half, code, since)]
        assert pipeline.failing() == {"telegram"}
        await loops["telegram"]._survive()
    assert pipeline.troubles() == []


@pytest.mark.parametrize(
    "outcome", [NotProcessed("http_451"), NotProcessed("account_inactive"), InDoubt("http_500")]
)
async def test_what_goes_out_is_told_likewise(bridge: Bridge, outcome: Outcome) -> None:
    await held(bridge, message(), message(address="+33698765432"))
    one = dispatching(bridge, Scripted(outcome, outcome, accept))
    pipeline = Pipeline(bridge.store, keys(), bridge.clock, rules())
    pipeline._crews = [Crew(halves=[("sms", "out", one)])]
    await one_round(one)
    assert [trouble.code for trouble in pipeline.troubles()] == [getattr(outcome, "code", "")]


@pytest.mark.parametrize("troubles", [[], [TROUBLE]])
async def test_readiness_tells_of_it_and_goes_on_taking_calls(troubles: Sequence[Trouble]) -> None:
    async def ready() -> Condition:
        return Condition(0, 0.0, troubles)

    told = await asked(ready)
    told_of = [{"channel": "telegram", "half": "in", "code": "webhook_refused", "since": iso(NOON)}]
    assert told.status_code == 200
    well = {"ready": True, "stands_by": False, "behind": {"events": 0, "seconds": 0.0}}
    assert told.json() == (well | {"troubles": told_of} if troubles else well)


async def test_what_cannot_be_stored_is_another_matter() -> None:
    async def ready() -> Condition:
        raise StoreUnavailable("The disk is full.")

    assert (await asked(ready)).status_code == 503


async def asked(ready: Callable[[], Awaitable[Condition]]) -> httpx.Response:
    async def vitals() -> Vitals:
        raise AssertionError

    transport = httpx.ASGITransport(health_app(vitals, ready))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get("/readyz")


@pytest.mark.parametrize(("language", "counted"), [("en", "2 replies"), ("fr", "2 réponses")])
def test_the_room_is_told_of_doubts_that_last(language: str, counted: str) -> None:
    words = Words("en" if language == "en" else "fr")
    day = Day("2026-09-21", 0, 0, 0, 0, 0, 0, (0,), doubts=2)
    card = day_card(day, words, NOON, sms_paused=False)
    assert [note.key for note in card.notes] == ["doubts:2"]
    assert counted in card.notes[0].text
    assert "2" in [fact.value for fact in card.facts]


@pytest.mark.parametrize(("later", "doubts"), [(0, 0), (9 * MINUTE, 0), (10 * MINUTE, 1), (DAY, 1)])
async def test_only_doubts_that_last_are_told(bridge: Bridge, later: Micros, doubts: int) -> None:
    await held(bridge)
    await one_round(dispatching(bridge, Scripted(InDoubt("http_500"))))
    bridge.clock.pass_(later)
    now = bridge.clock()
    day = await bridge.store.read(lambda connection: day_view(connection, "2026-09-21", NOON, now))
    assert day.doubts == doubts


@pytest.mark.parametrize(("language", "half"), [("en", "in"), ("en", "out"), ("fr", "in"), ("fr", "out")])
def test_the_room_is_told_once_for_each_time(language: str, half: Half) -> None:
    words = Words("en" if language == "en" else "fr")
    troubles = (
        Trouble("telegram", half, "conflict", NOON),
        Trouble("telegram", half, "conflict", NOON + MINUTE),
    )
    day = Day("2026-09-21", 0, 0, 0, 0, 0, 0, (0,), troubles=troubles)
    card = day_card(day, words, NOON, sms_paused=False)
    assert len({note.key for note in card.notes}) == len(card.notes) == 2
    assert all("telegram" in note.text and "conflict" in note.text for note in card.notes)
    assert sum("elegram" in fact.label for fact in card.facts) == 2
