"""A crowd that echoes is no raid: people type one question each in their own way; a paste is the same."""

from itertools import product

import pytest

from bridge.model import HOUR, SECOND, Posture, Verdict
from bridge.raid.copies import PLAIN_SENDERS, REPEATED, SENTENCE_SENDERS, UNCASED, Copies
from bridge.raid.detector import Detector, Look
from bridge.raid.typed import SENTENCE_LETTERS
from bridge.replay import replay
from bridge.responses.load import read, shipped
from bridge.simulate.scenarios import make
from bridge.text.dress import is_dressed
from tests.raid.sightings import HARSH, MILD, sighting, written
from tests.raid.test_copies import crowd, met, pasted

QUESTIONS = [
    "C'est quoi ce numéro ?",
    "Vous répondez vraiment à tout le monde ?",
    "Est-ce que ça marche ?",
    "What is this number?",
    "¿Qué es este número?",
]


def typed(question: str) -> list[str]:
    """As twelve people and more type it: capitals, accents, marks, spaces."""
    capitals = (question, question.lower(), question[0].lower() + question[1:])
    accents = ("", "é è ç")
    ends = ("", " ?", "?", " ??", " svp")
    texts = [
        (one.translate(str.maketrans("éèçàú", "eecau")) if plain else one).rstrip(" ?") + end
        for one, plain, end in product(capitals, accents, ends)
    ]
    return list(dict.fromkeys(texts))


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("twice", [False, True], ids=["once", "again and again"])
def test_hundreds_who_type_the_same_question_are_no_copies(question: str, twice: bool) -> None:
    copies, forms = Copies(), typed(question)
    people = len(forms) * (6 if twice else 1)
    found = [
        met(copies, written(forms[n % len(forms)], n, suspicion=MILD), raid=twice) for n in range(people)
    ]
    assert found == [None] * people


@pytest.mark.parametrize("question", [one for one in QUESTIONS if len(one) > 25])
def test_whoever_was_first_may_have_mistyped_what_the_others_echo(question: str) -> None:
    copies, forms = Copies(), typed(question)
    mistyped = written(question.replace("t", "tt", 1), 0, suspicion=MILD)
    assert met(copies, mistyped) is None
    found = [met(copies, written(one, n, suspicion=MILD)) for n, one in enumerate(forms, start=1)]
    assert found == [None] * len(forms)


def test_ten_of_twelve_in_text_speak_are_no_paste_and_all_twelve_are() -> None:
    greeting = "bonjour c vrmt gratuit"
    forms = [f"{greeting} ?", f"{greeting}.", *[greeting] * 18]
    copies = Copies()
    assert not any(met(copies, written(one, n, suspicion=MILD)) for n, one in enumerate(forms))
    assert pasted(Copies(), PLAIN_SENDERS, greeting)[-1] is not None


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_question_pasted_is_seen_at_the_twelfth_sender_or_before(question: str) -> None:
    long = len(written(question).letters) >= SENTENCE_LETTERS
    enough = SENTENCE_SENDERS if long else PLAIN_SENDERS
    found = pasted(Copies(), enough, question)
    assert [one is not None for one in found] == [False] * (enough - 1) + [True]


DRESSED = [
    "C'est q\u200buoi ce num\u200béro ?",
    "C\u2019\u0435st quoi ce num\u00e9ro ?",  # a Cyrillic e
    "Ｃ'ｅｓｔ quoi ce numéro ?",
    "C'e\u0336s\u0336t quoi ce numéro ?",
    "C'est 𝐪𝐮𝐨𝐢 ce numéro ?",
    "C'est quoi ce num\u00adéro ?",
]


@pytest.mark.parametrize("text", DRESSED)
def test_what_no_keyboard_types_is_a_machine_s_however_it_varies(text: str) -> None:
    assert is_dressed(text)
    variants = [text + end for end in ("", "?", " ?", " ??", "!", " !", ".", " .", "..", "...", " ;", ";")]
    copies = Copies()
    found = [met(copies, written(one, n, suspicion=MILD)) for n, one in enumerate(variants)]
    assert found[-1] is not None


TYPED = [
    "C’est quoi ce numéro ?",
    "ça va ? 😊👍🏽",
    "👩\u200d👩\u200d👧 coucou",
    "cœur ❤️",
    "Łódź, Šárka, Ærø",
    "مرحبا، كيف حالك؟",
    "Здравствуйте, кто это?",
    "नमस्ते",
    "سلام hello",
    "µ",
]


@pytest.mark.parametrize("text", [*TYPED, *QUESTIONS])
def test_what_keyboards_type_is_not_dressed(text: str) -> None:
    assert not is_dressed(text)


def test_whoever_types_what_others_pasted_is_not_one_of_them() -> None:
    copies = Copies()
    assert pasted(copies, PLAIN_SENDERS, QUESTIONS[0])[-1] is not None
    assert met(copies, written(QUESTIONS[0], 50, suspicion=MILD), raid=True) is not None
    for n, form in enumerate(typed(QUESTIONS[0])[1:], start=60):
        if form != QUESTIONS[0]:
            assert met(copies, written(form, n, suspicion=MILD), raid=True) is None


OPENINGS = [
    "Coucou c'est moi, tu vas bien ?",
    "Salut, c'était sympa hier soir",
    "Bonjour, tu te souviens de moi ?",
    "Hey, on se voit quand ?",
    "Salut toi, ça va depuis hier ?",
    "Bonsoir, je te dérange pas ?",
    "Coucou, tu fais quoi ce soir ?",
    "C'est le gars de la soirée",
    "Tu es libre ce week-end ?",
    "Merci pour ton numéro, bises",
]


