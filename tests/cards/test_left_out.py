"""A list ends with what it leaves out."""

import pytest

from bridge.cards import Standing, StandingMute, home_page
from bridge.model import DAY
from bridge.responses.complaints import did_you_mean
from bridge.status import describe
from bridge.store.engine.store import Store
from bridge.store.engine.tables import raids
from bridge.store.looks.overview import Overview
from bridge.store.looks.raids import newest
from bridge.wording import Words
from channels.rooms.commands import mutes_lines
from channels.slack.home_page import home_view
from tests.channels.slack_world import said
from tests.support.clock import NOON
from tests.support.events import rules

WORDS = Words("en", room="room")


@pytest.mark.parametrize(
    ("mutes", "end"), [(1, None), (20, None), (21, "and 1 more"), (8000, "and 7,980 more")]
)
def test_mutes(mutes: int, end: str | None) -> None:
    muted = tuple(StandingMute(str(n), f"brave-heron-{n}", "U1", "", NOON) for n in range(mutes))
    home = home_page(Standing("calm", (), 0, 0, 0, 0, muted, sms_paused=False), Words("en"), NOON)
    answer, page = mutes_lines(home, WORDS)[-1], said(home_view(home, WORDS))
    assert answer == (end or answer)
    assert (end or "") in page
    assert ("more" in answer, "more" in page) == (end is not None,) * 2


@pytest.mark.parametrize(("known", "end"), [(20, ", word19."), (21, " and 1 more."), (900, " and 880 more.")])
def test_known_words(known: int, end: str) -> None:
    assert did_you_mean("qqqqqqqq", (f"word{n:02}" for n in range(known))).endswith(end)


@pytest.mark.parametrize(("many", "older"), [(1, 0), (20, 0), (21, 1), (23, 3)])
async def test_raids_in_the_status(store: Store, many: int, older: int) -> None:
    rows = [{"id": f"{n:08x}", "opened_at": NOON + n, "grown_at": NOON + n} for n in range(many)]
    await store.transact(lambda connection: connection.execute(raids.insert(), rows))
    newest_ones, left_out = await store.read(lambda connection: newest(connection, rules(), NOON + DAY))
    seen = Overview(raids=newest_ones, older_raids=left_out)
    status = describe(seen, {}, 0, (), running=True, deciding=True, rules_refused=None)
    assert (len(status["raids"]), status["older_raids"]) == (many - older, older)
    assert status["raids"][0]["id"] == f"{many - 1:08x}"
