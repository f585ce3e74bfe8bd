"""A clock that jumps is not believed, until it has stayed so; what a clock in order does is followed."""

from dataclasses import dataclass
from typing import Any

import pytest
from structlog.testing import capture_logs

from bridge.model import DAY, HOUR, MINUTE, SECOND, Micros
from bridge.service.steady import LARGEST_STEP, SETTLED, SteadyClock
from bridge.status import clock_told
from tests.support.clock import NOON


@dataclass
class Machine:
    """What has passed since it was started, and what its clock on the wall says beyond that."""

    passed: Micros = 0
    ahead: Micros = NOON

    def go(self, length: Micros, moved: Micros = 0) -> None:
        """Time passes, and somebody sets the clock."""
        self.passed += length
        self.ahead += moved


def shown(*changes: tuple[Micros, Micros]) -> tuple[list[Micros], int]:
    """By how much the believed clock differs from the true time after each change; how often it tells."""
    machine = Machine()
    clock = SteadyClock(lambda: machine.passed + machine.ahead, lambda: machine.passed)
    differences = []
    with capture_logs() as lines:
        for change in changes:
            machine.go(*change)
            differences.append(clock() - NOON - machine.passed)
    return differences, len(lines)


JUMPS = {
    "two days forward and back": [(SECOND, 2 * DAY), (8 * SECOND, 0), (SECOND, -2 * DAY), (HOUR, 0)],
    "two days back and forward": [(SECOND, -2 * DAY), (HOUR // 10, 0), (SECOND, 2 * DAY), (HOUR, 0)],
    "an hour, as a zone is set wrong": [(SECOND, HOUR), (MINUTE, 0), (SECOND, -HOUR), (HOUR, 0)],
    "to 1970": [(SECOND, -NOON), (MINUTE, 0), (SECOND, NOON), (HOUR, 0)],
    "a minute": [(SECOND, MINUTE), (MINUTE, 0), (SECOND, -MINUTE), (HOUR, 0)],
    "from one wrong time to another": [(SECOND, DAY), (9 * MINUTE, DAY), (9 * MINUTE, 0), (SECOND, -2 * DAY)],
    "back nearly to where it was": [(SECOND, DAY), (SECOND, -DAY), (SECOND, DAY), (SECOND, -DAY)],
}


@pytest.mark.parametrize("jump", JUMPS)
def test_nothing_goes_by_a_clock_that_jumps(jump: str) -> None:
    differences, told = shown(*JUMPS[jump])
    assert differences == [0] * len(JUMPS[jump])
    assert told >= 2


STEPS = [SECOND, -SECOND, LARGEST_STEP, -LARGEST_STEP, 0]


@pytest.mark.parametrize("step", STEPS)
def test_a_small_correction_is_followed_at_once_and_not_worth_a_word(step: Micros) -> None:
    assert shown((MINUTE, step), (MINUTE, step)) == ([step, 2 * step], 0)


@pytest.mark.parametrize("jump", [DAY, -DAY, HOUR, -HOUR, 5 * MINUTE])
def test_a_clock_that_stays_as_it_jumped_was_wrong_before(jump: Micros) -> None:
    differences, told = shown((SECOND, jump), (SETTLED - 1, 0), (1, 0), (HOUR, 0))
    assert differences == [0, 0, jump, jump]
    assert told == 2


def test_while_it_is_not_believed_that_can_be_asked() -> None:
    machine = Machine()
    clock = SteadyClock(lambda: machine.passed + machine.ahead, lambda: machine.passed)
    assert clock.jumped is None
    machine.go(SECOND, DAY)
    clock()
    assert clock.jumped == DAY


CLOCKS = {
    "right": (NOON, NOON - SECOND, None, NOON - MINUTE, None),
    "before anything was decided": (NOON, None, None, None, None),
    "a moment behind another machine's": (NOON, NOON + MINUTE, None, NOON, None),
    "behind what is decided": (NOON, NOON + 3 * DAY, None, NOON, {"why": "behind", "off": -3 * 86_400}),
    "just set": (NOON, NOON - SECOND, -2 * HOUR, NOON, {"why": "jumped", "off": -7_200}),
    "off for a day": (NOON, NOON - DAY, None, NOON - DAY, None),
    "ahead of its providers'": (
        NOON,
        NOON - DAY,
        None,
        NOON - 60 * DAY,
        {"why": "ahead", "off": 60 * 86_400},
    ),
}


@pytest.mark.parametrize(("now", "decided", "jumped", "vouched", "told"), CLOCKS.values(), ids=CLOCKS)
def test_a_clock_that_does_not_count_is_told(
    now: Micros,
    decided: Micros | None,
    jumped: Micros | None,
    vouched: Micros | None,
    told: dict[str, Any] | None,
) -> None:
    assert clock_told(now, decided, jumped, vouched) == told
