"""A list ends with what it leaves out."""

import pytest

from bridge.cards import Standing, StandingMute, home_page
from bridge.wording import Words
from channels.slack.commands import mutes_lines
from channels.slack.drawing import home_view
from tests.channels.slack_world import said
from tests.support.clock import NOON

WORDS = Words("en", room="slack")


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
