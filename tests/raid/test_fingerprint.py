"""What a text is known again by elsewhere: near copies are alike, nothing else is, and nobody can read it."""

from hashlib import shake_128
from itertools import product
from random import Random

import pytest

from bridge.raid.campaign import Prints
from bridge.raid.fingerprint import BITS, SALT, are_alike, fingerprint
from bridge.raid.sketch import SHINGLE
from bridge.raid.tidings import most
from bridge.simulate.grammar import grammar
from bridge.simulate.habits import draw_habits
from bridge.simulate.speech import LANGUAGES, Voice
from tests.raid.sightings import written

SALTED, OTHERWISE = b"s" * SALT, b"o" * SALT
PASTE = "on va vider votre cagnotte les amis, venez tous ecrire a ce numero ce soir"


def letters(text: str) -> str:
    return written(text).letters


def seen(text: str, salt: bytes = SALTED) -> int | None:
    return fingerprint(letters(text), salt)


@pytest.mark.parametrize(
    ("text", "alike"),
    [
        (PASTE, True),
        (f"{PASTE.upper()} !!!", True),
        (PASTE.replace("ce soir", "demain"), True),
        (PASTE.replace("amis", "copines"), True),
        (f"xq7 {PASTE} zk", True),
        ("on va manger des crepes avec les amis, venez tous a la maison ce soir", False),
        ("bonjour, je voudrais savoir si l'annonce est toujours d'actualite", False),
    ],
)
def test_near_copies_are_alike_and_nothing_else_is(text: str, *, alike: bool) -> None:
    one, other = seen(PASTE), seen(text)
    assert one is not None
    assert other is not None
    assert are_alike(one, other) is alike


@pytest.mark.parametrize(
    "text", ["", "salut", "c'est qui ? on se connait", "mdr " * 30, "haha" * 40, "a" * 300]
)
def test_short_and_monotonous_texts_are_known_by_nothing(text: str) -> None:
    assert seen(text) is None


def test_another_key_makes_another_fingerprint() -> None:
    one, other = seen(PASTE), seen(PASTE, OTHERWISE)
    assert one is not None
    assert other is not None
    assert not are_alike(one, other)


def test_no_run_of_letters_shows_by_itself() -> None:
    """Whoever tries out every run of a text's letters one by one finds for each about half of the bits."""
    whole = seen(PASTE)
    assert whole is not None
    pasted = letters(PASTE)
    runs = {pasted[at : at + SHINGLE] for at in range(len(pasted) - SHINGLE + 1)}
    strangers = {"".join(run) for run in product("wxkz", repeat=SHINGLE)}

    def shares(tried: set[str]) -> list[float]:
        made = [_of_one_run(run) for run in sorted(tried)]
        return [1 - (one ^ whole).bit_count() / BITS for one in made]

    in_it, beside = shares(runs), shares(strangers)
    assert max(in_it) < 0.65
    assert sum(one < max(beside) for one in in_it) > 0.9 * len(in_it)


def _of_one_run(run: str) -> int:
    """What a text of that run alone would have, if it had a fingerprint."""
    digest = shake_128(SALTED + run.encode()).digest(2 * BITS)
    return sum((digest[2 * bit] & 1) << bit for bit in range(BITS))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_ordinary_text_is_taken_for_a_paste_and_the_edited_pastes_are(language: str) -> None:
    chance = Random(f"pastes/{language}")
    voice = Voice(language, chance)
    pastes = grammar("pastes", language).lines("paste")
    known = Prints("a team", SALTED, most(map(seen, pastes)))
    told = [text for text in pastes if seen(text) is not None]
    ordinary = [voice.opening(draw_habits(chance)) for _ in range(300)]
    ordinary += [
        say(draw_habits(chance)) for say in (voice.curious, voice.rough, voice.angry) for _ in range(60)
    ]
    assert [text for text in ordinary if known.hold(letters(text))] == []
    assert len(told) > len(pastes) / 2
    edited = [voice.edited(text) for text in told for _ in range(3)]
    assert sum(known.hold(letters(text)) for text in edited) > 0.9 * len(edited)
