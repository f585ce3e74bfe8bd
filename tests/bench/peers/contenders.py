"""Who is measured: how each is started, what it is sent, and what it stores."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.peers.calls import Calls, events, texts, updates

HERE = Path(__file__).parent
PLACE = HERE.parents[2] / ".benchmark" / "peers"
"""Where their packages are."""
BIN = PLACE / "env" / "bin"


@dataclass(frozen=True, slots=True)
class Contender:
    """Another way to receive webhooks."""

    name: str
    stores: str
    """What it does before it answers."""
    parts: Sequence[str]
    """Whose versions are told."""
    command: Callable[[int], Sequence[str]]
    calls: Calls = texts
    forks: bool = False
    """Whether a child answers."""


def _gunicorn(port: int) -> Sequence[str]:
    served = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--worker-class", "gthread", "--threads", "8"]
    patient = ["--keep-alive", "60", "--worker-connections", "2000", "--backlog", "4096"]
    return [str(BIN / "gunicorn"), *served, *patient, "--chdir", str(HERE), "tutorial:app"]


def _python(script: str) -> Callable[[int], Sequence[str]]:
    return lambda _port: [str(BIN / "python"), str(HERE / script)]


TUTORIAL = Contender(
    "Flask, as in the tutorial", "a commit a request", ("flask", "gunicorn", "twilio"), _gunicorn, forks=True
)
CONTENDERS = (
    TUTORIAL,
    Contender("Flask without a store", "nothing", TUTORIAL.parts, _gunicorn, forks=True),
    Contender(
        "python-telegram-bot's server",
        "nothing",
        ("python-telegram-bot", "tornado"),
        _python("telegram_server.py"),
        updates,
    ),
    Contender("slack-bolt's ASGI app", "nothing", ("slack-bolt", "uvicorn"), _python("slack_app.py"), events),
    Contender(
        "Express with better-sqlite3",
        "a commit a request",
        ("express", "better-sqlite3"),
        lambda _port: ["node", str(PLACE / "express.mjs")],
    ),
)


OPENS = 'new (require("better-sqlite3"))(":memory:")'


def install() -> bool:
    """Installs what they need, once; whether Node's side is there and works with the Node that is here."""
    run = subprocess.run
    PLACE.mkdir(parents=True, exist_ok=True)
    if not (BIN / "gunicorn").exists():
        run(["python3", "-m", "venv", str(PLACE / "env")], check=True)
        run([str(BIN / "pip"), "install", "--quiet", "-r", str(HERE / "requirements.txt")], check=True)
    if shutil.which("npm") is None:
        return False
    if not (PLACE / "node_modules" / "better-sqlite3").exists():
        shutil.copy(HERE / "package.json", PLACE)
        run(["npm", "install", "--no-audit", "--no-fund"], cwd=PLACE, env=_with_headers(), check=True)
    shutil.copy(HERE / "express.mjs", PLACE)
    return run(["node", "-e", OPENS], cwd=PLACE, capture_output=True, check=False).returncode == 0


def _with_headers() -> dict[str, str]:
    """What cannot be had built is compiled, with the headers that came with Node, where any did."""
    node = Path(shutil.which("node") or "/usr/bin/node").resolve().parents[1]
    beside = {"npm_config_nodedir": str(node)} if (node / "include" / "node").is_dir() else {}
    return os.environ | beside


def versions(installed: Sequence[str], node: Mapping[str, str]) -> dict[str, str]:
    """By name, as `requirements.txt` and `package.json` pin them."""
    python = dict(line.split(" ;")[0].split("==") for line in installed if "==" in line)
    return python | dict(node)
