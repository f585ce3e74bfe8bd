"""Copies: what makes texts copies of each other, and what share of the traffic makes them a raid."""

from collections import Counter
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model import DAY, MINUTE, SECOND, Micros
from bridge.raid import copies as room
from bridge.raid.copies import PLAIN_SENDERS, SENDERS, SENTENCE_SENDERS, SHORTEST, WINDOW_TIME, Copies
from bridge.raid.sighting import Finding, Sighting
from tests.raid.sightings import HARSH, MILD, after, who, written
from tests.raid.test_holders import assert_held
from tests.raid.texts import own_words
from tests.support.clock import NOON

PASTE = "Le magasin rouvre demain à l'heure du déjeuner, et on y sera tous ensemble avec les voisins"
VARIANTS = [PASTE, PASTE.upper(), PASTE.replace("demain", "lundi"), f"Salut. {PASTE} !!! xqzvk"]
GREETING = "bonjour ça va toi ?"
SHORT = "Salut ça va ?"
ODD_REMARK = "Vous êtes une vraie personne ?"


def met(copies: Copies, seen: Sighting, *, raid: bool = False) -> Finding | None:
    """One message, looked at and taken in as the detector does it."""
    found = copies.look(seen, raid=raid)
    copies.add(seen, convicted=found is not None and found.grave)
    return found


def crowd(copies: Copies, people: int, begin: int = 1_000) -> None:
    """So many people, each in words of their own."""
    for n in range(begin, begin + people):
        assert met(copies, written(own_words(n), n)) is None


def pasted(copies: Copies, senders: int, text: str = PASTE, begin: int = 1) -> list[Finding | None]:
    return [met(copies, written(text, n, suspicion=MILD)) for n in range(begin, begin + senders)]


def test_the_fourth_sender_of_a_text_makes_copies_with_all_of_them() -> None:
    copies = Copies()
    *before, found = [met(copies, written(text, n)) for n, text in enumerate(VARIANTS)]
    assert before == [None] * (SENDERS - 1)
    assert found is not None
    assert found.grave
    assert (found.kind, found.messages) == ("copies", SENDERS)
    assert found.members == tuple(sorted(who(n) for n in range(SENDERS)))


def test_one_sender_alone_copies_nobody() -> None:
    copies = Copies()
    assert [met(copies, written(PASTE, 1)) for _ in range(100)] == [None] * 100


def test_whoever_pastes_later_is_found_at_once_and_alone() -> None:
    copies = Copies()
    pasted(copies, SENDERS)
    for n in range(10, 20):
        found = met(copies, written(VARIANTS[n % len(VARIANTS)], n), raid=True)
        assert found is not None
        assert (found.members, found.messages) == ((who(n),), 1)


def test_four_copies_among_a_thousand_others_on_a_calm_day_are_nothing() -> None:
    copies = Copies()
    for n in range(SENDERS + 2):
        assert pasted(copies, 1, begin=n) == [None]
        crowd(copies, 250, 1_000 + 250 * n)


def test_the_same_four_close_together_are_copies() -> None:
    copies = Copies()
    crowd(copies, 500)
    assert pasted(copies, SENDERS)[-1] is not None


def test_while_a_raid_is_on_a_smaller_share_will_do() -> None:
    calm, guarded = Copies(), Copies()
    for n in range(SENDERS):
        for copies in (calm, guarded):
            crowd(copies, 150, 1_000 + 150 * n)
        found = [met(copies, written(PASTE, n), raid=copies is guarded) for copies in (calm, guarded)]
    assert found[0] is None
    assert found[1] is not None


@pytest.mark.parametrize(("text", "senders"), [(GREETING, PLAIN_SENDERS), (PASTE, SENDERS)])
def test_a_plain_greeting_takes_more_senders(text: str, senders: int) -> None:
    found = pasted(Copies(), PLAIN_SENDERS, text)
    assert [one is not None for one in found[:senders]] == [False] * (senders - 1) + [True]


@pytest.mark.parametrize("raid", [False, True])
def test_a_short_text_that_looks_odd_takes_no_more_than_a_long_one(raid: bool) -> None:
    copies = Copies()
    found = [met(copies, written(ODD_REMARK, n, suspicion=HARSH), raid=raid) for n in range(SENDERS)]
    assert [one is not None for one in found] == [False] * (SENDERS - 1) + [True]


@pytest.mark.parametrize("text", [SHORT, "", "🎉🎉🎉", "0", "ok ok ok ok ok"])
def test_short_texts_never_count(text: str) -> None:
    copies = Copies()
    assert len(written(text).letters) < SHORTEST
    assert pasted(copies, 300, text) == [None] * 300
    assert not copies.clusters


def test_a_crowd_in_its_own_words_finds_nothing() -> None:
    copies = Copies()
    crowd(copies, 600)
    assert len(copies.clusters) == 600


def test_texts_alike_in_their_frame_and_not_in_what_they_say_are_no_copies() -> None:
    """What stands in every third first message: a place, a day, a name."""
    copies = Copies()
    for n in range(200):
        text = f"Bonjour, on s'est vus {own_words(n, 3)}, je suis {own_words(n + 500, 2)}"
        assert met(copies, written(text, n)) is None


OFTEN_SAID = "Toujours pas de réponse et ici il pleut des cordes, vivement demain"
ENDS = ["nico", "à toi de jouer p", "bises Thomas", "à toi de jouer", "je file", "bonne nuit"]
BY_CHANCE = [f"{OFTEN_SAID} {end}" for end in ENDS]