def test_four_numbers_that_paste_common_openings_silence_nobody() -> None:
    detector = Detector()
    pasting = [(text, n) for text in OPENINGS for n in range(4)]
    for place, (text, n) in enumerate(pasting):
        assert not seen(detector, text, n, place).grave
    for place, text in enumerate(OPENINGS * 3):
        assert not seen(detector, text.lower(), 100 + place, 100 + place).grave


def seen(detector: Detector, text: str, sender: int, place: int) -> Look:
    one = written(text, sender, at=HOUR + place * 60 * SECOND, suspicion=MILD)
    look = detector.look(one, Posture.CALM, answered=False)
    detector.add(one, look, calm=True)
    return look


def test_crowds_of_other_words_stay_what_they_are() -> None:
    crowd(Copies(), 300)


@pytest.mark.parametrize(("seed", "language"), [(1, "fr"), (2, "fr"), (1, "en"), (1, "es")])
def test_after_the_evening_news_nobody_is_accused(seed: int, language: str) -> None:
    trace = make("evening-news", seed=seed, language=language, scale=0.5)
    summary = replay(trace.messages, read(shipped()), trace.labels).summary
    assert summary["raids"] == []
    assert summary["labels"]["confusion"]["ordinary"]["raider"] == 0


AMID_A_RAID = ["C'est quoi ce numéro ?", "Vous répondez vraiment à tout le monde ?"]
ODD = 600
"""How odd a short question looks to the register: enough to accuse whoever writes so amid a raid."""


def besieged() -> Detector:
    """A detector amid a raid of insults."""
    detector = Detector()
    for n in range(1_000):
        person = sighting(20_000 + n)
        detector.add(person, detector.look(person, Posture.CALM, answered=False), calm=True)
    for n in range(100):
        insult = sighting(10_000 + n, suspicion=HARSH)
        detector.add(insult, detector.look(insult, Posture.CALM, answered=False), calm=False)
    assert detector.register.alarmed
    return detector


def accused(detector: Detector, texts: list[str]) -> list[bool]:
    found = []
    for n, text in enumerate(texts):
        one = written(text, n, suspicion=ODD)
        look = detector.look(one, Posture.RAID, answered=False)
        detector.add(one, look, calm=False)
        found.append(look.verdict is Verdict.RAIDER)
    return found


@pytest.mark.parametrize("question", AMID_A_RAID)
def test_amid_a_raid_whoever_asks_what_a_crowd_asks_is_not_accused(question: str) -> None:
    found = accused(besieged(), [one for one in typed(question) if "svp" not in one] * 3)
    assert not any(found[REPEATED:])


@pytest.mark.parametrize(("people", "otherwise"), [(12, 1), (12, 2), (14, 1), (20, 2), (40, 6)])
def test_few_who_typed_it_otherwise_tell_a_crowd_where_it_is_small(people: int, otherwise: int) -> None:
    """Four in five may type an English question alike by chance where a dozen ask it."""
    question, copies = "Do you answer everybody", Copies()
    forms = [
        f"{question} ?",
        f"{question}.",
        f"{question} !",
        f"{question}...",
        f"{question};",
        f"{question} :",
    ]
    asked = [*forms[:otherwise], *[question] * (people - otherwise)]
    assert not any(met(copies, written(one, n, suspicion=MILD)) for n, one in enumerate(asked))


def test_one_in_twenty_who_typed_it_otherwise_hides_no_paste() -> None:
    question, copies = "Do you answer everybody", Copies()
    found = [
        met(copies, written(one, n, suspicion=MILD))
        for n, one in enumerate([f"{question}.", *[question] * 19])
    ]
    assert found[-1] is not None


@pytest.mark.parametrize("sign", ["", " xD", " :)", " mdr", " jaja"])
def test_a_sign_at_its_end_makes_no_short_question_odder_than_it_is(sign: str) -> None:
    copies, odd = Copies(), 760
    forms = [f"{one}{sign}" for one in typed("¿Respondéis a todo el mundo?") if "svp" not in one]
    assert not any(met(copies, written(one, n, suspicion=odd)) for n, one in enumerate(forms))


UNCASED_TEXTS = ["هل تجيبون الجميع؟", "מה המספר הזה בכלל?"]


@pytest.mark.parametrize("question", UNCASED_TEXTS)
def test_without_capitals_twice_as_many_must_have_typed_the_very_same(question: str) -> None:
    found = pasted(Copies(), UNCASED * PLAIN_SENDERS, question)
    assert [one is not None for one in found] == [False] * (UNCASED * PLAIN_SENDERS - 1) + [True]


@pytest.mark.parametrize("question", UNCASED_TEXTS)
def test_without_capitals_one_who_typed_it_otherwise_tells_a_crowd(question: str) -> None:
    copies = Copies()
    forms = [question.rstrip("؟?"), *[question] * UNCASED * PLAIN_SENDERS]
    assert not any(met(copies, written(one, n, suspicion=MILD)) for n, one in enumerate(forms))


@pytest.mark.parametrize("jeer", ["Casse-toi le robot", "On va vider ta cagnotte"])
def test_amid_a_raid_whoever_pastes_one_jeer_to_the_letter_is(jeer: str) -> None:
    assert all(accused(besieged(), [jeer] * 30))
