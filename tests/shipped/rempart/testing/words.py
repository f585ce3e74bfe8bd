"""What every catalogue of words keeps, the house's and a channel's: both languages say everything, alike."""

import string
from collections.abc import Mapping
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from bridge.sentences import LOCALE
from bridge.wording import LANGUAGES
from bridge.wording.words import OF_CHANNELS

Key = tuple[str, str]
"""A room, and a name in it."""


def said(folder: Path, language: str) -> Mapping[Key, Message]:
    """What a folder `locale` says in a language, by room and name."""
    with (folder / f"{language}.po").open("rb") as written:
        read = read_po(written, locale=language, abort_invalid=True)
    return {(one.context or "", _name(one)): one for one in read if one.id}


def _name(one: Message) -> str:
    return one.id if isinstance(one.id, str) else one.id[0]


def forms(one: Message) -> tuple[str, ...]:
    """What it says: once, or of one and of many."""
    return (one.string,) if isinstance(one.string, str) else tuple(one.string or ())


def values(sentence: str) -> set[str]:
    """The names of what is filled in."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


class CatalogueContract:
    """A folder with one catalogue a language."""

    @pytest.fixture
    def folder(self) -> Path:
        """Where `en.po` and `fr.po` stand."""
        raise NotImplementedError

    @pytest.fixture
    def tables(self, folder: Path) -> Mapping[str, Mapping[Key, Message]]:
        """What each language says."""
        return {language: said(folder, language) for language in LANGUAGES}

    def test_every_language_has_the_same_names(self, tables: Mapping[str, Mapping[Key, Message]]) -> None:
        several = [{key: one.pluralizable for key, one in table.items()} for table in tables.values()]
        assert all(one == several[0] for one in several)
        assert several[0]

    def test_no_name_is_without_words_or_only_guessed(
        self, tables: Mapping[str, Mapping[Key, Message]]
    ) -> None:
        for table in tables.values():
            assert [key for key, one in table.items() if one.fuzzy or not all(forms(one))] == []

    def test_a_name_takes_the_same_values_in_every_language(
        self, tables: Mapping[str, Mapping[Key, Message]]
    ) -> None:
        taken: dict[Key, set[frozenset[str]]] = {}
        for table in tables.values():
            for key, one in table.items():
                taken.setdefault(key, set()).update(
                    frozenset(values(form) - {"count"}) for form in forms(one)
                )
        assert [key for key, found in taken.items() if len(found) > 1] == []

    def test_one_and_many_are_told_apart_by_their_count(
        self, tables: Mapping[str, Mapping[Key, Message]]
    ) -> None:
        several = [one for table in tables.values() for one in table.values() if one.pluralizable]
        assert [form for form in (forms(one)[-1] for one in several) if "count" not in values(form)] == []


class WordsContract(CatalogueContract):
    """What stands in the folder `locale` beside a channel."""

    def test_a_channel_has_words_only_where_it_is_asked_for_them(
        self, tables: Mapping[str, Mapping[Key, Message]]
    ) -> None:
        """Elsewhere nobody looks them up; and what the house says is said as the house says it."""
        for language, table in tables.items():
            assert {room for room, _ in table} <= OF_CHANNELS
            assert table.keys() & said(LOCALE, language).keys() == set()
