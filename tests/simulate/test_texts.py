"""The texts: enough of them, complete, all different; and corpora from outside in their place."""

from random import Random

import pytest

from bridge.errors import Misconfigured
from bridge.simulate.corpus import Corpus
from bridge.simulate.grammar import Grammar, grammar
from bridge.simulate.habits import draw_habits, slip, without_accents
from bridge.simulate.scenarios import make
from bridge.simulate.speech import LANGUAGES, TEMPLATES, Voice

SECTIONS = [
    *(("ordinary", it) for it in ("text", "whole", "short", "follow", "angry", "curious", "rough")),
    *(("hostile", it) for it in ("text", "whole", "noise", "beginning", "ending")),
]


def letters(text: str) -> str:
    return "".join(filter(str.isalpha, text)).casefold()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "section"), SECTIONS)
def test_every_section_speaks_and_leaves_no_slot_open(name: str, section: str, language: str) -> None:
    rng, texts = Random(1), grammar(name, language)
    for text in (texts.draw(rng, section) for _ in range(500)):
        assert text.strip()
        assert not set("{}|[]") & set(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_forty_pastes_of_fifteen_letters_or_more(language: str) -> None:
    pastes = grammar("pastes", language).lines("paste")
    assert len(pastes) == len(set(pastes)) == TEMPLATES
    assert min(len(letters(text)) for text in pastes) >= 15


@pytest.mark.parametrize(("name", "fewest"), [("ordinary", 300), ("hostile", 200)])
def test_french_has_the_most_whole_lines(name: str, fewest: int) -> None:
    whole = [grammar(name, language).lines("whole") for language in LANGUAGES]
    assert len(set(whole[0])) >= fewest
    assert max(whole, key=len) is whole[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_twenty_thousand_openings_are_nearly_all_different(language: str) -> None:
    rng, texts = Random(1), grammar("ordinary", language)
    drawn = [texts.draw(rng, "text") for _ in range(20_000)]
    assert len(set(drawn)) > 18_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_insults_are_alike(language: str) -> None:
    voice, rng = Voice(language, Random(1)), Random(2)
    drawn = [voice.insult(draw_habits(rng)) for _ in range(3_000)]
    assert len({letters(text) for text in drawn}) == 3_000


def test_an_edited_paste_is_still_that_paste() -> None:
    voice = Voice("fr", Random(1))
    template = voice.templates(1)[0]
    words = set(template.casefold().split())
    for edited in (voice.edited(template) for _ in range(200)):
        shared = words & set(edited.casefold().split())
        assert len(shared) >= len(words) - 4


def test_a_grammar_fills_slots_within_slots() -> None:
    texts = Grammar({"start": ("{hello|{who} says} {who}",), "who": ("Ann",)})
    drawn = {texts.draw(Random(seed), "start") for seed in range(20)}
    assert drawn == {"hello Ann", "Ann says Ann"}


def test_a_grammar_that_names_a_missing_section_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        Grammar({"start": ("{hi|{nobody}}",)})


@pytest.mark.parametrize(("text", "bare"), [("déjà vu", "deja vu"), ("ça", "ca"), ("سلام", "سلام")])
def test_accents_are_taken_off_latin_letters_only(text: str, bare: str) -> None:
    assert without_accents(text) == bare


@pytest.mark.parametrize("word", ["", "a", "toi", "bonjour"])
def test_a_slip_keeps_the_first_letter_and_changes_the_length_by_one_at_most(word: str) -> None:
    for seed in range(20):
        slipped = slip(Random(seed), word)
        assert slipped[:1] == word[:1]
        assert abs(len(slipped) - len(word)) <= 1


def corpus(*lines: str) -> Corpus:
    return Corpus("ordinary", lines, Random(1), lambda: "Ann")


def test_a_corpus_gives_each_line_once_and_then_joins_pieces() -> None:
    lines = ["one two three", "four five six", "seven eight nine"]
    given = corpus(*lines)
    assert sorted(given.draw() for _ in range(3)) == sorted(lines)
    assert given.warning() is None
    joined = given.draw()
    assert joined not in lines
    assert set(joined.split()) <= set(" ".join(lines).split())
    assert "Joined from pieces of several: 1 text." in (given.warning() or "")


def test_a_placeholder_for_a_name_becomes_one() -> None:
    given = corpus("hi <PRE_3> and <NOM_12>", "hi <PRE_3> and <NOM_12>")
    assert given.draw() == "hi Ann and Ann"


@pytest.mark.parametrize("lines", [(), ("",), ("only one", "  ")])
def test_a_corpus_of_fewer_than_two_texts_is_refused(lines: tuple[str, ...]) -> None:
    with pytest.raises(Misconfigured, match="at least two lines"):
        corpus(*lines)


def test_texts_from_outside_take_the_place_of_ours() -> None:
    ordinary = [f"an ordinary text number {place} of many" for place in range(500)]
    abuse = [f"an abusive text number {place} of many" for place in range(500)]
    trace = make("insults", ordinary=ordinary, abuse=abuse, scale=0.02)
    raid = [it.text for it in trace.messages if trace.labels[it.id] == "raider"]
    people = [it.text for it in trace.messages if trace.labels[it.id] == "ordinary"]
    assert set(raid) <= set(abuse)
    assert len(set(raid)) == len(raid) == 100
    assert len(set(people) & set(ordinary)) > 0.8 * len(people)
    assert trace.warnings == ()


def test_whoever_gave_too_few_texts_is_told() -> None:
    few = ["one two three four five six", "seven eight nine ten eleven twelve"]
    trace = make("insults", ordinary=few, abuse=few, scale=0.01)
    assert len(trace.warnings) == 2
    assert "2 lines" in trace.warnings[0]


def test_even_texts_without_letters_serve() -> None:
    trace = make("copies", abuse=["1", "?"], scale=0.005)
    assert "raider" in trace.labels.values()
