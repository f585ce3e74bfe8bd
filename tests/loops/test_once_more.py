"""On a free channel that cannot be asked, doubt means once more, and no more than that."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bridge.loops.dispatch import LONGEST_CALL, Dispatch, recover
from bridge.loops.reconcile import OnceMore
from bridge.model import DAY, HOUR, NEVER_KNOWN, SECOND, Contact, Happening, Message, Micros
from bridge.noun import replace
from bridge.ports import Accepted, InDoubt, NotProcessed, Outcome, Refused
from bridge.store.engine.store import Store
from tests.loops.sending import Scripted, dispatching, hang, held, one_round, replies
from tests.support.acting import act
from tests.support.clock import TestClock
from tests.support.events import Bridge, message

CHAT = "4242"
TAKEN = Accepted("9")


@pytest.fixture
async def bridge(sqlite_url: str) -> AsyncIterator[Bridge]:
    store = Store(sqlite_url)
    yield Bridge(store, TestClock())
    await store.close()


def written(text: str = "salut", at: Micros | None = None) -> Message:
    told = message(text, address=CHAT) if at is None else message(text, address=CHAT, at=at)
    return replace(told, channel="telegram", metered=False)


async def rounds(bridge: Bridge, one: Dispatch, count: int = 6, wait: Micros = 11 * 60 * SECOND) -> None:
    """Dispatch and the second look, in turns, until nothing can be under way any more."""
    again = OnceMore(bridge.store, one.channel, bridge.clock)
    for _ in range(count):
        await one_round(one)
        bridge.clock.pass_(wait)
        await again.turn()


BUSY = NotProcessed("rate_limited")
STORIES: list[tuple[list[Outcome], str, int]] = [
    ([InDoubt("http_500"), TAKEN], "accepted", 2),
    ([InDoubt("timeout"), TAKEN], "accepted", 2),
    ([InDoubt("unreadable"), Refused("blocked")], "failed", 2),
    ([InDoubt("http_500"), InDoubt("http_500"), TAKEN], "in_doubt", 2),
    ([BUSY, InDoubt("http_500"), TAKEN], "accepted", 3),
    ([InDoubt("http_500"), BUSY, TAKEN], "accepted", 3),
    ([InDoubt("http_500"), BUSY, InDoubt("disconnected"), TAKEN], "in_doubt", 3),
    ([TAKEN, TAKEN], "accepted", 1),
]


@pytest.mark.parametrize(("script", "progress", "calls"), STORIES, ids=lambda v: str(v)[:70])
async def test_a_free_reply_in_doubt_is_sent_once_more(
    bridge: Bridge, script: list[Outcome], progress: str, calls: int
) -> None:
    await held(bridge, written())
    channel = Scripted(*script, name="telegram")
    await rounds(bridge, dispatching(bridge, channel))
    (row,) = await replies(bridge)
    assert (row.progress, len(channel.sent)) == (progress, calls)


async def test_a_doubt_that_nobody_can_settle_bars_no_later_reply(bridge: Bridge) -> None:
    """The first stays in doubt for a day, and then nobody will ever know."""
    await held(bridge, written())
    channel = Scripted(InDoubt("http_500"), InDoubt("http_500"), TAKEN, name="telegram")
    one = dispatching(bridge, channel)
    await rounds(bridge, one)
    bridge.clock.pass_(40 * DAY)
    await held(bridge, written("me revoici", at=bridge.clock()))
    await rounds(bridge, one)
    first, later = await replies(bridge)
    assert (first.progress, first.error, later.progress) == ("failed", NEVER_KNOWN, "accepted")


async def test_on_either_engine(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    await held(bridge, written())
    channel = Scripted(InDoubt("http_500"), NotProcessed("rate_limited"), TAKEN, name="telegram")
    await rounds(bridge, dispatching(bridge, channel))
    assert [row.progress for row in await replies(bridge)] == ["accepted"]


async def test_a_paid_reply_in_doubt_is_left_alone(bridge: Bridge) -> None:
    await held(bridge)
    channel = Scripted(InDoubt("http_500"), TAKEN)
    await rounds(bridge, dispatching(bridge, channel))
    assert ((await replies(bridge))[0].progress, len(channel.sent)) == ("in_doubt", 1)


@pytest.mark.parametrize(
    ("later", "progress"),
    [(0, "in_doubt"), (LONGEST_CALL - 1, "in_doubt"), (LONGEST_CALL, "held"), (HOUR, "held")],
)
async def test_it_waits_until_the_longest_call_has_ended(
    bridge: Bridge, later: Micros, progress: str
) -> None:
    await held(bridge, written())
    one = dispatching(bridge, Scripted(InDoubt("http_500"), name="telegram"))
    await one_round(one)
    bridge.clock.pass_(later)
    await OnceMore(bridge.store, one.channel, bridge.clock).turn()
    assert (await replies(bridge))[0].progress == progress


@pytest.mark.parametrize(("crashes", "progress"), [(1, "accepted"), (2, "in_doubt")])
async def test_a_crash_between_claim_and_answer_is_a_doubt_like_any_other(
    bridge: Bridge, crashes: int, progress: str
) -> None:
    await held(bridge, written())
    for _ in range(crashes):
        cut_off = dispatching(bridge, Scripted(hang, name="telegram"))
        await cut_off.turn()
        for call in cut_off.calls:
            call.cancel()
        await asyncio.gather(*cut_off.calls, return_exceptions=True)
        await recover(bridge.store, bridge.clock, alone=True)
        bridge.clock.pass_(LONGEST_CALL)
        await OnceMore(bridge.store, cut_off.channel, bridge.clock).turn()
    await rounds(bridge, dispatching(bridge, Scripted(TAKEN, name="telegram")))
    assert (await replies(bridge))[0].progress == progress


def unwanted(kind: str, at: Micros) -> Happening:
    if kind == "blocked":
        return Contact("telegram", "1", CHAT, at, open=False)
    return act("mute", f"telegram:{CHAT}", at, "1", 5 * HOUR) if kind == "muted" else written("stop", at)


@pytest.mark.parametrize("kind", ["stop", "blocked", "muted"])
@pytest.mark.parametrize("outcome", [InDoubt("http_500"), BUSY], ids=["in doubt", "not processed"])
async def test_who_is_not_to_be_answered_any_more_is_not(bridge: Bridge, kind: str, outcome: Outcome) -> None:
    await held(bridge, written())
    channel = Scripted(outcome, TAKEN, name="telegram")

    async def meanwhile(reply: object) -> Outcome:
        del reply
        await bridge.tell(unwanted(kind, bridge.clock()))
        await bridge.fold()
        return outcome

    channel._script[0] = meanwhile
    await rounds(bridge, dispatching(bridge, channel), 3)
    assert len(channel.sent) == 1
