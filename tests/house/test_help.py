"""`--help` in French: each paragraph of every command has its words, and there are no others."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from babel.messages.pofile import read_po
from typer.testing import CliRunner

from bridge.cli.commands import app
from bridge.cli.help_said import CATALOGUE, french, paragraphs

AROUND = {"Usage:", "Options", "Arguments", "Commands", "required", "default", "Show this message and exit."}
"""What the library says."""


def helps(command: Any, context: Any) -> Iterator[str]:
    """Every paragraph that a command and those below it say of themselves."""
    for one in (command, *command.params):
        yield from paragraphs(getattr(one, "help", None) or "")
        default = getattr(one, "show_default", None)
        if isinstance(default, str) and " " in default:  # words, and no name or number
            yield default
    for name in getattr(command, "list_commands", lambda _: [])(context):
        yield from helps(command.get_command(context, name), context)


def said() -> set[str]:
    root = typer.main.get_command(app)
    return set(helps(root, typer.Context(root)))


def test_every_paragraph_of_help_is_there_in_french_and_no_other() -> None:
    assert french().keys() - AROUND == said() - AROUND


def test_the_light_reading_finds_what_the_library_of_catalogues_finds() -> None:
    with CATALOGUE.open("rb") as written:
        whole = read_po(written, locale="fr", abort_invalid=True)
    assert french() == {one.id: one.string for one in whole if one.id}
    assert [one for one in french().values() if "`" in one and one.count("`") % 2] == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "Utilisation\N{NO-BREAK SPACE}: rempart"),
        (["mute"], "Une personne n'a pas de réponse"),
        (["evidence", "export"], "[obligatoire]"),
        (["demo"], "[par défaut\N{NO-BREAK SPACE}: 8000"),
        (["rules"], "y mettre fin"),
        (["card"], "(le numéro)"),
    ],
)
@pytest.mark.parametrize("language", ["fr_FR.UTF-8", "en_GB.UTF-8"])
def test_help_is_in_the_language_of_the_system(
    monkeypatch: pytest.MonkeyPatch, words: list[str], told: str, language: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["rempart", *words, "--help"])
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, language)
    shown = CliRunner().invoke(app, [*words, "--help"], prog_name="rempart")
    assert shown.exit_code == 0
    assert (told in shown.output) is language.startswith("fr")
