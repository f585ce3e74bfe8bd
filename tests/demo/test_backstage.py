"""What the demo leaves as it is in the product, and what it leaves behind: nothing."""

from pathlib import Path

import pytest

from bridge.demo.backstage import backstage, write_rules
from bridge.errors import RempartError
from bridge.heart.books import SECOND_THOUGHTS
from bridge.model import MINUTE, SECOND
from bridge.responses import read, shipped
from tests.demo.support import is_empty
from tests.support.house import free_port


def test_the_demo_s_rules_are_the_shipped_ones_but_for_a_faster_clock(tmp_path: Path) -> None:
    ours, theirs = read(write_rules(tmp_path)), read(shipped())
    assert (ours.hold.min, ours.hold.max) == (3 * SECOND, 6 * SECOND)
    assert ours.answer_within == 10 * MINUTE > 2 * SECOND_THOUGHTS
    assert (ours.pot.per_hour, ours.pot.per_day) == (300_000_000, 1_500_000_000)
    limits = {"per_hour": None, "per_day": None, "last_for": theirs.pot.last_for}
    same = {
        "hold": theirs.hold,
        "answer_within": theirs.answer_within,
        "pot": ours.pot.model_copy(update=limits),
    }
    assert ours.model_copy(update=same) == theirs


async def test_everything_is_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    async with backstage(free_port()):
        assert not is_empty(tmp_path)
    assert is_empty(tmp_path)


async def test_a_port_in_use_is_named_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    port = free_port()
    async with backstage(port):
        with pytest.raises(RempartError, match=str(port)):
            async with backstage(port):
                pytest.fail("Two demos run on one port.")
    assert is_empty(tmp_path)


async def test_two_runs_share_no_secret_and_no_sender() -> None:
    async with backstage(free_port()) as one, backstage(free_port()) as other:
        assert one.run != other.run
        assert one.service.store.url != other.service.store.url
