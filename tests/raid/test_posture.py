"""Posture: when it rises and when it falls, as tables."""

import pytest

from bridge.days import SET_BACK
from bridge.model import HOUR, MINUTE, Micros, Posture, Raid, Stance
from bridge.noun import replace
from bridge.raid.posture import AFTERMATH, QUIET, Silence, explained, is_open, posture, turns
from bridge.reasons import Why, because
from tests.support.clock import NOON

GRAVE = Raid("0a1b2c3d", NOON, NOON, (("copies", because(Why.COPIES, senders=12)),), grave=True)
GROWING = replace(GRAVE, grown_at=NOON + 2 * HOUR)
LONE = Raid("0a1b2c3d", NOON, NOON, (("flood", because(Why.FLOOD, messages=20)),))
FALSE_ALARM = replace(GRAVE, ended_at=NOON + MINUTE)
SHIELD = Stance(Posture.SHIELD, NOON, because(Why.SHIELD_UP), NOON + 2 * HOUR)
ENDLESS = replace(SHIELD, until=None)
WATCHFUL = Stance(Posture.WATCH, NOON, because(Why.REGISTER_RISES))
CALM, WATCH, RAID, SHIELDED = Posture.CALM, Posture.WATCH, Posture.RAID, Posture.SHIELD

POSTURES: list[tuple[str, Stance | None, Raid | None, bool, Micros, Posture]] = [
    ("nothing ever happened", None, None, False, 0, CALM),
    ("something stirs", None, None, True, 0, WATCH),
    ("a raid is on", None, GRAVE, False, 0, RAID),
    ("a raid is on and shows in the register too", None, GRAVE, True, 0, RAID),
    ("a raid that grew a moment ago", None, GRAVE, False, QUIET - 1, RAID),
    ("a raid that no longer grows", None, GRAVE, False, QUIET, WATCH),
    ("its aftermath ends", None, GRAVE, False, QUIET + AFTERMATH - 1, WATCH),
    ("it is over for good", None, GRAVE, False, QUIET + AFTERMATH, CALM),
    ("one sender floods", None, LONE, False, 0, WATCH),
    ("the flood is over", None, LONE, False, QUIET + AFTERMATH, CALM),
    ("a false alarm", None, FALSE_ALARM, False, 2 * MINUTE, CALM),
    ("a false alarm, and yet something stirs", None, FALSE_ALARM, True, 2 * MINUTE, WATCH),
    ("a shield", SHIELD, None, False, HOUR, SHIELDED),
    ("a shield counts above a raid", SHIELD, GRAVE, False, 0, SHIELDED),
    ("a shield that ended amid a raid", SHIELD, GROWING, False, 2 * HOUR, RAID),
    ("a shield that ended on a calm day", SHIELD, None, False, 2 * HOUR, CALM),
    ("a shield that nobody set an end to", ENDLESS, None, False, 300 * HOUR, SHIELDED),
    ("a sign that came to nothing", WATCHFUL, None, False, AFTERMATH - 1, WATCH),
    ("and is forgotten", WATCHFUL, None, False, AFTERMATH, CALM),
    ("a raid that a clock dated a little later", None, GRAVE, False, -SET_BACK, RAID),
    ("one of a clock that was set back since", None, GRAVE, False, -SET_BACK - 1, CALM),
    ("and a flood of it", None, LONE, False, -SET_BACK - 1, CALM),
    ("and a sign of it", WATCHFUL, None, False, -SET_BACK - 1, CALM),
]  # fmt: skip


@pytest.mark.parametrize(
    ("stance", "raid", "rising", "after", "expected"),
    [row[1:] for row in POSTURES],
    ids=[r[0] for r in POSTURES],
)
def test_the_posture_follows_from_what_is_stored_and_the_time(
    stance: Stance | None, raid: Raid | None, rising: bool, after: Micros, expected: Posture
) -> None:
    assert posture(stance, raid, NOON + after, rising=rising) is expected


REASONS: list[tuple[Posture, Raid | None, Micros, Why]] = [
    (RAID, GRAVE, 0, Why.COPIES),
    (WATCH, LONE, 0, Why.ONE_FLOODS),
    (WATCH, GRAVE, QUIET, Why.RAID_ENDED),
    (WATCH, None, 0, Why.REGISTER_RISES),
    (WATCH, GRAVE, QUIET + AFTERMATH, Why.REGISTER_RISES),
    (CALM, GRAVE, QUIET + AFTERMATH, Why.NOTHING_UNUSUAL),
]


