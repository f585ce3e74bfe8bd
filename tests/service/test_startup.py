"""What a command loads before it does anything: a question to a socket must not load a house."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from bridge.errors import Misconfigured
from bridge.responses.load import shipped
from bridge.service.control import control_app
from bridge.service.place import socket_path
from bridge.status import Status
from bridge.store.engine.address import sqlite_file
from bridge.store.engine.connecting import database_file, parse_url
from bridge.web.server import Server, listen_privately

VENDORS = {"aiohttp", "httpx", "requests", "slack_bolt", "slack_sdk", "telegram", "twilio"}
STORE = {"aiosqlite", "alembic", "asyncpg", "sqlalchemy"}
SERVER = {"prometheus_client", "starlette", "structlog", "uvicorn"}
HOUSE = VENDORS | STORE | SERVER
DECIDING = {"cryptography", "re2", "yaml", "phonenumbers", "smsutil", "bridge.responses"}
TABLES = {"rich", "babel"}
WAITING = {"asyncio"}
WORDS = {"typer", "pydantic", "inspect", "bridge.heart", "bridge.ports"}
"""The command line's own library with what it brings, and the nouns: what is only asked goes past them."""
ASKED = HOUSE | DECIDING | WAITING | WORDS

WATCHED = """
import sys
from bridge.cli import main
try:
    main()
finally:
    sys.stderr.write("\\n" + " ".join(sys.modules))
"""

COMMANDS: Mapping[str, set[str]] = {
    "--help": HOUSE | DECIDING | TABLES | WAITING,
    "mute --help": HOUSE | DECIDING | TABLES | WAITING,
    "check": HOUSE | WAITING | {"bridge.heart.acts"},
    "try hello": HOUSE | WAITING,
    "status": ASKED - {"inspect"},
    "status --json": ASKED | TABLES,
    "pot": HOUSE | DECIDING,
    "mutes": ASKED - {"inspect"} | {"babel"},
    "mutes --json": ASKED | TABLES,
    "why brave-heron-42": ASKED | TABLES,
    "why --json brave-heron-42": ASKED | TABLES,
    "mutes --reveal": HOUSE | DECIDING | {"babel"},
    "mute brave-heron-42 --for 2h": HOUSE | DECIDING | TABLES,
    "shield --off": HOUSE | DECIDING | TABLES,
}
"""What each of them does without."""

PRICE = {
    "channel": "sms",
    "country": "FR",
    "euros": 0.07,
    "source": "file",
    "currency": "USD",
    "told_at": None,
}
STATUS: Status = {
    "running": True,
    "deciding": True,
    "posture": "calm",
    "channels": {"sms": "on"},
    "pot": {"total": 3300.0, "spent": 1.5, "reserved": 0.0, "inbound": 0.0},
    "replies": {"held": 1},
    "waiting": {"replies": 1, "euros": 0.08, "oldest": "2026-11-01T12:00:00Z"},
    "raids": [
        {
            "id": "0612abcd",
            "name": "Grey Fog",
            "open": True,
            "messages": 9,
            "senders": 8,
            "saved": 1.2208,
            "calls": 0,
        }
    ],
    "older_raids": 3,
    "mutes": 1,
    "database": "there",
    "moved_to": None,
    "not_running_since": None,
    "stopped": False,
    "unfolded": {"events": 0, "oldest": None},
    "calls": 0,
    "newest_message": None,
    "newest_backup": None,
    "backups": {"to": "/backups", "every": 86400, "keep": 14, "kept": 3, "failing": None, "since": None},
    "refused_webhooks": [],
    "not_stored": None,
    "clock": None,
    "down": None,
    "watched": {"heartbeat": "on", "last_words": "on"},
    "forgotten": {"people": 12, "overdue": 3},
    "limits_lifted_until": None,
    "rules_refused": None,
    "mode": "live",
    "zone": "Europe/Paris",
    "rehearsed": {"replies": 0, "euros": 0.0, "kept_back": 0},
    "ways": [
        {"channel": "sms", "way": "telnyx", "since": "2026-11-01T12:00:00Z", "code": "account_suspended"}
    ],
    "foreign_prices": [PRICE],
    "troubles": [],
}
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "status": STATUS,
    "prices": {"prices": [PRICE]},
    "mutes": {
        "mutes": [
            {
                "sender": "brave-heron-42",
                "until": "2026-11-01T12:00:00Z",
                "by": "U0MOD",
                "reason": "[red] flag",
            }
        ],
        "names": {"U0MOD": "somebody"},
        "zone": "Europe/Paris",
    },
    "why": {"told": "Answered."},
    "act": {"outcome": "done", "told": "Done."},
}


