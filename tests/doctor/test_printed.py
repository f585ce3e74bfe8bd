"""What `rempart doctor` prints is read by somebody: in their language, by the clock of the rules."""

import pytest

from bridge.checkup import Examined, fine, unknown, wrong
from bridge.cli.doctor import print_examined
from bridge.wording import Words

FOUND = [
    fine("rules", "rules_zone", zone="Europe/Paris"),
    fine("backup", "backup_fresh", at="2026-07-01T01:02:03.456Z", to="/backups"),
    wrong("sms", "trouble_in", since="2026-07-01T01:02:03.456Z", why="status_500"),
    unknown("sms", "price_unasked", why="status_500"),
]


@pytest.mark.parametrize(("language", "sign"), [("en", "WRONG"), ("fr", "À RÉPARER")])
def test_instants_are_of_the_rules_zone_and_signs_of_the_readers_language(
    language: str, sign: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert print_examined(FOUND, Words("fr" if language == "fr" else "en")) == 1
    said = capsys.readouterr().out
    assert "2026-07-01 03:02" in said
    assert "01:02:03" not in said
    assert sign in said


def test_a_part_is_named_in_the_readers_language_and_a_channel_by_its_own_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    parts = (
        "rules",
        "settings",
        "machine (paris)",
        "database",
        "service",
        "backup",
        "secret",
        "proxy",
        "sms",
    )
    print_examined([fine(part, "runs") for part in parts], Words("fr"))
    named = [line.split("Le service")[0].removeprefix("ok").strip() for line in _lines(capsys)]
    french = ["règles", "réglages", "machine (paris)", "base", "service", "copies", "secret", "proxy", "sms"]
    assert named == french


def _lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_without_rules_an_instant_stays_as_a_program_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_examined(FOUND[1:2], Words("en"))
    assert "2026-07-01T01:02:03.456Z" in capsys.readouterr().out


def test_a_setting_that_is_refused_is_quoted_in_the_language_of_whoever_reads(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    print_examined([wrong("settings", "refused", why="The file is empty.")], Words("fr"))
    assert "Le fichier est vide." in capsys.readouterr().out


def test_the_same_fault_found_twice_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    twice: list[Examined] = [FOUND[3], FOUND[3]]
    print_examined(twice, Words("en"))
    assert capsys.readouterr().out.count("status_500") == 1
