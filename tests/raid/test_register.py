"""Register: a change in the share of abusive first texts, and what it takes to see one."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.raid import register as room
from bridge.raid.histogram import HIGHEST, LOWEST
from bridge.raid.odds import FEWEST
from bridge.raid.register import ABUSIVE, ALARM, DOUBTFUL, LATE_ALARM, SHIELDED, STRICT, WINDOW, Register
from bridge.raid.sighting import Finding
from tests.raid.sightings import HARSH, MILD, sighting, who

PEOPLE = st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.booleans()), max_size=150)
"""Who, whether abusively, whether for the first time."""


def met(
    register: Register, sender: int, suspicion: int = MILD, *, first: bool = True, calm: bool = False,
    raid: bool = False,
) -> Finding | None:  # fmt: skip
    """One message, looked at and taken in."""
    seen = sighting(sender, first=first, suspicion=suspicion)
    found = register.look(seen, raid=raid)
    register.add(seen, calm=calm)
    return found


def crowd(register: Register, people: int, begin: int = 10_000, *, calm: bool = False) -> None:
    """So many people who write mildly."""
    for n in range(begin, begin + people):
        assert met(register, n, calm=calm) is None


def insulted(register: Register, begin: int = 1, most: int = 100) -> Finding:
    """Fresh senders who insult, one after the other, until they are found."""
    found = (met(register, n, HARSH) for n in range(begin, begin + most))
    return next(one for one in found if one is not None)


def test_many_insults_one_after_the_other_are_an_alarm_about_all_of_them() -> None:
    register = Register()
    crowd(register, 50)
    found = insulted(register)
    assert found.grave
    assert found.kind == "register"
    assert 5 <= len(found.members) <= 15
    assert found.members == tuple(sorted(who(n) for n in range(1, len(found.members) + 1)))
    assert register.alarmed


def test_those_who_wrote_mildly_meanwhile_are_not_meant() -> None:
    register = Register()
    found = None
    for n in range(60):
        found = found or met(register, n, HARSH if n % 2 else MILD)
    assert found is not None
    assert set(found.members) <= {who(n) for n in range(1, 60, 2)}


def test_as_many_insults_as_usual_are_no_alarm() -> None:
    register = Register()
    for n in range(2_000):
        assert met(register, n, HARSH if n % 25 == 0 else MILD, calm=True) is None


@pytest.mark.parametrize(
    ("harsh", "among", "seen"),
    [
        (10, 10, True),
        (10, 20, True),
        (10, 65, False),  # what chance once made of a crowd that watched television
        (12, 65, False),
        (16, 65, True),
    ],
)
def test_the_longer_it_takes_the_more_speaks_for_chance(harsh: int, among: int, seen: bool) -> None:
    register = Register()
    for n in range(2_000):
        met(register, 10_000 + n, HARSH if n % 40 == 39 else MILD, calm=True)
    crowd(register, 200)
    texts = [HARSH if (n + 1) * harsh // among > n * harsh // among else MILD for n in range(among)]
    found = [met(register, n, text) for n, text in enumerate(texts, start=1)]
    assert any(one is not None for one in found) == register.alarmed == seen


def test_in_its_first_days_a_number_needs_no_more_for_an_alarm_however_long_it_takes() -> None:
    register = Register()
    found = (met(register, n, HARSH if n % 10 < 3 else MILD) for n in range(1, 200))
    assert next(n for n, one in enumerate(found, start=1) if one is not None) < 70


def test_a_rush_is_no_alarm_however_many_come() -> None:
    register = Register()
    crowd(register, 5_000, calm=True)
    assert register.height == 0.0


def test_one_angry_person_counts_once_however_much_they_write() -> None:
    register = Register()
    met(register, 1, HARSH)
    height = register.height
    assert all(met(register, 1, HARSH, first=False) is None for _ in range(200))
    assert register.height == height


def test_an_alarm_ends_only_once_the_share_is_halfway_back() -> None:
    """Or else a raid at the edge would be found anew with every other message."""
    register = Register()
    insulted(register)
    heights = []
    while register.alarmed:
        met(register, 1_000, MILD)
        heights.append(register.height)
    assert heights[-1] < ALARM / 2
    assert all(height >= ALARM / 2 for height in heights[:-1])
    assert len(heights) < 100


def test_an_alarm_is_raised_once_while_the_raid_lasts() -> None:
    register = Register()
    insulted(register)
    assert all(met(register, n, HARSH, raid=True) is None for n in range(500, 600))


def test_a_raid_that_comes_back_after_a_pause_is_found_again() -> None:
    """The raid was over because nobody wrote, and so nothing brought the share back down."""
    register = Register()
    insulted(register)
    assert register.alarmed
    assert who(500) in insulted(register, begin=500, most=5).members
    assert met(register, 600, MILD) is None


def test_what_is_usual_is_learned_late_and_never_from_what_came_just_before_an_alarm() -> None:
    register = Register()
    crowd(register, 500, calm=True)
    seen = register.usual.seen
    assert 0 < seen < 500
    for n in range(30):
        met(register, n, HARSH, calm=not register.alarmed)
    assert register.usual.seen <= seen + 30
    assert not register.waiting
    assert register.usual.share_above(HIGHEST) < 0.02


@pytest.mark.parametrize(("lesson", "bar"), [(HARSH, HIGHEST), (MILD, LOWEST)])
def test_nobody_can_teach_it_that_abuse_is_usual_or_that_any_word_is_abuse(lesson: int, bar: int) -> None:
    register = Register()
    for n in range(10_000):
        seen = sighting(n, suspicion=lesson)
        register.add(seen, calm=True)
    assert register.bar(ABUSIVE) == bar


def test_a_false_alarm_leaves_nothing_behind() -> None:
    register = Register()
    insulted(register)
    register.reset()
    assert (register.height, register.alarmed, register.rising) == (0.0, False, False)
    found = insulted(register, begin=200)
    assert min(found.members) in {who(n) for n in range(200, 300)}
    assert not set(found.members) & {who(n) for n in range(1, 30)}


def test_after_a_false_alarm_what_led_to_it_is_not_counted_anew() -> None:
    """Leaving somebody out works the height out again: from what came since, and from nothing before."""
    register = Register()
    insulted(register)
    register.reset()
    met(register, 999)
    register.explain({who(999)})
    assert (register.height, register.alarmed) == (0.0, False)


@given(PEOPLE, st.sets(st.integers(0, 40)))
def test_whoever_is_explained_might_as_well_never_have_written(
    told: list[tuple[int, bool, bool]], explained: set[int]
) -> None:
    register, without = Register(), Register()
    for sender, abusive, first in told:
        seen = sighting(sender, first=first, suspicion=HARSH if abusive else MILD)
        register.add(seen, calm=False)
        if sender not in explained:
            without.add(seen, calm=False)
    register.explain({who(n) for n in explained})
    assert register.height == pytest.approx(without.height)
    assert register.alarmed == without.alarmed
    assert [one.sender for one in register.recent] == [one.sender for one in without.recent]
    members = [one.sender for one in register.recent if one.number > register.since]
    assert members == [one.sender for one in without.recent if one.number > without.since]


@pytest.mark.parametrize("share", [STRICT, ABUSIVE, DOUBTFUL, SHIELDED])
def test_a_bar_is_the_same_whenever_it_is_first_asked_for(share: float) -> None:
    """A process that was started anew asks for it later."""
    early, late = Register(), Register()
    for n in range(190):
        suspicion = 10 * (n % 100)
        early.learn(suspicion, calm=True)
        late.learn(suspicion, calm=True)
        early.bar(share)
    assert late.bar(share) == early.bar(share)


@given(PEOPLE)
def test_a_look_changes_nothing_adding_is_deterministic_and_memory_is_bounded(
    told: list[tuple[int, bool, bool]],
) -> None:
    one, other = Register(), Register()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(room, "_LAG", 10)
        for sender, abusive, first in told:
            seen = sighting(sender, first=first, suspicion=HARSH if abusive else MILD)
            one.bar(ABUSIVE)  # what is worked out is kept, and changes nothing else
            one.look(seen, raid=False)
            before = deepcopy(one)
            assert one.look(seen, raid=False) == before.look(seen, raid=False)
            assert one == before
            one.add(seen, calm=True)
            other.add(seen, calm=True)
            assert 0.0 <= one.height <= LATE_ALARM
            assert len(one.waiting) <= 10
            assert one.since <= one.number
    assert (one.height, one.since, one.recent, one.waiting) == (
        other.height, other.since, other.recent, other.waiting,
    )  # fmt: skip


def test_only_the_newest_first_texts_are_remembered() -> None:
    register = Register()
    crowd(register, WINDOW + 500)
    assert len(register.recent) == WINDOW


def slowly_insulted(every: int) -> tuple[Finding, int]:
    """One in so many insults, among people of whom one in sixty is rough; with how many had written."""
    register, rough = Register(), 600
    for n in range(1, 2_001):
        met(register, 10_000 + n, MILD if n % 60 else rough, calm=True)
    for n in range(1, 1_000):
        if (found := met(register, n, MILD if n % every and n % 60 else rough)) is not None:
            return found, n
    raise AssertionError("It was never seen.")


def abusive(found: Finding) -> int:
    """How many wrote abusively, as the reason tells it."""
    return int(dict(found.reason.data)["abusive"])


def test_a_raid_that_is_a_small_part_is_seen_without_accusing_all_who_write_like_it() -> None:
    found, met_by_then = slowly_insulted(every=15)
    assert met_by_then > FEWEST
    assert found.grave
    assert abusive(found) > 5
    assert len(found.members) == 1


def test_whom_their_text_gives_away_is_accused_even_then() -> None:
    found, met_by_then = slowly_insulted(every=2)
    assert met_by_then < FEWEST
    assert len(found.members) == abusive(found)
