"""Where commands write: never two things to one place, never over what is read, never with a traceback."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge import cli
from tests.replay.support import RULES
from tests.service.test_command import REMPART, SECRET

Call = Callable[..., tuple[int, str, str]]

MESSAGE = {
    "id": "m1",
    "at": "2026-01-01T10:00:00Z",
    "channel": "sms",
    "from": "+33612345678",
    "text": "salut",
}


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    """A command beside rules, a trace and labels: its exit status, what it said and complained of."""
    monkeypatch.chdir(tmp_path)
    for name in ("REMPART_SECRET", "REMPART_RESPONSES", "REMPART_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "responses.yaml").write_bytes(RULES)
    (tmp_path / "trace").write_text(json.dumps(MESSAGE) + "\n")
    (tmp_path / "labels").write_text('{"id": "m1", "label": "ordinary"}\n')
    (tmp_path / "link").symlink_to("trace")
    (tmp_path / "rempart.db").write_bytes(b"")
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / ".env").write_text("REMPART_SECRET_FILE=secret\n")

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["rempart", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(str(ended.value.code)), said.out, said.err

    return run


LOST = [
    "replay trace --out same --summary same",
    "replay trace --out same --report ./same",
    "replay trace --out trace",
    "replay trace --summary link",
    "replay trace --labels labels --report labels",
    "replay trace --out responses.yaml",
    "replay trace --out - --json",
    "replay --journal --report responses.yaml",
    "replay --journal --report - --json",
    "simulate flood --out same --labels same",
    "simulate flood --labels -",
    "simulate flood --out - --labels -",
    "simulate flood --ordinary trace --out trace",
    "simulate flood --abuse trace --labels ./trace",
    "report 7cd46b78 --out - --json",
    "report 7cd46b78 --out rempart.db",
    "replay trace --report ./rempart.db",
    "simulate flood --out responses.yaml",
    "simulate flood --labels secret",
    "privacy --out .env",
    "card --address @bot --out responses.yaml",
]


@pytest.mark.parametrize("line", LOST)
def test_what_would_be_lost_without_a_word_is_refused_before_anything_is_done(
    call: Call, tmp_path: Path, line: str
) -> None:
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    status, out, err = call(*line.split())
    assert (status, out, err.count("\n")) == (2, "", 1), err
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before


FINE = [
    "replay trace --labels labels --out rows --summary summary --report page",
    "replay trace --out /dev/null --summary /dev/null",
    "replay trace --out - --summary summary",
    "simulate flood --out - --labels rows",
]


@pytest.mark.parametrize("line", FINE)
def test_a_dash_and_a_device_take_what_is_meant_for_them(call: Call, tmp_path: Path, line: str) -> None:
    status, out, _ = call(*line.split())
    assert status == 0
    assert all(json.loads(row)["id"] for row in out.splitlines())
    assert not (tmp_path / "-").exists()


@pytest.mark.parametrize(("line", "ends"), [("pot set 5", 0), ("doubtful --undo x", 1), ("find --undo x", 1)])
def test_what_comes_of_an_act_is_told_to_a_program_where_it_is_asked_for(
    call: Call, line: str, ends: int
) -> None:
    status, out, err = call(*line.split(), "--json")
    assert (status, err) == (ends, "")
    assert {"outcome", "told", "act"} <= json.loads(out).keys()


NO_NAME = "a" * 300
"""Longer than any file's name may be."""

UNUSABLE = [
    "check {}",
    "replay {}",
    "replay trace --labels {}",
    "replay trace --responses {}",
    "replay trace --out {}",
    "simulate flood --out {}",
    "simulate flood --ordinary {}",
    "privacy --out {}",
    "privacy --drafts {}",
    "card --address @bot --out {}",
    "backup {}",
    "restore {}",
    "secret rotate --key-file {}",
    "evidence verify {}",
    "evidence export --raid 7cd46b78 --out {}",
    "campaign import {}",
    "campaign export 7cd46b78 --out {}",
    "migrate-store sqlite:///{} sqlite:///other.db",
    "migrate-store sqlite:///rempart.db sqlite:///{}",
]


@pytest.mark.parametrize("line", UNUSABLE)
def test_a_name_that_no_file_can_have_is_told_in_one_sentence(call: Call, line: str) -> None:
    status, _, err = call(*line.format(NO_NAME).split())
    assert status in (1, 2)
    assert err.count("\n") == 1, err


ENDINGS = {
    "> /dev/full": (1, "Standard output cannot be written to"),
    "--json > /dev/full": (1, "Standard output cannot be written to"),
    ">&- <&-": (0, ""),
    "| true": (1, ""),
}


@pytest.mark.parametrize("end", ENDINGS)
def test_whoever_listens_no_more_is_no_error_of_ours(tmp_path: Path, end: str) -> None:
    script = f'"$REMPART" try Salut {end}; exit ${{PIPESTATUS[0]}}'
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "REMPART": str(REMPART)}
    done = subprocess.run(
        ["bash", "-c", script],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    status, said = ENDINGS[end]
    assert done.returncode == status
    assert said in done.stderr
    assert done.stderr.count("\n") == bool(said)


def test_what_a_program_reads_is_in_utf_8_whatever_the_terminal_shows(tmp_path: Path) -> None:
    (tmp_path / "responses.yaml").write_text("languages: [fr]\nreplies: [{id: a, say: {fr: 'Été à Nîmes'}}]")
    (tmp_path / "trace").write_text(json.dumps(MESSAGE) + "\n")
    env = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    words = [str(REMPART), "replay", "trace", "--out", "-"]
    done = subprocess.run(words, env=env, cwd=tmp_path, capture_output=True, timeout=300, check=True)
    assert json.loads(done.stdout.decode("utf-8"))["reply"] == "Été à Nîmes"
