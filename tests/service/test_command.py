"""The command as its user runs it: a process of its own, its words and its exit status."""

import json
import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from tests.support.forks import Fork, begun, forked
from tests.support.house import QUICK, free_port

REMPART = Path(sys.executable).with_name("rempart")
SECRET = "a secret of more than thirty-two characters"
CREDENTIALS = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "not-a-real-token-at-all-0123456789",
    "TWILIO_NUMBER": "+33639980000",
    "TWILIO_API_URL": "http://127.0.0.1:9",
}


def environment(folder: Path, **more: str) -> dict[str, str]:
    """A clean environment for one service in one folder."""
    (folder / "rules.yaml").write_bytes(QUICK)
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    ours = {
        "REMPART_DATABASE_URL": f"sqlite:///{folder / 'rempart.db'}",
        "REMPART_RESPONSES": str(folder / "rules.yaml"),
        "REMPART_SECRET": SECRET,
        "REMPART_PORT": str(free_port()),
    }
    return kept | ours | more


command = forked
"""Runs one command to its end, without waiting for its imports."""


def cold(*words: str, env: Mapping[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Likewise, by the script that its user runs."""
    return subprocess.run(
        [str(REMPART), *words],
        env=dict(env),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@contextmanager
def begun_cold(*words: str, env: Mapping[str, str], cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """One that goes on meanwhile, by the script that its user runs."""
    arguments = [str(REMPART), *words]
    with subprocess.Popen(arguments, env=dict(env), cwd=cwd, stderr=subprocess.PIPE, text=True) as process:
        yield process


Process = Fork | subprocess.Popen[str]


@contextmanager
def running(
    env: Mapping[str, str], cwd: Path, begin: Callable[..., AbstractContextManager[Process]] = begun
) -> Iterator[Process]:
    """A service that is ready; killed at the end if it still runs."""
    with begin("run", env=env, cwd=cwd) as process:
        try:
            wait_until_ready(process, int(env["REMPART_PORT"]))
            yield process
        finally:
            process.kill()


def served(env: Mapping[str, str], cwd: Path, *, alive: bool) -> AbstractContextManager[object]:
    """A service that is ready, or none: commands do with either."""
    return running(env, cwd) if alive else nullcontext()


def wait_until_ready(process: Process, port: int) -> None:
    for _ in range(600):
        if process.poll() is not None:
            pytest.fail(f"It ended with {process.returncode}: {process.stderr and process.stderr.read()}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
        except OSError:  # nobody listens yet, it is not ready, or the machine is too busy to say so
            time.sleep(0.1)
        else:
            return
    pytest.fail("It was not ready in time.")


def ended(process: Process) -> str:
    """What it said, after a clean end."""
    _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said
    return said


def plain(result: subprocess.CompletedProcess[str], exit_status: int) -> str:
    """The one sentence that an error is told in."""
    assert result.returncode == exit_status, result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    return result.stderr


def refused(words: Sequence[str], status: int, why: str, folder: Path) -> None:
    """That this command on a new database ends so, and says why."""
    result = command(*words, env=environment(folder), cwd=folder)
    assert result.returncode == status, result.stderr
    assert why in result.stderr
    assert "Traceback" not in result.stderr


def test_it_creates_its_database_serves_and_stops_cleanly(tmp_path: Path) -> None:
    with running(environment(tmp_path, **CREDENTIALS), tmp_path, begun_cold) as process:
        assert (tmp_path / "rempart.db").exists()
        process.send_signal(signal.SIGTERM)
        lines = [json.loads(line) for line in ended(process).splitlines()]
    assert {"ready", "stopped"} <= {line["event"] for line in lines}
    assert all({"timestamp", "level", "event"} <= line.keys() for line in lines)


def test_no_secret_is_ever_logged(tmp_path: Path) -> None:
    with running(environment(tmp_path, **CREDENTIALS), tmp_path) as process:
        process.send_signal(signal.SIGINT)
        said = ended(process)
    assert SECRET not in said
    assert CREDENTIALS["TWILIO_AUTH_TOKEN"] not in said


def test_it_starts_again_at_once_on_the_same_port_also_after_a_kill(tmp_path: Path) -> None:
    env = environment(tmp_path, **CREDENTIALS)
    for _ in range(2):
        with running(env, tmp_path) as process:
            process.kill()
            process.wait(10)
    with running(env, tmp_path) as process:
        process.terminate()
        ended(process)


OF_THE_SERVICE = ("database", "not_running_since", "stopped", "watched")
"""What of a status tells of the service, and not of what it has stored."""


def test_status_asks_the_running_service_and_otherwise_the_database(tmp_path: Path) -> None:
    env = environment(tmp_path, **CREDENTIALS)
    before = json.loads(command("status", "--json", env=env, cwd=tmp_path).stdout)
    with running(env, tmp_path):
        during = json.loads(command("status", "--json", env=env, cwd=tmp_path).stdout)
    after = json.loads(command("status", "--json", env=env, cwd=tmp_path).stdout)
    assert before["channels"]["sms"] == after["channels"]["sms"] == "off"  # no service, and so neither half
    assert during["channels"]["sms"] in ("on", "failing")  # nobody speaks Twilio at the address it is given
    assert next(iter(after)) == "running"
    for told, runs in ((before, False), (during, True), (after, False)):
        assert (told["running"], told["deciding"]) == (runs, runs)
        for changing in (*OF_THE_SERVICE, "channels", "running", "deciding", "troubles"):
            del told[changing]
    assert before == during == after
    assert set(during["pot"]) == {"total", "spent", "reserved", "inbound"}


def test_status_says_first_whether_a_service_runs_and_ends_with_1_where_none_does(tmp_path: Path) -> None:
    env = environment(tmp_path, **CREDENTIALS)
    assert first_word_and_exit_of_status(env, tmp_path) == ("not", 1)
    assert not (tmp_path / "rempart.db").exists()
    with running(env, tmp_path):
        assert first_word_and_exit_of_status(env, tmp_path) == ("runs", 0)
    assert first_word_and_exit_of_status(env, tmp_path) == ("not", 1)


def test_a_service_on_a_server_is_seen_from_the_server(tmp_path: Path, empty_postgresql_url: str) -> None:
    env = environment(tmp_path, **CREDENTIALS) | {"REMPART_DATABASE_URL": empty_postgresql_url}
    with running(env, tmp_path) as process:
        assert first_word_and_exit_of_status(env, tmp_path) == ("runs", 0)
        process.terminate()
        ended(process)
    assert first_word_and_exit_of_status(env, tmp_path) == ("not", 1)


def first_word_and_exit_of_status(env: Mapping[str, str], cwd: Path) -> tuple[str, int]:
    told = command("status", env=env, cwd=cwd)
    name, word = told.stdout.splitlines()[0].split()[:2]
    assert (name, told.stderr) == ("service", "")
    return word, told.returncode


def test_the_control_socket_opens_only_for_the_same_user(tmp_path: Path) -> None:
    env = environment(tmp_path)
    with running(env, tmp_path):
        socket = tmp_path / "rempart.db.sock"
        assert stat.S_IMODE(socket.stat().st_mode) == 0o600


def test_a_channel_without_credentials_is_off(tmp_path: Path) -> None:
    env = environment(tmp_path)
    assert json.loads(command("status", "--json", env=env, cwd=tmp_path).stdout)["channels"]["sms"] == "off"


def test_secrets_may_come_from_files_and_settings_from_dotenv(tmp_path: Path) -> None:
    env = environment(tmp_path)
    (tmp_path / "secret").write_text(SECRET + "\n", encoding="utf-8")
    written = {"REMPART_SECRET_FILE": str(tmp_path / "secret"), "REMPART_PORT": env.pop("REMPART_PORT")}
    del env["REMPART_SECRET"]
    (tmp_path / ".env").write_text("".join(f"{n}={v}\n" for n, v in written.items()), encoding="utf-8")
    with running(env | {"REMPART_PORT": written["REMPART_PORT"]}, tmp_path) as process:
        process.terminate()
        ended(process)


WRONG_SETTINGS = [
    ({"REMPART_SECRET": ""}, "REMPART_SECRET"),
    ({"REMPART_SECRET": "short"}, "REMPART_SECRET"),
    ({"REMPART_PORT": "eighty"}, "REMPART_PORT"),
    ({"REMPART_PORT": "70000"}, "REMPART_PORT"),
    ({"REMPART_PUBLIC_URL": "bridge.example.org"}, "REMPART_PUBLIC_URL"),
    ({"REMPART_DATABASE_URL": "mysql://somewhere/else"}, "REMPART_DATABASE_URL"),
    ({"REMPART_DATABASE_URL": "no url at all"}, "REMPART_DATABASE_URL"),
    ({"REMPART_SECRET": "", "REMPART_SECRET_FILE": "/nowhere/at/all"}, "REMPART_SECRET_FILE"),
    ({"REMPART_SECRET_FILE": "/nowhere/at/all"}, "REMPART_SECRET"),
    ({"TWILIO_AUTH_TOKEN": "only-this-one-is-set"}, "TWILIO_ACCOUNT_SID"),
    ({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t0ken"}, "TWILIO_NUMBER"),
    ({**CREDENTIALS, "TWILIO_NUMBER": "not a number!"}, "TWILIO_NUMBER"),
    ({**CREDENTIALS, "TWILIO_API_URL": "ftp://x"}, "TWILIO_API_URL"),
    ({"REMPART_RESPONSES": "/nowhere/at/all.yaml"}, "/nowhere/at/all.yaml"),
    ({"REMPART_PORT": "8_000"}, "REMPART_PORT"),
    ({"REMPART_PORT": "0"}, "REMPART_PORT is not usable: must be a number from 1 to 65535."),
    ({"REMPART_PUBLIC_URL": "https://bridge.example.org/\u202e"}, "REMPART_PUBLIC_URL"),
    ({"REMPART_DATABASE_URL": "postgresql://x:t0ken@127.0.0.1:99999/z"}, "REMPART_DATABASE_URL names a port"),
    ({"REMPART_DATABASE_URL": "postgresql://x:t0ken@127.0.0.1:0/z"}, "REMPART_DATABASE_URL names a port"),
]

WRONG_HOSTS = ["nowhere.invalid", "192.0.2.1", "a b", "x..y"]


@pytest.mark.parametrize("host", WRONG_HOSTS)
def test_a_host_that_is_not_this_machine_is_told_by_its_variable(tmp_path: Path, host: str) -> None:
    told = command("run", env=environment(tmp_path, REMPART_HOST=host), cwd=tmp_path)
    assert told.returncode == 2
    assert "Traceback" not in told.stderr
    assert told.stderr.splitlines()[-1].startswith("REMPART_HOST names no address of this machine")


@pytest.mark.parametrize(("wrong", "named"), WRONG_SETTINGS)
def test_a_wrong_setting_is_named_in_one_sentence(tmp_path: Path, wrong: dict[str, str], named: str) -> None:
    said = plain(command("run", env=environment(tmp_path) | wrong, cwd=tmp_path), 2)
    assert named in said
    for secret in ("only-this-one-is-set", "t0ken", CREDENTIALS["TWILIO_AUTH_TOKEN"], SECRET):
        assert secret not in said


WRONG_RULES = [
    (b"", "empty"),
    (b"\0\1\2\3" * 100, "text file"),
    (bytes(range(128, 256)), "UTF-8"),
    (b"languages: [fr]\nreplys: []\n", "replys"),
    (b"languages: &a [fr]\nreplies: *a\n", "unquoted"),
]


@pytest.mark.parametrize(("rules", "why"), WRONG_RULES)
def test_a_rules_file_that_will_not_do_is_refused_at_start(tmp_path: Path, rules: bytes, why: str) -> None:
    env = environment(tmp_path)
    (tmp_path / "rules.yaml").write_bytes(rules)
    said = plain(command("run", env=env, cwd=tmp_path), 2)
    assert "rules.yaml" in said
    assert why.lower() in said.lower()


def test_a_rules_file_of_a_hundred_megabytes_is_refused(tmp_path: Path) -> None:
    env = environment(tmp_path)
    with (tmp_path / "rules.yaml").open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    assert "larger" in plain(command("run", env=env, cwd=tmp_path), 2)


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    env = environment(tmp_path)
    with running(env, tmp_path):
        other = env | {"REMPART_DATABASE_URL": f"sqlite:///{tmp_path / 'other.db'}"}
        assert env["REMPART_PORT"] in plain_last(command("run", env=other, cwd=tmp_path))


def plain_last(result: subprocess.CompletedProcess[str]) -> str:
    """The last line of an error that log lines may precede."""
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr.strip().splitlines()[-1]


def test_a_second_service_on_the_same_database_is_refused(tmp_path: Path) -> None:
    env = environment(tmp_path)
    with running(env, tmp_path):
        other = env | {"REMPART_PORT": str(free_port())}
        assert "Another Rempart" in plain_last(command("run", env=other, cwd=tmp_path))


def test_another_secret_is_refused(tmp_path: Path) -> None:
    env = environment(tmp_path)
    with running(env, tmp_path) as process:
        process.terminate()
        ended(process)
    other = env | {"REMPART_SECRET": "another secret of more than thirty-two characters"}
    result = command("run", env=other, cwd=tmp_path)
    assert result.returncode == 2
    assert "REMPART_SECRET" in result.stderr.strip().splitlines()[-1]


UNUSABLE = {
    "no database": lambda path: path.write_bytes(b"this is a letter to my aunt" * 100),
    "a folder": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_a_database_that_cannot_be_used_is_told_in_one_sentence(tmp_path: Path, kind: str) -> None:
    UNUSABLE[kind](tmp_path / "rempart.db")
    said = plain_last(command("run", env=environment(tmp_path), cwd=tmp_path))
    assert "database" in said.lower()


@pytest.mark.parametrize("table", ["letters", "alembic_version"])
def test_another_programs_database_is_left_as_it_is(tmp_path: Path, table: str) -> None:
    with closing(sqlite3.connect(tmp_path / "rempart.db")) as theirs:
        theirs.execute(f"CREATE TABLE {table} AS SELECT '5f1d7c0a9be2' AS version_num")
        theirs.commit()
    env = environment(tmp_path)
    for words in (["run"], ["mute", "+33612345678"], ["status"]):
        said = plain_last(command(*words, env=env, cwd=tmp_path))
        assert "another program" in said
    with closing(sqlite3.connect(tmp_path / "rempart.db")) as theirs:
        assert theirs.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)


LOOKS = [
    ("replay", "--journal"),
    ("evidence", "export", "--raid", "7cd46b78", "--out", "x.zip"),
    ("status",),
    ("report", "7cd46b78"),
]


@pytest.mark.parametrize("words", LOOKS, ids=" ".join)
@pytest.mark.parametrize("kind", UNUSABLE)
def test_whoever_only_looks_is_told_in_one_sentence_as_well(
    tmp_path: Path, kind: str, words: Sequence[str]
) -> None:
    UNUSABLE[kind](tmp_path / "rempart.db")
    assert "database" in plain(command(*words, env=environment(tmp_path), cwd=tmp_path), 1).lower()


def test_a_database_in_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    env = environment(tmp_path) | {"REMPART_DATABASE_URL": "sqlite:////nowhere/at/all/rempart.db"}
    assert "/nowhere/at/all" in plain(command("run", env=env, cwd=tmp_path), 2)


SERVERS = {
    "as usual": "postgresql://nobody:t0ken@127.0.0.1:{}/rempart",
    "with a password among the options": "postgresql:///rempart?host=127.0.0.1&port={}&user=nobody&password=t0ken",
}


@pytest.mark.parametrize("url", SERVERS.values(), ids=SERVERS)
def test_a_postgresql_that_is_not_there_is_told_and_no_password_is(tmp_path: Path, url: str) -> None:
    env = environment(tmp_path) | {"REMPART_DATABASE_URL": url.format(free_port())}
    done = command("run", env=env, cwd=tmp_path)
    assert "REMPART_DATABASE_URL" in plain_last(done)
    assert "t0ken" not in done.stderr


def test_nothing_of_a_person_can_be_read_in_the_file(tmp_path: Path) -> None:
    env = environment(tmp_path, **CREDENTIALS)
    url = f"http://127.0.0.1:{env['REMPART_PORT']}/twilio/sms"
    form = {
        "MessageSid": "SM1",
        "From": "+33612345678",
        "To": "+33639980000",
        "Body": "une rengaine bien a moi",
    }
    signature = RequestValidator(CREDENTIALS["TWILIO_AUTH_TOKEN"]).compute_signature(url, form)
    with running(env, tmp_path) as process:
        request = urllib.request.Request(url, urlencode(form).encode(), {"X-Twilio-Signature": signature})
        with urllib.request.urlopen(request, timeout=10) as response:
            assert response.status == 200
        time.sleep(1)
        process.terminate()
        said = ended(process)
    files = b"".join(path.read_bytes() for path in tmp_path.glob("rempart.db*") if path.is_file())
    for trace in (b"612345678", b"rengaine"):
        assert trace not in files
        assert trace.decode() not in said
    with closing(sqlite3.connect(tmp_path / "rempart.db")) as database:
        stored = database.execute("SELECT handle FROM senders").fetchone()[0]
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d\d", stored)


ODD = ["with a\x07bell", "half \udcff a letter", "long " * 500]


@pytest.mark.parametrize("reason", ODD)
def test_an_odd_reason_is_cleaned_and_the_act_is_decided(tmp_path: Path, reason: str) -> None:
    told = command("mute", "+33612345678", "--reason", reason, env=environment(tmp_path), cwd=tmp_path)
    assert "Traceback" not in told.stderr
    assert "not decided" not in told.stderr


def test_a_terminal_that_knows_few_characters_ends_no_command(tmp_path: Path) -> None:
    env = environment(tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    told = cold("try", "Salut", env=env, cwd=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")


TRIED = [("sms", True), ("telegram", True), ("whatsapp", False), ("telnyx", False)]
"""Channels, and whether somebody there is answered where the rules have prices for `sms` alone."""


@pytest.mark.parametrize(("channel", "answered"), TRIED)
def test_a_text_is_tried_as_somebody_on_that_channel_writes_it(
    tmp_path: Path, channel: str, *, answered: bool
) -> None:
    """Without `--from` as well: who writes by Telegram has no telephone number that would need a price."""
    told = command("try", "Salut", "--channel", channel, "--json", env=environment(tmp_path), cwd=tmp_path)
    tried = json.loads(told.stdout)
    assert (tried["rule"] is not None) == answered, tried
    assert (tried["price"] > 0) == (channel == "sms")


OURS = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "x", "TWILIO_NUMBER": "+33 6 39 98 00 00"}
NAMING = b"languages: [fr]\nreplies: [{id: a, say: {fr: $number}}]\n"
TWO_LINES = NAMING + b'lines: {paris: {}, lyon: {channels: {sms: "+33639980001"}}}\n'

WRITTEN_TO = {
    "our number, in its one form": (NAMING, OURS, "", "+33639980000"),
    "an example where it has none": (NAMING, {}, "", "+33700000000"),
    "an example where half of it is set": (NAMING, {"TWILIO_NUMBER": "+33639980000"}, "", "+33700000000"),
    "a bot, whose name its provider knows": (NAMING, OURS, "--channel telegram", "telegram"),
    "the first line's": (TWO_LINES, OURS, "", "+33639980000"),
    "another line's": (TWO_LINES, OURS, "--line lyon", "+33639980001"),
}


@pytest.mark.parametrize("case", WRITTEN_TO)
def test_what_a_tried_reply_says_of_our_number_is_ours(tmp_path: Path, case: str) -> None:
    rules, settings, options, number = WRITTEN_TO[case]
    env = environment(tmp_path, **settings)
    (tmp_path / "rules.yaml").write_bytes(rules)
    told = command("try", "Salut", "--json", *options.split(), env=env, cwd=tmp_path)
    assert json.loads(told.stdout)["reply"] == number, told.stderr


def test_a_setting_that_is_no_text_is_told(tmp_path: Path) -> None:
    told = cold("run", env=environment(tmp_path, REMPART_HOST="b\udcffcke"), cwd=tmp_path)
    assert "REMPART_HOST" in plain(told, 2)
