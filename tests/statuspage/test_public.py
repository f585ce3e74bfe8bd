"""What anybody may see: one word, in the association's words, and nothing that helps a raider."""

import re
from html import unescape

import pytest

from bridge.model import MINUTE, SECOND
from bridge.responses import Responses, parse
from bridge.responses.rules import PublicState
from bridge.statuspage.public import public_page, state_of
from tests.support.clock import NOON

STATES = [
    ("calm", False, 0, False, "open"),
    ("watch", False, 0, False, "open"),
    ("raid", False, 0, False, "attacked"),
    ("shield", False, 0, False, "attacked"),
    ("paused", False, 0, False, "paused"),
    ("calm", True, 0, False, "late"),
    ("calm", False, 2 * MINUTE, False, "open"),
    ("calm", False, 2 * MINUTE + SECOND, False, "late"),
    ("watch", False, 0, True, "late"),
    ("raid", True, 3 * MINUTE, True, "attacked"),
    ("paused", True, 3 * MINUTE, True, "paused"),
]


@pytest.mark.parametrize(("posture", "waiting", "behind", "failing", "state"), STATES)
def test_how_a_line_is_in_one_word(
    posture: str, *, waiting: bool, behind: int, failing: bool, state: str
) -> None:
    assert state_of(posture, waiting=waiting, behind=behind, failing=failing) == state


def rules(told: str) -> Responses:
    source = f"languages: [fr]\n{told}\nreplies: [{{id: a, say: {{fr: [Un mot.]}}}}]\n"
    return parse(source.encode(), name="responses.yaml")


SHIPPED = rules("status_page: {public: true}")
OWN = rules(
    """
controller: {name: "L'Entraide <d'ici>", contact: "ici@example.org"}
status_page:
  public: true
  say:
    attacked: {fr: "On tient & on répond.", ar: "نحن هنا"}
"""
)


def text_of(page: str) -> str:
    """What stands on a page, without its style and markup."""
    shown = re.sub(r"<(style|svg).*?</\1>", "", page, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", shown))


@pytest.mark.parametrize("state", ["open", "attacked", "late", "paused"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_state_is_said_in_both_languages_without_a_figure(state: PublicState, language: str) -> None:
    page = public_page([("", state, SHIPPED)], language, NOON)
    assert f'<html lang="{language}">' in page
    assert SHIPPED.status_page.say.wording(state, language)[1].replace("'", "&#x27;") in page
    said = text_of(page).rpartition("As of" if language == "en" else "État au")[0]
    assert not re.search(r"\d|€", said)


def test_the_associations_own_words_and_name_stand_there_as_they_were_written() -> None:
    page = public_page([("", "attacked", OWN)], "fr", NOON)
    assert "<title>L&#x27;Entraide &lt;d&#x27;ici&gt;</title>" in page
    assert '<p class="say" lang="fr" dir="auto">On tient &amp; on répond.</p>' in page
    assert 'lang="ar" dir="auto">نحن هنا</p>' in public_page([("", "attacked", OWN)], "ar", NOON)
    assert "Nous sommes là" in public_page([("", "open", OWN)], "fr", NOON)


def test_each_line_has_its_own_part_under_its_name() -> None:
    page = public_page([("paris", "open", SHIPPED), ("lyon", "attacked", OWN)], "fr", NOON)
    paris, lyon = page.partition("<h2>lyon</h2>")[::2]
    assert "<h2>paris</h2>" in paris
    assert ("Nous sommes là :" in paris, "On tient" in lyon) == (True, True)
