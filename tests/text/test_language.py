from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.text.language import language_of

_ALL = ("fr", "en", "es", "de", "it", "pt", "nl", "ar")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Salut c'est Karim, on s'est vus hier soir", "fr"),
        ("slt t ou? c moi", "fr"),
        ("Hey it's Tom, we met last night, how are you?", "en"),
        ("u up?", "en"),
        ("Hola, soy yo, nos vimos anoche, ¿qué haces?", "es"),
        ("Hallo, ich bin's, wir haben uns gestern gesehen", "de"),
        ("Ciao, sono io, ci siamo visti ieri sera", "it"),
        ("Olá, sou eu, você está bem? Foi muito bom ontem", "pt"),
        ("Hoi, ik ben het, we hebben elkaar gisteren gezien", "nl"),
        ("مرحبا كيف حالك", "ar"),
        ("MERCI BEAUCOUP À TOI", "fr"),
    ],
)
def test_small_words_and_scripts_tell_the_language(text: str, language: str) -> None:
    assert language_of(text, hint=None, country=None, languages=_ALL) == language


@pytest.mark.parametrize(
    ("text", "hint", "country", "languages", "expected"),
    [
        pytest.param("42", "en", "FR", ("fr", "en"), "en", id="the hint when the text says nothing"),
        pytest.param("42", "en-GB", None, ("fr", "en"), "en", id="a hint with a region"),
        pytest.param("42", "PT_br", None, ("fr", "pt"), "pt", id="a hint written otherwise"),
        pytest.param("42", "ru", "GB", ("fr", "en"), "en", id="the country when the hint is of no use"),
        pytest.param("42", None, "ma", ("en", "fr"), "fr", id="an official language that the file has"),
        pytest.param("42", None, "US", ("fr", "en"), "en", id="a language official in fact only"),
        pytest.param("42", None, "XX", ("fr", "en"), "fr", id="the default when nothing tells"),
        pytest.param("", None, None, ("fr", "en"), "fr", id="the default for an empty text"),
        pytest.param("tu es", "es", None, ("fr", "es"), "es", id="the hint decides between equals"),
        pytest.param("tu es", "de", None, ("en", "es"), "es", id="of equals, the one that the file has"),
        pytest.param(
            "Hola, qué tal estás, soy yo", None, "FR", ("fr", "en"), "fr", id="not a language of the file"
        ),
        pytest.param("привет, как дела", None, "FR", ("fr", "uk", "ru"), "uk", id="a script of several"),
        pytest.param("привет, как дела", "ru", "FR", ("fr", "uk", "ru"), "ru", id="and the hint among them"),
        pytest.param("مرحبا", None, "FR", ("fr", "en"), "fr", id="a script that the file has no text for"),
        pytest.param("bonjour à toi мир", None, None, ("en", "fr", "ru"), "fr", id="most letters are Latin"),
    ],
)
def test_what_decides_when_the_text_does_not(
    text: str, hint: str | None, country: str | None, languages: Sequence[str], expected: str
) -> None:
    assert language_of(text, hint=hint, country=country, languages=languages) == expected


@given(
    text=st.text(),
    hint=st.none() | st.text(max_size=8),
    country=st.none() | st.text(max_size=3),
    languages=st.lists(st.sampled_from(_ALL), min_size=1, unique=True),
)
def test_the_answer_is_always_a_language_of_the_file(
    text: str, hint: str | None, country: str | None, languages: list[str]
) -> None:
    assert language_of(text, hint=hint, country=country, languages=languages) in languages
