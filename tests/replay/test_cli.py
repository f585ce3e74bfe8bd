"""`rempart replay` as people and machines call it."""

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bridge import cli
from bridge.clock import iso
from bridge.replay import Written
from bridge.store.engine.store import Store
from tests.replay.support import RULES, line, number, paste
from tests.support import sqlite
from tests.support.clock import TestClock
from tests.support.events import SECRET, Bridge, message

Called = tuple[int, str, str]
Call = Callable[..., Called]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    """The command: its exit status, what it said, and what it complained of."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REMPART_RESPONSES", str(tmp_path / "responses.yaml"))
    monkeypatch.setenv("REMPART_SECRET", SECRET)
    (tmp_path / "responses.yaml").write_bytes(RULES)

    def run(*words: str) -> Called:
        monkeypatch.setattr("sys.argv", ["rempart", "replay", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(str(ended.value.code)), said.out, said.err

    return run


def write(path: Path, *lines: Written, label: str = "ordinary") -> None:
    """A trace, and labels beside it."""
    rows = [
        {"id": one.id, "at": iso(one.at), "channel": one.channel, "from": one.sender, "text": one.text}
        for one in lines
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    labels = [json.dumps({"id": one.id, "label": label}) + "\n" for one in lines]
    path.with_suffix(".labels").write_text("".join(labels))


def test_without_files_it_prints_a_table(call: Call, tmp_path: Path) -> None:
    write(tmp_path / "trace", line(0), line(1, 2))
    status, out, err = call("trace", "--labels", "trace.labels")
    assert (status, err) == (0, "")
    assert "2 replied, 0 silent" in out
    assert "€0.15" in out


def test_json_is_the_summary(call: Call, tmp_path: Path) -> None:
    write(tmp_path / "trace", *paste([0, 1, 2, 3, 4]), label="raider")
    status, out, _ = call("trace", "--labels", "trace.labels", "--json")
    summary: dict[str, Any] = json.loads(out)
    assert status == 0
    assert summary["labels"]["recall"] == 1.0
    assert summary["spent"] == 0.0


def test_files_are_written_and_nothing_is_printed(call: Call, tmp_path: Path) -> None:
    write(tmp_path / "trace", line(0), line(1, 2))
    status, out, err = call("trace", "--out", "rows", "--summary", "summary", "--report", "page.html")
    assert (status, out, err) == (0, "", "")
    assert len((tmp_path / "rows").read_text().splitlines()) == 2
    assert json.loads((tmp_path / "summary").read_text())["messages"] == 2
    assert (tmp_path / "page.html").read_text().startswith("<!doctype html>")


def test_rows_go_to_standard_output_for_a_dash(call: Call, tmp_path: Path) -> None:
    write(tmp_path / "trace", line(0))
    status, out, _ = call("trace", "--out", "-")
    assert status == 0
    assert json.loads(out)["action"] == "replied"


def test_twice_the_same_gives_the_same_bytes(call: Call, tmp_path: Path) -> None:
    write(tmp_path / "trace", line(0), *paste([1, 2, 3, 4, 5]), line(9, "4711", channel="telegram"))
    for name in ("first", "second"):
        call("trace", "--out", f"{name}.rows", "--summary", f"{name}.json")
    assert (tmp_path / "first.rows").read_bytes() == (tmp_path / "second.rows").read_bytes()
    assert (tmp_path / "first.json").read_bytes() == (tmp_path / "second.json").read_bytes()


def test_other_rules_are_asked_for_by_name(call: Call, tmp_path: Path) -> None:
    write(tmp_path / "trace", line(0))
    (tmp_path / "dear.yaml").write_bytes(RULES.replace(b"0.0763", b"0.5"))
    _, out, _ = call("trace", "--responses", "dear.yaml", "--json")
    assert json.loads(out)["spent"] == 0.5


def test_a_trace_out_of_order_is_replayed_with_a_notice(call: Call, tmp_path: Path) -> None:
    write(tmp_path / "trace", line(5), line(0))
    status, _, err = call("trace")
    assert status == 0
    assert "not sorted by time" in err


def test_labels_of_messages_that_are_not_there_are_noticed(call: Call, tmp_path: Path) -> None:
    write(tmp_path / "trace", line(0), line(1, 2))
    (tmp_path / "short").write_text((tmp_path / "trace").read_text().splitlines()[0] + "\n")
    status, out, err = call("short", "--labels", "trace.labels", "--json")
    assert (status, json.loads(out)["labels"]["ordinary"]) == (0, 1)
    assert err == "Labels of messages that the trace does not hold: 1.\n"


async def journalled() -> None:
    """A database in which two people wrote and were answered."""
    store = Store(sqlite.migrated(Path("rempart.db")))
    bridge = Bridge(store, TestClock(), RULES)
    for who, text in ((1, "bonjour"), (2, "salut")):
        await bridge.tell(message(text, address=number(who)))
    await bridge.fold()
    await store.close()


def test_the_journal_is_compared_in_tables_or_as_json(call: Call, tmp_path: Path) -> None:
    asyncio.run(journalled())
    (tmp_path / "strict.yaml").write_bytes(RULES.replace(b"{first: true}", b"{words: [bonjour]}"))
    status, out, err = call("--journal", "--responses", "strict.yaml")
    assert (status, err) == (0, "")
    assert "ordinary people would no longer be answered: 1" in out
    assert number(2) not in out
    _, told, _ = call("--journal", "--responses", "strict.yaml", "--json")
    assert json.loads(told)["cheaper_by"] == 0.0763
    assert all(handle in out for handle in json.loads(told)["ordinary_lost"])


def test_the_journal_is_compared_in_the_reader_s_language_by_the_clock_of_the_rules(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(journalled())
    (tmp_path / "strict.yaml").write_bytes(RULES.replace(b"{first: true}", b"{words: [bonjour]}"))
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")
    _, out, _ = call("--journal", "--responses", "strict.yaml")
    told = " ".join(out.split())
    assert "personnes ordinaires qui n'auraient plus de réponse : 1" in told
    assert ("c'était" in told, "sans réponse" in told, "aucune réponse n'a de conditions" in told) == (
        True,
        True,
        True,
    )
    assert not re.search(r"silent|would|no reply|Z │", told)


REFUSED = [
    (("trace", "--out", "-", "--summary", "-"), "Only one thing can go to standard output"),
    (("trace", "--out", "no/such/folder"), "no/such/folder cannot be written"),
    (("none",), "The file none cannot be read"),
    (("trace", "--responses", "none.yaml"), "There is no rules file at none.yaml"),
    (("trace", "--labels", "trace"), "trace:1: `label` must be ordinary or raider."),
    ((), "Give a trace; or --journal"),
    (("trace", "--journal"), "Give a trace; or --journal"),
    (("trace", "--since", "2026-01-01T00:00:00Z"), "Give a trace; or --journal"),
    (("--journal", "--since", "soon"), "is not a time"),
    (("--journal", "--since", "2026-01-02", "--until", "2026-01-01"), "--since must lie before --until."),
    (("--journal",), "There is no database"),
]


@pytest.mark.parametrize(("words", "complaint"), REFUSED, ids=[" ".join(words) for words, _ in REFUSED])
def test_wrong_usage_is_one_plain_sentence(
    call: Call, tmp_path: Path, words: tuple[str, ...], complaint: str
) -> None:
    write(tmp_path / "trace", line(0))
    status, out, err = call(*words)
    assert status == 2
    assert out == ""
    assert complaint in err
    assert err.count("\n") == 1


def test_a_bad_line_is_named_and_never_quoted(call: Call, tmp_path: Path) -> None:
    (tmp_path / "trace").write_text('{"id": "m1", "text": "un secret"}\n')
    status, _, err = call("trace")
    assert status == 2
    assert err == "trace:1: `at` must be a string that is not empty.\n"
