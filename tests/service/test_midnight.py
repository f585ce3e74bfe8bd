"""What happens before midnight, and cannot be said before it, is said after it: once, on the new card."""

from collections.abc import AsyncIterator

import pytest

from bridge.model import MINUTE
from bridge.noun import replace
from bridge.store.engine.store import Store
from tests.channels.slack_world import said
from tests.heart.test_acts import act, do
from tests.service.test_waking import BEFORE_MIDNIGHT
from tests.support.events import RULES, message
from tests.support.night import Night, night

MAN = "+33698765432"


@pytest.fixture
async def late(sqlite_url: str) -> AsyncIterator[Night]:
    store = Store(sqlite_url)
    async with night(store, RULES) as begun:
        begun.clock.now = BEFORE_MIDNIGHT - 10 * MINUTE
        await begun.bridge.tell(message("salut", address=MAN, at=begun.clock()))
        await begun.bridge.fold()
        yield begun
    await store.close()


async def happens(room: Night, reason: str) -> None:
    """Somebody is muted, and somebody threatens."""
    muted = replace(act("mute", f"sms:{MAN}", id_=reason, reason=reason), at=room.clock())
    assert (await do(room.bridge, muted))[0] == "done"
    unmuted = replace(act("unmute", f"sms:{MAN}", id_=f"{reason}:back"), at=room.clock())
    assert (await do(room.bridge, unmuted))[0] == "done"
    threat = message("je vais te tuer", address="+33611223344", at=room.clock())
    await room.bridge.tell(threat)
    await room.bridge.fold()


def threads(room: Night) -> list[list[str]]:
    """What stands in the thread of each day's card, oldest first."""
    cards = [one for one in room.standin.messages() if "Today" in said(one)]
    return [[said(reply) for reply in card["replies"]] for card in cards]


async def test_what_slack_could_not_be_told_before_midnight_is_told_after_it_once(late: Night) -> None:
    await late.pass_(2 * MINUTE)
    late.standin.faults.refused["chat.postMessage"] = "is_archived"
    await happens(late, "told late")
    await late.pass_(20 * MINUTE)
    late.standin.faults.refused.clear()
    await late.pass_(5 * MINUTE)
    late.restart()
    await late.pass_(2 * MINUTE)
    before, after = threads(late)
    assert before == []
    for sentence in ("is muted until", "is answered again", "reads like a threat to somebody's life"):
        assert len([one for one in after if sentence in one]) == 1, sentence


async def test_what_was_told_before_midnight_is_not_told_again(late: Night) -> None:
    await late.pass_(2 * MINUTE)
    await happens(late, "told in time")
    await late.pass_(20 * MINUTE)
    before, after = threads(late)
    assert len([one for one in before if one.startswith("Threats, ")]) == 1
    assert len(before) == 1 + 3
    assert after == []


async def test_a_room_that_did_not_know_yesterday_is_not_told_of_it(late: Night) -> None:
    await happens(late, "before there was a room")
    late.clock.now = BEFORE_MIDNIGHT + 10 * MINUTE
    await late.pass_(5 * MINUTE)
    assert threads(late) == [[]]