@pytest.mark.parametrize(("reached", "raid", "later", "why"), REASONS)
def test_every_change_by_itself_has_a_reason(
    reached: Posture, raid: Raid | None, later: Micros, why: Why
) -> None:
    assert explained(reached, raid, NOON + later).code == why


def test_a_raid_is_open_until_it_no_longer_grows_or_the_team_ends_it() -> None:
    assert is_open(GRAVE, NOON + QUIET - 1)
    assert not is_open(GRAVE, NOON + QUIET)
    assert not is_open(FALSE_ALARM, NOON + 2 * MINUTE)
    assert not is_open(None, NOON)


FIRST = replace(GRAVE, grown_at=NOON + HOUR)
RAIDED = Stance(Posture.RAID, NOON, because(Why.COPIES, senders=12))
RELAXED = Stance(Posture.WATCH, NOON + 2 * HOUR, because(Why.RAID_ENDED))

COURSES: list[tuple[str, list[Stance], list[Raid], list[Silence], list[tuple[Posture, Micros]]]] = [
    ("nothing ever happened", [], [], [], [(CALM, -HOUR)]),
    (
        "a raid falls by itself, though nobody writes any more",
        [RAIDED],
        [FIRST],
        [],
        [(CALM, -HOUR), (RAID, 0), (WATCH, HOUR + QUIET), (CALM, HOUR + QUIET + AFTERMATH)],
    ),
    (
        "a raid that grew for two hours was one from its beginning on",
        [RAIDED],
        [replace(FIRST, grown_at=NOON + 2 * HOUR)],
        [],
        [
            *[(CALM, -HOUR), (RAID, 0), (WATCH, 2 * HOUR + QUIET)],
            (CALM, 2 * HOUR + QUIET + AFTERMATH),
        ],
    ),
    (
        "what was stored later counts where it is lower",
        [RAIDED, replace(RELAXED, since=NOON + HOUR)],
        [FIRST],
        [],
        [(CALM, -HOUR), (RAID, 0), (WATCH, HOUR), (CALM, HOUR + QUIET + AFTERMATH)],
    ),
    (
        "a false alarm was a raid until somebody said so",
        [RAIDED],
        [replace(FIRST, ended_at=NOON + 20 * MINUTE)],
        [],
        [(CALM, -HOUR), (RAID, 0), (CALM, 20 * MINUTE)],
    ),
    (
        "a shield ends by itself, amid a raid",
        [replace(SHIELD, until=NOON + HOUR)],
        [GROWING],
        [],
        [
            *[(CALM, -HOUR), (SHIELDED, 0), (RAID, HOUR), (WATCH, 2 * HOUR + QUIET)],
            (CALM, 2 * HOUR + QUIET + AFTERMATH),
        ],
    ),
    (
        "a sign that came to nothing",
        [WATCHFUL],
        [],
        [],
        [(CALM, -HOUR), (WATCH, 0), (CALM, AFTERMATH)],
    ),
    (
        "a pause counts above all",
        [RAIDED],
        [FIRST],
        [(NOON - 90 * MINUTE, NOON - 50 * MINUTE), (NOON + 10 * MINUTE, NOON + 2 * HOUR)],
        [
            *[(Posture.PAUSED, -HOUR), (CALM, -50 * MINUTE), (RAID, 0), (Posture.PAUSED, 10 * MINUTE)],
            (CALM, 2 * HOUR),
        ],
    ),
    (
        "it begins in the midst of one",
        [replace(RAIDED, since=NOON - 3 * HOUR)],
        [replace(GRAVE, opened_at=NOON - 3 * HOUR, grown_at=NOON - HOUR)],
        [],
        [(RAID, -HOUR), (WATCH, QUIET - HOUR), (CALM, QUIET + AFTERMATH - HOUR)],
    ),
]


@pytest.mark.parametrize(("what", "stances", "raids", "silences", "expected"), COURSES)
def test_how_guarded_it_was_over_time_is_told_with_what_fell_by_itself(
    what: str,
    stances: list[Stance],
    raids: list[Raid],
    silences: list[Silence],
    expected: list[tuple[Posture, Micros]],
) -> None:
    told = [(one, at - NOON) for one, at in turns(stances, raids, silences, NOON - HOUR, NOON + 12 * HOUR)]
    assert told == expected, what
