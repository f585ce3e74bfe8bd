"""The card of threats: what it says of them, who opened them, and nothing of what they say."""

import pytest

from bridge.cards.threats import threats_card
from bridge.model import HOUR, MINUTE
from bridge.views import Readers, Threatened
from bridge.wording import Words
from bridge.wording.words import Language
from tests.support.clock import NOON
from tests.support.french import typeset

SEEN = Threatened(
    date="2026-09-21",
    messages=7,
    people=3,
    newest_at=NOON + HOUR,
    signs=(("violence", 4), ("find", 3)),
)
READ = Readers((("Camille", 5), ("Alex", 2)), "Camille", NOON + 30 * MINUTE, 4)


@pytest.mark.parametrize(
    ("language", "read", "said"),
    [
        ("en", None, "Nobody has opened them yet."),
        ("en", READ, "Opened last by Camille at 14:43; since then: 4 texts."),
        (
            "en",
            Readers((("Alex", 1),), "Alex", NOON + HOUR, 0),
            "Opened last by Alex at 15:13; nothing since then.",
        ),
        ("fr", None, "Personne ne les a encore ouverts."),
        ("fr", READ, typeset("Ouverts en dernier par Camille à 14 h 43 ; depuis : 4 textes.")),
        (
            "fr",
            Readers((("Alex", 1),), "Alex", NOON + HOUR, 0),
            typeset("Ouverts en dernier par Alex à 15 h 13 ; rien depuis."),
        ),
    ],
)
def test_it_says_how_many_since_when_and_who_opened_them(
    language: Language, read: Readers | None, said: str
) -> None:
    card = threats_card(SEEN, read, Words(language), NOON + 2 * HOUR)
    assert (card.key, card.under) == ("threats:2026-09-21", "day:2026-09-21")
    assert said in card.lines
    assert "112" in " ".join(card.lines)
    assert [button.verb for button in card.buttons] == ["threats"]


def test_it_counts_by_what_they_were_told_by_and_who_read_how_many() -> None:
    card = threats_card(SEEN, READ, Words("en"), NOON + 2 * HOUR)
    assert "7 messages from 3 people. The newest came at 21 Sep 15:13." in card.lines[0]
    assert [(one.label, one.value) for one in card.facts] == [
        ("Harm announced", "4"),
        ("Says where one lives or works", "3"),
        ("Shown to Camille", "5 texts"),
        ("Shown to Alex", "2 texts"),
    ]
