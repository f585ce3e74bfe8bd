"""What the model says of texts that it was not shown. Some are abusive: that is what it is for."""

from array import array
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.noun import replace
from bridge.raid.suspicion import suspicion, suspicion_of
from bridge.raid.suspicion.features import BUCKETS, HEAD, TAIL, features
from bridge.raid.suspicion.model import Weights, weights
from bridge.text.unmask import unmask
from tests.training import record

ORDINARY = [
    "Salut, c'est Antoine de la soirée de samedi, tu vas bien ?",
    "coucou tu fais quoi demain aprem ?",
    "je serai en retard de cinq minutes, commande moi un café",
    "Bonjour, votre annonce pour le vélo est-elle toujours valable ?",
    "Hi, it's Mark from the party last night, how are you?",
    "running late, see you at the station",
    "Hola, soy Diego, nos conocimos ayer en el bar",
    "¿a qué hora quedamos mañana?",
    "مرحبا كيف حالك اليوم",
    "شكرا جزيلا، نلتقي غدا",
]
ABUSE = [
    "ferme ta gueule sale conne",
    "vous êtes toutes des putes, crevez",
    "je vais te retrouver et te casser la gueule",
    "bande de féministes hystériques, on va vider votre caisse",
    "shut up you stupid bitch",
    "go kill yourself you ugly whore",
    "cállate puta asquerosa",
    "te voy a matar hijo de puta",
    "اخرسي يا كلبة",
    "يا ابن الشرموطة سأقتلك",
]
DISGUISES: dict[str, Callable[[str], str]] = {
    "capitals": lambda text: text.upper(),
    "zero width": "\u200b".join,
    "stacked marks": lambda text: "".join(letter + "\u0336\u0301" for letter in text),
    "full width": lambda text: text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
    "look-alikes": lambda text: text.translate(str.maketrans("aeopcx", "аеорсх")),
    "digits": lambda text: text.translate(str.maketrans("oie", "013")),
    "set apart": lambda text: "  ".join(" ".join(word) for word in text.split()),
    "run together": lambda text: text.replace(" ", ""),
    "drawn out": lambda text: text.replace("u", "uuuuu"),
    "dressed with emoji": lambda text: f"😂😂 {text} 🤡",
}


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_openings_stay_below_the_middle(text: str) -> None:
    assert suspicion(text) < 500


@pytest.mark.parametrize("text", ABUSE)
def test_plain_abuse_is_above_the_middle(text: str) -> None:
    assert suspicion(text) > 500


@pytest.mark.parametrize("text", ["", " ", "😂🔥", "?!", "06 12 34 56 78", "\ud83d"])
def test_a_text_without_words_is_not_suspicious(text: str) -> None:
    assert suspicion(text) == 0


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("text", ABUSE[:4])
def test_a_disguise_gains_little(text: str, disguise: str) -> None:
    assert suspicion(DISGUISES[disguise](text)) > max(500, suspicion(text) - 300)


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("text", ORDINARY[:4])
def test_nobody_is_abusive_for_writing_oddly(text: str, disguise: str) -> None:
    assert suspicion(DISGUISES[disguise](text)) < 600


@given(st.text(st.characters(codec=None, categories=None)))
def test_any_text_has_a_suspicion_per_mille(text: str) -> None:
    assert 0 <= suspicion(text) <= 1000
    assert all(0 <= bucket < BUCKETS for bucket in features(text))


@pytest.mark.parametrize("text", ORDINARY + ABUSE)
def test_an_unmasked_text_has_the_suspicion_of_the_text(text: str) -> None:
    assert suspicion_of(unmask(text)) == suspicion(text)


@given(st.text(st.characters(codec=None, categories=None)))
def test_any_text_may_be_taken_for_an_unmasked_one(text: str) -> None:
    assert 0 <= suspicion_of(text) <= 1000


@pytest.mark.parametrize("text", ["今日は天気がいい", "안녕하세요 반갑습니다", "สวัสดีครับ"])
def test_a_text_in_a_script_never_taught_stays_below_the_middle(text: str) -> None:
    assert suspicion(text) < 500


def test_a_text_of_which_nothing_is_known_scores_low() -> None:
    assert replace(weights(), buckets=array("b", bytes(BUCKETS))).score({1, 2, 3}) < 200


def test_an_n_gram_falls_into_the_same_buckets_wherever_it_stands() -> None:
    alone, within = features("bonjour"), features("eh bonjour la compagnie")
    assert len(alone - within) == 0


def test_of_a_long_text_only_both_ends_are_looked_at() -> None:
    head, tail = "bonjour " * (HEAD // 8 + 1), " a demain" * (TAIL // 9 + 1)
    assert features(head + "x" + tail) == features(head + "yz " * 50_000 + tail)


def test_a_damaged_file_of_weights_is_refused() -> None:
    with pytest.raises(ValueError, match="damaged"):
        Weights.from_bytes(b"RSW1")


def test_the_weights_were_made_from_the_texts_and_the_code_that_stand_here() -> None:
    """`make benchmark` makes them again, and holds every byte against the committed ones."""
    assert record.now() == record.RECORD.read_text(encoding="ascii"), "Run `python -m tests.training`."
