"""The script of the raid that the page plays."""

from bridge.demo.script import BEGINS, ENDS, written

SHARE = 0.02


def test_a_take_is_the_same_every_time_and_shares_nobody_with_the_next() -> None:
    first, again, second = written(0, SHARE), written(0, SHARE), written(1, SHARE)
    assert first == again
    assert not {line.sender for line in first} & {line.sender for line in second}


def test_its_lines_are_in_order_and_calm_at_both_ends() -> None:
    lines = written(0, SHARE)
    hostile = [place for place, line in enumerate(lines) if line.hostile]
    assert all(BEGINS <= line.at < ENDS for line in lines)
    assert list(lines) == sorted(lines, key=lambda line: line.at)
    assert hostile[0] > 0
    assert hostile[-1] < len(lines) - 1
