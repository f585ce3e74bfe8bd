"""`rempart simulate` as people call it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bridge.cli.commands import app
from bridge.errors import Misconfigured
from bridge.simulate.scenarios import SCENARIOS

RUNNER = CliRunner()


def rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def test_it_writes_a_trace_and_its_labels(tmp_path: Path) -> None:
    trace, labels = tmp_path / "trace.jsonl", tmp_path / "labels.jsonl"
    done = RUNNER.invoke(app, ["simulate", "flood", "--out", str(trace), "--labels", str(labels)])
    assert (done.exit_code, done.stdout) == (0, "")
    assert [row["id"] for row in rows(trace)] == [row["id"] for row in rows(labels)]
    assert sum(row["label"] == "raider" for row in rows(labels)) == 1_000


def test_without_a_file_the_trace_goes_to_standard_output_and_no_labels_anywhere() -> None:
    by_number = RUNNER.invoke(app, ["simulate", "1", "--seed", "3"])
    by_name = RUNNER.invoke(app, ["simulate", "flood", "--seed", "3"])
    assert by_number.stdout == by_name.stdout
    assert "label" not in json.loads(by_number.stdout.split("\n")[0])


def test_help_lists_the_scenarios() -> None:
    told = " ".join(RUNNER.invoke(app, ["simulate", "--help"]).stdout.split()).replace("- ", "-")
    assert [name for name in SCENARIOS if name not in told] == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nonsense"], "Known here: adaptive, blocks"),
        (["16"], "Known here: adaptive, blocks"),
        (["flood", "--language", "de"], "Known here: ar, en, es, fr"),
        (["flood", "--ordinary", "missing.txt"], "cannot be read"),
        (["flood", "--out", "missing/trace.jsonl"], "cannot be written"),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(
    arguments: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = RUNNER.invoke(app, ["simulate", *arguments])
    assert isinstance(done.exception, Misconfigured)
    assert done.exception.exit_status == 2
    assert sentence in str(done.exception)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "latin.txt"
    file.write_bytes("d\xe9j\xe0\nvu\n".encode("latin-1"))
    done = RUNNER.invoke(app, ["simulate", "flood", "--abuse", str(file)])
    assert "UTF-8" in str(done.exception)


def test_texts_from_outside_are_used_and_a_shortage_is_told(tmp_path: Path) -> None:
    ordinary, abuse = tmp_path / "ordinary.txt", tmp_path / "abuse.txt"
    ordinary.write_text(
        "\ufeffbonjour <PRE_3> on se voit demain\r\nrendez-vous devant la gare\r\n", encoding="utf-8"
    )
    abuse.write_text("une insulte assez longue\nune autre insulte encore plus longue\n", encoding="utf-8")
    done = RUNNER.invoke(app, ["simulate", "flood", "--ordinary", str(ordinary), "--abuse", str(abuse)])
    assert done.exit_code == 0
    assert "rendez-vous devant la gare" in done.stdout
    assert "<PRE_3>" not in done.stdout
    assert "\ufeff" not in done.stdout
    assert "The file of ordinary texts has 2 lines, which were all used" in done.stderr
