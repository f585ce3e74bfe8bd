"""`rempart status` never lies: whether a service runs and since when none does, and what is there at all."""

import json
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import make_url

from bridge.clock import parse_iso, system_clock
from bridge.model import HOUR, MINUTE
from bridge.status import Signs, describe
from bridge.store.books.signs import Refused
from bridge.store.looks.overview import Overview
from bridge.wording import Words
from tests.service.test_command import CREDENTIALS, command, ended, environment, running

ABSENT = "not running, and there is no database yet"


def told(env: Mapping[str, str], cwd: Path) -> tuple[dict[str, Any], str]:
    """The status for programs, and for people."""
    as_json, text = command("status", "--json", env=env, cwd=cwd), command("status", env=env, cwd=cwd)
    assert as_json.returncode == text.returncode, as_json.stderr
    status: dict[str, Any] = json.loads(as_json.stdout)
    assert text.returncode == (1 if status["running"] is False else 0)
    return status, " ".join(text.stdout.split())


def of_a_service(env: Mapping[str, str], cwd: Path, how: signal.Signals) -> None:
    """A service that runs for a moment, and ends so."""
    with running(env, cwd) as process:
        process.send_signal(how)
        process.wait(20)


ENDS = [(signal.SIGTERM, True, "when it was stopped"), (signal.SIGKILL, False, "its last sign of life")]


@pytest.mark.parametrize(("how", "stopped", "said"), ENDS)
def test_since_when_no_service_runs_is_said_first(
    tmp_path: Path, how: signal.Signals, stopped: bool, said: str
) -> None:
    env = environment(tmp_path, **CREDENTIALS)
    began = system_clock()
    of_a_service(env, tmp_path, how)
    status, text = told(env, tmp_path)
    since = status["not_running_since"]
    assert began - MINUTE < parse_iso(since) <= system_clock()
    assert (status["running"], status["stopped"]) == (False, stopped)
    shown = Words("en", ZoneInfo(status["zone"]), now=system_clock()).moment(parse_iso(since))
    assert text.startswith(f"service not running since {shown} ({said}): this is the database as it was left")


def test_a_service_that_holds_the_file_and_does_not_answer_is_not_called_dead(tmp_path: Path) -> None:
    env = environment(tmp_path, **CREDENTIALS)
    with running(env, tmp_path):
        (tmp_path / "rempart.db.sock").unlink()
        status, text = told(env, tmp_path)
    assert status["running"] is None
    assert text.startswith("service unknown: whoever has the database open does not say who they are")


def test_a_file_that_is_not_there_is_said_and_not_made(tmp_path: Path) -> None:
    env = environment(tmp_path)
    status, text = told(env, tmp_path)
    assert (status["database"], status["running"]) == ("absent", False)
    assert ABSENT in text
    assert list(tmp_path.glob("rempart.db*")) == []


def test_a_database_of_a_server_that_is_not_there_is_said_and_not_made(
    tmp_path: Path, empty_postgresql_url: str
) -> None:
    missing = make_url(empty_postgresql_url).set(database="there_is_none")
    for url in (missing.render_as_string(hide_password=False), empty_postgresql_url):
        status, text = told(environment(tmp_path) | {"REMPART_DATABASE_URL": url}, tmp_path)
        assert (status["database"], status["running"]) == ("absent", False)
        assert ABSENT in text


def test_a_database_that_was_moved_says_where_to(tmp_path: Path, empty_postgresql_url: str) -> None:
    env = environment(tmp_path, **CREDENTIALS)
    of_a_service(env, tmp_path, signal.SIGTERM)
    origin = f"sqlite:///{tmp_path / 'rempart.db'}"
    moving = command("migrate-store", origin, empty_postgresql_url, env=env, cwd=tmp_path)
    assert moving.returncode == 0, moving.stderr
    status, text = told(env, tmp_path)
    assert status["database"] == "moved"
    assert status["moved_to"].startswith("postgresql://")
    assert str(make_url(empty_postgresql_url).database) in status["moved_to"]
    assert f"database moved to {status['moved_to']}, which goes on from here" in text


def refuse(url: str, path: str) -> None:
    """Somebody calls whose signature does not fit."""
    forged = Request(f"{url}{path}", b"MessageSid=SM1", {"X-Twilio-Signature": "forged"})
    with pytest.raises(HTTPError, match="403"):
        urlopen(forged, timeout=20)


def test_refused_webhooks_of_the_last_hour_and_their_likely_reason_are_told(tmp_path: Path) -> None:
    public = "https://bridge.example.org"
    env = environment(tmp_path, **CREDENTIALS) | {"REMPART_PUBLIC_URL": public}
    with running(env, tmp_path) as process:
        for _ in range(3):
            refuse(f"http://127.0.0.1:{env['REMPART_PORT']}", "/twilio/sms")
        during, text = told(env, tmp_path)
        process.terminate()
        ended(process)
    after, _ = told(env, tmp_path)
    (one,) = during["refused_webhooks"]
    assert (one["path"], one["status"], one["count"]) == ("/twilio/sms", 403, 3)
    assert f"REMPART_PUBLIC_URL ({public})" in one["likely"]
    assert f"webhook /twilio/sms 3 refused with 403 in the last hour: {one['likely']}" in text
    assert after["refused_webhooks"] == during["refused_webhooks"]


LIKELY = [
    (Refused("/twilio/sms", 403, 1, all_were=True), "dials another URL than REMPART_PUBLIC_URL (not set)"),
    (Refused("/twilio/sms", 403, 1, all_were=False), "somebody else knocks"),
    (Refused("/twilio/sms", 503, 1, all_were=True), "could not be stored"),
    (Refused("/twilio/sms", 400, 1, all_were=True), "malformed"),
]


@pytest.mark.parametrize(("one", "said"), LIKELY)
def test_why_a_webhook_is_refused_is_guessed_by_its_status_and_its_company(one: Refused, said: str) -> None:
    status = describe(
        Overview(), {}, 0, [], running=True, deciding=True, rules_refused=None, signs=Signs(refused=[one])
    )
    assert said in status["refused_webhooks"][0]["likely"]


def test_the_newest_backup_is_told_by_its_age(tmp_path: Path) -> None:
    env = environment(tmp_path, **CREDENTIALS)
    of_a_service(env, tmp_path, signal.SIGTERM)
    before, _ = told(env, tmp_path)
    assert before["newest_backup"] is None
    copying = command("backup", "copy.db", env=env, cwd=tmp_path)
    assert copying.returncode == 0, copying.stderr
    status, text = told(env, tmp_path)
    assert system_clock() - HOUR < parse_iso(status["newest_backup"]) <= system_clock()
    shown = Words("en", ZoneInfo(status["zone"])).moment(parse_iso(status["newest_backup"]))
    assert f"newest backup 0 min ago ({shown})" in text


def test_what_would_notice_a_death_is_told(tmp_path: Path) -> None:
    env = environment(tmp_path, **CREDENTIALS) | {
        "REMPART_HEARTBEAT_URL": "http://127.0.0.1:9/ping?status=up"
    }
    with running(env, tmp_path):
        status, text = told(env, tmp_path)
    assert status["watched"] == {"heartbeat": "unreachable", "last_words": "off"}
    assert "heartbeat unreachable last words off" in text
    assert "status=up" not in text
