"""The card that is handed out: it says what is so, in both languages, and is a PDF of two pages."""

import re
from pathlib import Path

import pytest

from bridge.papers import cards
from bridge.responses import Responses, parse
from tests.papers.test_papers import NAMED
from tests.responses.files import SMALLEST
from tests.service.test_command import CREDENTIALS, command, environment, plain

NUMBER = "+33639980000"


def rules(more: str = "") -> Responses:
    return parse(f"{SMALLEST}{more}".encode(), name="responses.yaml")


def said(responses: Responses, *addresses: str) -> dict[str, str]:
    """Everything on a card, by language."""
    return {
        card["lang"]: " ".join([card["title"], *map(" ".join, card["parts"]), card["danger"], card["foot"]])
        for card in cards(responses, addresses)
    }


@pytest.mark.parametrize(
    ("written", "english", "french"),
    [
        (
            "hold: {min: 20m, max: 1h}\n",
            "Between 20 minutes and 1 hour later",
            "De 20 minutes à 1 heure plus tard",
        ),
        ("hold: {min: 0s, max: 1s}\n", "At once", "Tout de suite : le téléphone"),
        ("retention: {ordinary: 14d}\n", "for 14 days", "pendant 14 jours"),
        ("prices: {sms: {in: 0.01, out: {FR: 0.08}}}\n", "€0.09 at most", "0,09 € au plus"),
        (NAMED.decode(), "Association <Exemple>, donnees@example.org", "Association <Exemple>, donnees"),
    ],
)
def test_it_says_what_the_rules_say(written: str, english: str, french: str) -> None:
    told = said(rules(written), NUMBER)
    assert english in told["en"].replace("\u00a0", " ")
    assert french in told["fr"].replace("\u00a0", " ")


def test_a_bot_costs_nobody_anything_and_a_number_does() -> None:
    assert "Nothing, to anybody" in said(rules(), "@un_bot")["en"]
    both = said(rules(), "@un_bot", NUMBER)["en"]
    assert "Nothing, to anybody" not in both
    assert "€" in both


def test_the_number_stands_there_as_people_write_it() -> None:
    (card, *_) = cards(rules(), [NUMBER, "@un_bot"])
    assert card["addresses"] == ["06 39 98 00 00", "@un_bot"]


def test_it_never_promises_help_and_always_says_where_there_is_some() -> None:
    for text in said(rules(), NUMBER).values():
        assert "112" in text
        assert "114" in text


def test_the_command_makes_a_sheet_of_each_language(tmp_path: Path) -> None:
    env = environment(tmp_path, **CREDENTIALS)
    done = command("card", "--out", "card.pdf", env=env, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    made = (tmp_path / "card.pdf").read_bytes()
    assert made.startswith(b"%PDF-")
    assert max(map(int, re.findall(rb"/Count (\d+)", made))) == 2


def test_without_a_number_it_asks_for_what_is_to_stand_there(tmp_path: Path) -> None:
    env = environment(tmp_path)
    assert "--address" in plain(command("card", env=env, cwd=tmp_path), 2)
    assert "--address" in plain(command("card", "--address", "x" * 80, env=env, cwd=tmp_path), 2)
    done = command("card", "--address", '@un_bot"]#', "--out", "card.pdf", env=env, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "cannot be written" in plain(
        command("card", "--address", "@un_bot", "--out", "no/card.pdf", env=env, cwd=tmp_path), 2
    )