@pytest.mark.parametrize(
    ("texts", "suspicion", "raid", "senders"),
    [
        (BY_CHANCE, MILD, False, SENTENCE_SENDERS),
        (BY_CHANCE, HARSH, False, SENDERS),  # odd: nobody says that by himself
        (BY_CHANCE, MILD, True, SENDERS),
        ([*BY_CHANCE[:2], BY_CHANCE[0], *BY_CHANCE[2:]], MILD, False, SENDERS),  # pasted to the letter
    ],
)
def test_a_sentence_often_said_and_ended_otherwise_by_each_takes_more_senders_to_open_a_raid(
    texts: list[str], suspicion: int, raid: bool, senders: int
) -> None:
    copies = Copies()
    found = [met(copies, written(text, n, suspicion=suspicion), raid=raid) for n, text in enumerate(texts)]
    assert [one is not None for one in found[:senders]] == [False] * (senders - 1) + [True]


def test_one_person_s_own_text_sent_again_is_no_paste() -> None:
    copies = Copies()
    for n, text in enumerate(BY_CHANCE[:4]):
        assert [met(copies, written(text, n, suspicion=MILD)) for _ in range(2)] == [None, None]


def test_an_excused_text_stays_excused_and_another_one_does_not() -> None:
    copies = Copies()
    pasted(copies, SENDERS)
    copies.excuse()
    assert pasted(copies, 40, begin=50) == [None] * 40
    other = pasted(copies, SENDERS, PASTE[::-1], begin=200)
    assert other[-1] is not None


def test_one_more_of_an_old_paste_says_who_its_sender_is_and_not_that_a_raid_is_on() -> None:
    copies = Copies()
    pasted(copies, SENDERS)
    crowd(copies, 1_000)
    found = met(copies, written(PASTE, 99))
    assert found is not None
    assert not found.grave


def test_what_left_the_window_is_forgotten_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "WINDOW", 50)
    copies = Copies()
    pasted(copies, SENDERS)
    crowd(copies, 50)
    assert PASTE not in copies.equal
    assert met(copies, written(PASTE, 77)) is None
    assert len(copies.window) == len(copies.clusters) == 50


def test_after_a_day_a_text_is_forgotten() -> None:
    copies = Copies()
    pasted(copies, SENDERS - 1)
    late = NOON + WINDOW_TIME + 1
    met(copies, written(own_words(1), 9, at=late))
    assert met(copies, written(PASTE, 10, at=late)) is None


def test_after_a_day_a_text_is_forgotten_though_nobody_wrote_meanwhile() -> None:
    copies = Copies()
    pasted(copies, SENDERS - 1)
    assert met(copies, written(PASTE, 10, at=NOON + WINDOW_TIME + MINUTE)) is None


TEXTS = st.sampled_from([PASTE, PASTE.upper(), GREETING, SHORT, *map(own_words, range(6))])
TOLD = st.lists(st.tuples(TEXTS, st.integers(0, 8), st.sampled_from([SECOND, MINUTE, DAY // 3])), max_size=60)


def after_each(told: list[tuple[str, int, Micros]]) -> list[Sighting]:
    now, seen = NOON, []
    for text, sender, wait in told:
        now += wait
        seen.append(written(text, sender, at=now))
    return seen


@given(TOLD)
def test_a_look_changes_nothing(told: list[tuple[str, int, Micros]]) -> None:
    copies = Copies()
    for seen in after_each(told):
        before = deepcopy(copies)
        once = copies.look(seen, raid=False)
        assert once == before.look(seen, raid=False)
        assert (copies.window, copies.clusters, copies.equal, copies.alike) == (
            before.window, before.clusters, before.equal, before.alike,
        )  # fmt: skip
        met(copies, seen)


@given(TOLD)
def test_adding_is_deterministic(told: list[tuple[str, int, Micros]]) -> None:
    one, other = Copies(), Copies()
    for seen in after_each(told):
        assert met(one, seen) == met(other, seen)
    assert one == other


@given(TOLD, st.booleans())
def test_the_clusters_are_those_of_the_window(told: list[tuple[str, int, Micros]], raid: bool) -> None:
    copies = Copies()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(room, "WINDOW", 12)
        for n, seen in enumerate(after_each(told)):
            met(copies, seen, raid=raid)
            if n % 17 == 16:
                copies.excuse()
            if len(seen.letters) >= SHORTEST:  # a short text lets nothing go
                assert_consistent(copies, seen.at, largest=12)


def assert_consistent(copies: Copies, now: Micros, largest: int) -> None:
    assert len(copies.window) <= largest
    assert all(now - at <= WINDOW_TIME for at, _ in copies.window)
    held = Counter(key for _, key in copies.window)
    assert {key: len(cluster.members) for key, cluster in copies.clusters.items()} == held
    assert copies.equal == {cluster.letters: key for key, cluster in copies.clusters.items()}
    assert_held(copies.alike, {key: cluster.sketch for key, cluster in copies.clusters.items()})


def test_which_texts_are_taken_for_kin_does_not_depend_on_the_process() -> None:
    """Sets of strings have another order in every process; decisions must not."""
    copies, hashes = Copies(), Counter[int]()
    for n in range(30):
        seen = written(f"{PASTE} {own_words(n, 2)}", 1)
        met(copies, seen)
        hashes.update(seen.sketch)
    shared = copies.alike.sharing([one for one, _ in hashes.most_common(2)], 30)
    assert shared
    assert shared == sorted(shared)  # keys rise as messages come


def test_positions_in_time_do_not_matter_for_whom_a_text_is_like() -> None:
    """A paste spread over hours is one cluster as much as one within a second."""
    copies = Copies()
    found = [met(copies, written(PASTE, n, at=after(n, 2 * 60 * MINUTE))) for n in range(SENDERS)]
    assert found[-1] is not None
