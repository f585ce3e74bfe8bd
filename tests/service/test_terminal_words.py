"""What whoever sits at the terminal reads: their language, the clock of the rules, and what they meant."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.console import Console

from bridge.cli import main
from bridge.cli.commands import app
from bridge.cli.lookups import show_mutes
from bridge.cli.status import _tables
from bridge.cli.tongue import language, moment
from bridge.status import _refused
from bridge.store.books.signs import Refused
from tests.service.test_startup import ANSWERS, STATUS

SPOKEN = [
    ({}, "en"),
    ({"LANG": "C"}, "en"),
    ({"LANG": "fr_FR.UTF-8"}, "fr"),
    ({"LANG": "en_GB.UTF-8", "LC_ALL": "fr_CA"}, "fr"),
    ({"LANG": "fr_FR", "LC_ALL": "C.UTF-8"}, "en"),
    ({"LANG": "fro"}, "fr"),
]


@pytest.mark.parametrize(("environment", "spoken"), SPOKEN)
def test_the_first_variable_that_is_set_counts(environment: dict[str, str], spoken: str) -> None:
    assert language(environment) == spoken


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("C", ["service runs", "pot €1.50 of €3,300.00 spent", "the oldest since 1 Nov 13:00", "mutes 1"]),
        (
            "fr_FR",
            ["service fonctionne", "cagnotte 1,50", "la plus ancienne depuis le 1 nov.", "sourdines 1"],
        ),
    ],
)
def test_the_status_is_told_in_it_by_the_clock_of_the_rules(
    monkeypatch: pytest.MonkeyPatch, lang: str, told: list[str]
) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", lang)
    (table,) = _tables(STATUS).values()
    text = " ".join("".join(one.text for one in Console(width=200).render(table)).split())
    assert [one for one in told if one not in text.replace("\N{NO-BREAK SPACE}", " ")] == []


def test_why_something_is_so_is_told_in_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    seen = [
        Refused("/twilio/sms", 403, 1, all_were=True),
        Refused("/slack/events", 403, 2, all_were=False),
        Refused("/telegram", 503, 1, all_were=True),
        Refused("/gateway", 400, 1, all_were=True),
    ]
    refused = [_refused(one, None) for one in seen]
    told = {**STATUS, "refused_webhooks": refused}
    (table,) = _tables(told).values()
    text = " ".join("".join(one.text for one in Console(width=900).render(table)).split())
    assert [one["likely"] for one in refused if one["likely"] in text] == []
    assert "n'est pas REMPART_PUBLIC_URL (pas réglée)" in text
    assert "d'autres appels y sont authentiques" in text


@pytest.mark.parametrize(
    ("lang", "head"), [("C", "until (Europe/Paris)"), ("fr_FR", "jusqu'à (Europe/Paris)")]
)
def test_the_mutes_are_told_likewise(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lang: str, head: str
) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", lang)
    show_mutes(ANSWERS["mutes"], as_json=False)
    told = capsys.readouterr().out
    assert head in told
    assert "2026-11-01 13:00" in told


def test_summer_and_winter_are_told_apart() -> None:
    times = [moment(f"2026-{month}-01T12:00:00Z", "Europe/Paris") for month in ("01", "07")]
    assert times == ["2026-01-01 13:00", "2026-07-01 14:00"]


def test_a_folder_that_is_gone_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    monkeypatch.setattr("sys.argv", ["rempart", "status"])
    with pytest.raises(SystemExit) as ended:
        main()
    monkeypatch.chdir(tmp_path)
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


MEANT = [
    ("statsu", "did you mean status?"),
    ("unmut x", "did you mean unmute?"),
    ("resum", "did you mean resume?"),
    ("evidence verfy x", "did you mean verify?"),
    ("rules dif", "did you mean diff?"),
    ("status --jsn", "did you mean --json?"),
    ("mute x --fro 2h", "did you mean --for?"),
    ("check --josn", "did you mean --json?"),
    ("zzzz", "`rempart --help` lists them"),
    ("help", "`rempart --help` lists them"),
    ("hepl", "`rempart --help` lists them"),
    ("rules help", "`rempart rules --help` lists them"),
    ("status --zzzz", "there are --json"),
    ("simulate televison", 'Did you mean "television"?'),
    ("simulate flood --language frr", 'Did you mean "fr"?'),
    ("try x --channel smss", "sms"),
    ("campaign exprot", "did you mean export?"),
    ("rules zzzz", "`rempart rules --help` lists them"),
    ("mute", "write it like `rempart mute [OPTIONS] SENDER`"),
    ("status x", "write it like `rempart status [OPTIONS]`"),
    ("evidence export", "write it like `rempart evidence export [OPTIONS]`"),
    ("mute x --for", "--for takes a value: write it behind"),
    ("status --json=x", "--json takes no value: write it alone"),
    ("pot set -5", "no amount in euros"),
    ("pot set 1e3", "no amount in euros"),
    ("pot set ٥٠", "no amount in euros"),
    ("pot set 3,300", "no amount in euros"),
    ("pot set 3 3000", "no amount in euros"),
    ("pot set 50 100 people", "no amount in euros"),
    ("pot --for 2h", "--for"),
    ("pot set 5 --for 2h", "--for"),
    ("shield --off --for 2h", "--for"),
    ("find x --for 2h", "--for"),
    ("demo --exit-after nan", "--exit-after takes seconds"),
    ("demo --exit-after -1", "--exit-after takes seconds"),
]

NUMBERS = [
    (
        "simulate flood --seed x",
        {"C": "--seed takes a whole number.", "fr_FR": "--seed demande un nombre entier."},
    ),
    (
        "simulate flood --seed 1.5",
        {"C": "--seed takes a whole number.", "fr_FR": "--seed demande un nombre entier."},
    ),
    (
        "demo --port eighty",
        {"C": "--port takes a whole number.", "fr_FR": "--port demande un nombre entier."},
    ),
    ("demo --port 99999", {"C": "--port takes 65535 at most.", "fr_FR": "--port demande 65535 au plus."}),
    ("demo --port 0", {"C": "--port takes 1 at least.", "fr_FR": "--port demande 1 au moins."}),
    (
        "demo --exit-after soon",
        {"C": "--exit-after takes a number.", "fr_FR": "--exit-after demande un nombre."},
    ),
    ("find x --page 0", {"C": "--page takes 1 at least.", "fr_FR": "--page demande 1 au moins."}),
    (
        "demo --exit-after -1",
        {"C": "--exit-after takes seconds, 0 at least:", "fr_FR": "demande des secondes, au moins 0 :"},
    ),
    ("replay", {"C": "Give a trace; or --journal,", "fr_FR": "Donnez une trace ; ou --journal,"}),
    (
        "replay --journal --out rows",
        {"C": "without --labels, --out and", "fr_FR": "sans --labels, --out ni --summary"},
    ),
]


@pytest.mark.parametrize(("words", "by_language"), NUMBERS)
@pytest.mark.parametrize("lang", ["C", "fr_FR"])
def test_what_an_option_does_not_take_is_told_in_the_readers_language_and_not_the_librarys(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: str,
    by_language: dict[str, str],
    lang: str,
) -> None:
    monkeypatch.setenv("LC_ALL", lang)
    monkeypatch.setattr("sys.argv", ["rempart", *words.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr().err.replace("\N{NO-BREAK SPACE}", " ")
    assert (ended.value.code, told.count("\n")) == (2, 1)
    assert by_language[lang] in told
    assert "nvalid" not in told


@pytest.mark.parametrize(("words", "meant"), MEANT)
def test_what_is_misspelled_is_told_with_what_is_likely_meant(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str, meant: str
) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setattr("sys.argv", ["rempart", *words.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert meant in told.err
    assert told.err.count("\n") == 1


def _bare_options(command: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Each option of each command, without what it takes, or with what it does not take."""
    for name, within in getattr(command, "commands", {}).items():
        yield from _bare_options(within, (*path, name))
    for one in command.params:
        for option in (*one.opts, *one.secondary_opts) if one.param_type_name == "option" else ():
            if option.startswith("--"):
                yield " ".join([*path, f"{option}=x" if one.is_flag else option])


@pytest.mark.parametrize("lang", ["C", "fr_FR"])
def test_no_option_of_any_command_ends_in_a_traceback_when_its_value_is_left_out_or_it_takes_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", lang)
    wrong = list(_bare_options(typer.main.get_command(app)))
    assert len(wrong) > 90
    for words in wrong:
        monkeypatch.setattr("sys.argv", ["rempart", *words.split()])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr().err
        assert (ended.value.code, told.count("\n")) == (2, 1), words
        assert lang == "C" or "requires" not in told, words


@pytest.mark.parametrize(("lang", "usage"), [("C", "Usage:"), ("fr_FR", "Utilisation\N{NO-BREAK SPACE}:")])
@pytest.mark.parametrize("words", ["", "evidence", "secret", "campaign"])
def test_what_stands_for_several_commands_lists_them_line_by_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str, lang: str, usage: str
) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", lang)
    monkeypatch.setattr("sys.argv", ["rempart", *words.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert told.out.startswith(f"{usage} rempart {words}".strip())
    assert told.out.count("\n") > 5
    assert told.err.count("\n") == 1
