"""Words of people are words in a terminal: one place shows them, without markup, escapes or second lines."""

import io
import json
import re
import sys
import unicodedata
from pathlib import Path

import pytest
from rich.console import Console

from bridge.cli.sheet import Sheet, pairs, show
from bridge.cli.terminal import put_json, put_line

CLI = Path(__file__).parents[2] / "bridge" / "cli"

HOSTILE = [
    "[/red]",
    "[bold red]you[/bold red]",
    "[link=https://evil.example]your bank[/link]",
    "[[/]",
    "\\[/red]",
    ":skull: :warning:",
    "\x1b[2J\x1b[31mred",
    "\x1b]8;;https://evil.example\x07your bank\x1b]8;;\x07",
    "\x9b31mred",
    "\x1b]0;title\x07",
    "\rroot# ",
    "a\nb\r\nc\u2028d\u2029e\u0085f\vg\fh",
    "bell\x07 backspace\x08\x08 delete\x7f nul\x00",
    "\u202eesrever\u202c \u2066x\u2069 \u200f\u200e\u061c",
    "soft\u00adhyphen \ufeff \U000e0041\U000e0042",
    "\ud83d half",
    "tab\ttab",
    "https://evil.example 'quoted' 42 True None",
]

HARMLESS = [
    "brave-heron-42",
    "C'est l'été, ça va ?",
    "👩‍👩‍👧 🏳️‍🌈",
    "مرحبا",
    "می‌خواهم",
    "日本語",
    "e\u0301",
    "[not markup]",
    "50 €",
]


def is_tame(shown: str) -> bool:
    """Whether a terminal shows it, and does nothing else."""
    bad = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return not [c for c in shown if unicodedata.category(c) in bad and c not in "\u200c\u200d"]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_what_anybody_wrote_stays_in_its_line(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    put_line(text)
    put_line(text, error=True)
    said = capsys.readouterr()
    assert said.out == said.err
    assert said.out.count("\n") == 1
    assert is_tame(said.out[:-1])


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_what_anybody_wrote_is_a_cell_and_nothing_more(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stdout", shown)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("FORCE_COLOR", "1")
    sheet = pairs()
    sheet.add_row(text, 3)
    show(sheet)
    line = shown.getvalue().removesuffix("\n")
    assert "\n" not in line
    assert is_tame(line)
    letters = re.sub(r"\s", "", "".join(c for c in text if is_tame(c)))
    assert letters in re.sub(r"\s", "", line)


@pytest.mark.parametrize("width", [40, 60, 80])
def test_on_a_narrow_terminal_a_cell_goes_on_below_and_nothing_of_it_is_cut_off(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stdout", shown)
    monkeypatch.setenv("COLUMNS", str(width))
    cells = ("brave-heron-42", "€0.0763", "2026-11-30 21:30", "muted by Léa, who says why", "ordinary")
    sheet = Sheet("sender", "price", "at", "reason", "verdict")
    sheet.add_row(*cells)
    show(sheet)
    lines = [line.split("│")[1:-1] for line in shown.getvalue().splitlines() if "│" in line]
    assert ["".join("".join(column).split()) for column in zip(*lines, strict=True)] == [
        "".join(cell.split()) for cell in cells
    ]


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_words_look_like_themselves(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    put_line(text)
    assert capsys.readouterr().out == f"{text}\n"


@pytest.mark.parametrize("text", [*HOSTILE, *HARMLESS], ids=ascii)
def test_a_program_reads_what_was_written_and_a_terminal_sees_ascii(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    put_json({"reason": text})
    written = capsys.readouterr().out
    assert json.loads(written) == {"reason": text}
    assert written.isascii()
    assert is_tame(written[:-1])


@pytest.mark.parametrize("file", sorted(CLI.rglob("*.py")), ids=lambda file: str(file.relative_to(CLI)))
def test_no_command_writes_to_the_terminal_by_itself(file: Path) -> None:
    if file.name in {"terminal.py", "sheet.py"}:
        return
    source = file.read_text("utf-8")
    assert re.findall(r"\bprint\(|\bstd(?:out|err)\.write|\bTable\(|Console\((?!stderr=True)", source) == []


@pytest.mark.parametrize("wide", range(12, 40))
def test_no_line_of_a_table_begins_with_what_belongs_to_the_word_before_it(
    wide: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Il reste 82\u202f976\u00a0Mo\u00a0: faites de la place avant 16\u00a0h\u00a050\u00a0; voyez ici"
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stdout", shown)
    monkeypatch.setenv("COLUMNS", str(wide))
    sheet = pairs()
    sheet.add_row(text)
    show(sheet)
    lines = [line.rstrip(" ") for line in shown.getvalue().splitlines()]
    assert " ".join(lines) == text


def test_a_sheet_is_a_table_of_the_library() -> None:
    sheet = Sheet("sender", "reason")
    sheet.add_row("brave-heron-42", "[/red]")
    assert "[/red]" in "".join(one.text for one in Console(width=80).render(sheet))