@pytest.fixture
async def service() -> AsyncIterator[Path]:
    """The database of something that answers at the control socket as the service does."""

    def answering(told: Mapping[str, Any]) -> Any:
        async def verb(_asked: Mapping[str, Any]) -> Mapping[str, Any]:
            return told

        return verb

    with TemporaryDirectory() as folder:  # pytest's own are too deep for sockets on some systems
        database = Path(folder) / "r.db"
        app = control_app({question: answering(told) for question, told in ANSWERS.items()})
        async with Server(app, listen_privately(socket_path(database)), goodbye=0):
            yield database


@pytest.mark.parametrize("words", COMMANDS)
async def test_a_command_loads_only_what_it_needs(service: Path, words: str) -> None:
    status, said = await watched(words, {"REMPART_DATABASE_URL": f"sqlite:///{service}"}, service.parent)
    *_, loaded = said.splitlines()
    assert status == 0, said
    assert COMMANDS[words] & set(loaded.split()) == set()


async def test_help_in_french_waits_for_nothing_either(tmp_path: Path) -> None:
    status, said = await watched("--help", {"LC_ALL": "fr_FR.UTF-8"}, tmp_path)
    *_, loaded = said.splitlines()
    assert (status, COMMANDS["--help"] & set(loaded.split())) == (0, set())
    assert "bridge.cli.help_said" in loaded


async def test_a_replay_of_a_trace_loads_no_database(tmp_path: Path) -> None:
    line = {"id": "1", "at": "2026-11-01T12:00:00Z", "channel": "sms", "from": "+33612345678", "text": "hi"}
    (tmp_path / "trace.jsonl").write_text(json.dumps(line))
    status, said = await watched(f"replay trace.jsonl --responses {shipped()}", {}, tmp_path)
    *_, loaded = said.splitlines()
    assert (status, HOUSE & set(loaded.split())) == (0, set()), said


async def watched(words: str, env: Mapping[str, str], folder: Path) -> tuple[int | None, str]:
    """How a command ends, and what it says; last the modules that it loaded."""
    asking = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WATCHED, *words.split(), env=env, cwd=folder, stdout=DEVNULL, stderr=PIPE
    )
    _, said = await asking.communicate()
    return asking.returncode, said.decode()


ADDRESSES = [
    ("sqlite:///rempart.db", "rempart.db"),
    ("sqlite:////var/lib/rempart.db", "/var/lib/rempart.db"),
    ("sqlite+aiosqlite:///a/b c.db", "a/b c.db"),
    ("sqlite:///a%20b.db", "a b.db"),
    ("sqlite:///été@2:3.db", "été@2:3.db"),
    ("postgresql://u:p@h/sqlite", None),
    ("postgresql://u:p@h/a?host=sqlite:///x", None),
]


@pytest.mark.parametrize(("url", "path"), ADDRESSES)
def test_a_url_names_the_same_file_whoever_reads_it(url: str, path: str | None) -> None:
    wanted = None if path is None else Path(path).absolute()
    assert (sqlite_file(url), database_file(parse_url(url))) == (wanted, wanted)


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite://h/x", "sqlite:///x?y=z"]
)
def test_what_names_no_file_is_refused_whoever_reads_it(url: str) -> None:
    assert sqlite_file(url) is None
    with pytest.raises(Misconfigured, match="must name a file"):
        parse_url(url)
