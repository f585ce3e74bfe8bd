"""What a raid is known by elsewhere: sketches and senders, for a week, until it was a false alarm."""

import pytest

from bridge.model import DAY, Event, EventId, SenderId
from bridge.raid.campaign import GOOD_FOR, MOST_SENDERS, Campaign, Heard, Heeded
from bridge.raid.copies import KNOWN_SENDERS, Copies, telling
from bridge.raid.sighting import Sighting, sight
from tests.support.clock import NOON
from tests.support.events import message

KEY = b"what the hashes are keyed with, whatever it is"
PASTE = "on va vider votre cagnotte les amis, venez tous ecrire a ce numero ce soir"
QUESTION = "salut c'est qui, on se connait ?"
A, B = SenderId("a" * 32), SenderId("b" * 32)


def seen(text: str, sender: SenderId = A, at: int = NOON, id_: str = "1") -> Sighting:
    what = message(text, at=at)
    return sight(Event(EventId(id_ * 32), sender, at, what), what, at, KEY, first=True)


def heard(*pastes: str, senders: tuple[SenderId, ...] = (), name: str = "paris:1f2e3d4c") -> Heeded:
    told = Campaign(name, tuple(seen(one).sketch for one in pastes), senders)
    return Heeded().heed(Heard(told, NOON, NOON + GOOD_FOR))


def test_what_is_written_down_is_read_again_and_says_nothing_of_the_text() -> None:
    campaign = Campaign("paris:1f2e3d4c", (seen(PASTE).sketch,), (A, B))
    assert Campaign.read(campaign.written()) == campaign
    assert not {word for word in PASTE.split() if len(word) > 3 and word in campaign.written()}


@pytest.mark.parametrize("odd", ["", "{}", "[]", "[1]", '["a", 1, 2]', '["a", [["x"]], []]', "[" * 100_000])
def test_anything_else_is_no_campaign(odd: str) -> None:
    assert Campaign.read(odd) is None


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (PASTE, True),
        (PASTE.upper() + " !!!", True),
        (PASTE.replace("ce soir", "demain"), True),
        ("on va manger des crepes avec les amis, venez tous a la maison ce soir", False),
        (QUESTION, False),
        ("salut", False),
    ],
)
def test_a_paste_is_known_again_with_small_edits_and_nothing_else_is(text: str, known: bool) -> None:
    assert heard(PASTE).holds(seen(text).sketch, NOON + DAY) is known


def test_it_counts_from_when_it_was_heard_for_a_week() -> None:
    heeded, sketch = heard(PASTE, senders=(A,)), seen(PASTE).sketch
    instants = [NOON - 1, NOON, NOON + GOOD_FOR - 1, NOON + GOOD_FOR]
    assert [heeded.holds(sketch, at) for at in instants] == [False, True, True, False]
    assert [heeded.knows(A, at) for at in instants] == [False, True, True, False]
    assert not heeded.knows(B, NOON)


def test_what_is_taken_back_is_gone_and_what_another_line_told_stays() -> None:
    both = heard(PASTE, senders=(A,)).heed(Heard(Campaign("lyon:1", (), (A, B)), NOON, NOON + GOOD_FOR))
    left = both.unheed("paris:1f2e3d4c")
    assert not left.holds(seen(PASTE).sketch, NOON)
    assert left.knows(A, NOON)
    assert left.called("lyon:1").senders == (A, B)


def test_what_is_told_already_is_not_told_again_and_much_is_told_in_parts() -> None:
    many = tuple(SenderId(f"{n:032x}") for n in range(MOST_SENDERS + 7))
    first = Campaign("x:1", (), many).without(Campaign("x:1"))
    assert len(first.senders) == MOST_SENDERS
    rest = Campaign("x:1", (), many).without(first)
    assert set(first.senders) | set(rest.senders) == set(many)
    assert len(rest.senders) == 7


@pytest.mark.parametrize(("text", "tells"), [(PASTE, True), (QUESTION, False), ("ok merci", False)])
def test_only_what_nobody_writes_alone_is_told_of(text: str, tells: bool) -> None:
    assert telling(seen(text)) is tells


def test_a_known_paste_is_seen_at_the_second_sender_and_an_unknown_one_is_not() -> None:
    for heeded, caught in ((heard(PASTE), True), (Heeded(), False)):
        copies = Copies()
        first = seen(PASTE, A, NOON + 1, "1")
        assert copies.look(first, raid=False, heeded=heeded) is None
        copies.add(first)
        again = seen(PASTE, A, NOON + 2, "2")
        assert copies.look(again, raid=False, heeded=heeded) is None  # one person, however often
        copies.add(again)
        second = copies.look(seen(PASTE, B, NOON + 3, "3"), raid=False, heeded=heeded)
        assert (second is not None) is caught
        if second is not None:
            assert second.grave
            assert len(second.members) == KNOWN_SENDERS
