"""`rempart install-service`: it finds out what it needs, shuts the service in, writes over nobody's file."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from bridge.errors import Misconfigured
from bridge.noun import replace
from bridge.settings import Settings
from bridge.setup.placing import place
from bridge.setup.proxy import proxy
from bridge.setup.templates import CADDY, UNIT, template
from bridge.setup.unit import unit
from bridge.setup.whereabouts import Whereabouts, look_around
from tests.support.events import SECRET
from tests.support.forks import forked
from tests.support.house import PATIENCE, QUICK, free_port
from tests.support.tools import insist, tool

AS_PACKAGED = Whereabouts(
    folder=Path("/var/lib/rempart"),
    user="rempart",
    command=Path("/opt/rempart/bin/rempart"),
    settings=Settings(),
    writes=(Path("/var/lib/rempart"),),
    keeps=(),
    reads=(Path("/opt/rempart"), Path("/usr")),
    is_reachable=True,
    only_here=(),
)


def test_the_unit_in_packaging_is_what_the_command_writes_for_such_an_installation() -> None:
    assert unit(AS_PACKAGED) == template(UNIT)


ADA = Path("/", "home", "ada")
TOOL = ADA / ".local/share/uv/tools/rempart"
AT_HOME = replace(
    AS_PACKAGED,
    folder=ADA / "my bridge",
    user="ada",
    command=TOOL / "bin/rempart",
    writes=(ADA / "my bridge", Path("/srv/data")),
    keeps=(ADA / "stick/100%", Path("/mnt/stick/rempart")),
    reads=(TOOL, ADA / "my bridge/x", Path("/usr")),
)

UNITS: Mapping[str, tuple[Whereabouts, list[str], list[str]]] = {
    "at home": (
        AT_HOME,
        [
            "User=ada",
            f"WorkingDirectory={ADA}/my bridge",
            f"ExecStart={TOOL}/bin/rempart run",
            "ProtectHome=tmpfs",
            f'BindPaths="{ADA}/my bridge"',
            f"BindPaths=-{ADA}/stick/100%%",
            f"BindReadOnlyPaths={TOOL}",
            "ReadWritePaths=/srv/data -/mnt/stick/rempart",
        ],
        ["ProtectHome=yes", "BindReadOnlyPaths=/usr", f'BindReadOnlyPaths="{ADA}/my bridge/x"'],
    ),
    "a command with a space": (
        replace(AS_PACKAGED, command=Path("/opt/a b$c/bin/rempart")),
        ['ExecStart="/opt/a b$$c/bin/rempart" run'],
        [],
    ),
    "a socket for which the path is too long": (
        replace(AS_PACKAGED, is_reachable=False),
        ["PrivateTmp=no"],
        ["PrivateTmp=yes"],
    ),
}


@pytest.mark.parametrize("what", UNITS)
def test_the_unit_is_filled_in_with_what_was_found(what: str) -> None:
    found, there, absent = UNITS[what]
    lines = unit(found).splitlines()
    assert [one for one in there if one not in lines] == []
    assert [one for one in absent if one in lines] == []


@pytest.mark.parametrize("found", [AS_PACKAGED, AT_HOME], ids=["as packaged", "at home"])
def test_systemd_calls_it_shut_in(found: Whereabouts, tmp_path: Path) -> None:
    analyze = insist("systemd-analyze")
    (tmp_path / "rempart.service").write_text(unit(found))
    words = [analyze, "security", "--offline=true", "--threshold=20", str(tmp_path / "rempart.service")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-200:]


SITES = {
    "https://bridge.example.org": ("bridge.example.org {", "reverse_proxy 127.0.0.1:8000"),
    "https://bridge.example.org:8443": ("bridge.example.org:8443 {", "reverse_proxy 127.0.0.1:8000"),
    "http://10.0.0.7": ("http://10.0.0.7 {", "reverse_proxy 127.0.0.1:8000"),
    "https://example.org/bridge": ("example.org {", "handle_path /bridge/* {"),
}


@pytest.mark.parametrize("url", SITES)
def test_caddy_passes_everything_on_but_the_figures(url: str, tmp_path: Path) -> None:
    block = proxy(Settings(public_url=url))
    assert block is not None
    assert [one for one in SITES[url] if one not in block] == []
    assert "path /metrics /metrics/*" in block
    assert "{$" not in block
    caddy = tool("caddy")
    if caddy is None:
        pytest.skip("There is no Caddy here: `make tools` brings it.")
    (tmp_path / "Caddyfile").write_text(block)
    words = [caddy, "validate", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")]
    done = subprocess.run(words, env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


DIALLED = (
    "/twilio/sms",
    "/twilio/status",
    "/twilio/voice",
    "/telegram/webhook",
    "/telnyx/messages",
    "/gateway/events",
    "/slack/events",
    "/status",
)


class Echo(BaseHTTPRequestHandler):
    """Answers with the path that it was asked for."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *_told: object) -> None:
        """Nobody reads it."""


@contextmanager
def listening() -> Iterator[int]:
    """The port of something that echoes."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def came_through(url: str) -> str | int:
    """The path that arrived, or the status of who stands in between."""
    try:
        with urlopen(Request(url, b"Body=Salut"), timeout=20) as answer:
            return str(answer.read().decode())
    except HTTPError as error:
        return error.code


@pytest.mark.parametrize("below", ["", "/bridge"])
def test_what_is_dialled_comes_through_a_real_caddy_and_the_figures_do_not(
    below: str, tmp_path: Path
) -> None:
    caddy, port = insist("caddy"), free_port()
    with listening() as upstream:
        url = f"http://127.0.0.1:{port}{below}"
        block = proxy(Settings(public_url=url, port=upstream))
        (tmp_path / "Caddyfile").write_text("{\n\tadmin off\n}\n" + str(block))
        words = [caddy, "run", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")]
        with subprocess.Popen(words, env={"HOME": str(tmp_path)}, stderr=subprocess.DEVNULL) as running:
            try:
                wait_for(port)
                assert [came_through(url + path) for path in DIALLED] == [*DIALLED]
                assert came_through(f"{url}/metrics") == 404
            finally:
                running.terminate()


def wait_for(port: int) -> None:
    """Returns once somebody listens there."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
            return
        time.sleep(0.05)
    raise AssertionError("nobody listens")


@pytest.mark.parametrize(("host", "dialled"), [("0.0.0.0", "127.0.0.1:8000"), ("::", "[::1]:8000")])  # noqa: S104
def test_who_listens_everywhere_is_dialled_here(host: str, dialled: str) -> None:
    assert Settings(host=host).address == dialled


def test_without_a_public_url_there_is_nothing_to_pass_on() -> None:
    assert proxy(Settings()) is None
    assert template(CADDY)


def gone(path: Path) -> None:
    path.unlink()


def edited(path: Path) -> None:
    path.write_text(path.read_text() + "Environment=MINE=1\n")


def foreign(path: Path) -> None:
    path.write_text("[Service]\nExecStart=/bin/true\n")


def masked(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/null")


def nothing(_path: Path) -> None:
    """Leaves it as it is."""


PLACED = [
    (gone, "one", "written"),
    (nothing, "one", "as_it_was"),
    (nothing, "two", "written"),
    (edited, "one", "theirs"),
    (edited, "two", "theirs"),
    (foreign, "two", "theirs"),
    (masked, "two", "theirs"),
]


@pytest.mark.parametrize(("meanwhile", "text", "became"), PLACED)
def test_only_what_was_written_here_and_nobody_touched_is_written_over(
    tmp_path: Path, meanwhile: Callable[[Path], None], text: str, became: str
) -> None:
    path = tmp_path / "rempart.service"
    assert place(path, "one\n") == "written"
    meanwhile(path)
    before = path.read_bytes() if path.exists() else b""
    assert place(path, f"{text}\n") == became
    assert (path.read_bytes() == before) is (became != "written")
    assert [one.name for one in tmp_path.iterdir()] == ["rempart.service"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An installation that belongs to somebody."""
    folder = tmp_path / "bridge"
    folder.mkdir()
    (folder / "responses.yaml").write_bytes(QUICK + b"backup: {to: /nowhere/copies}\n")
    env = folder / ".env"
    env.write_text(f"REMPART_SECRET={SECRET}\nREMPART_PUBLIC_URL=https://bridge.example.org\n")
    env.chmod(0o600)
    if os.geteuid() == 0:
        os.chown(env, 12345, 12345)
    return folder


def clean(**more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], **more}


def test_it_says_what_it_wrote_and_what_to_type_and_a_second_time_changes_nothing(
    folder: Path, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    (root / "etc/systemd/system").mkdir(parents=True)
    (root / "etc/caddy").mkdir()
    words = "install-service", "--root", str(root)
    first = forked(*words, env=clean(TELEGRAM_BOT_TOKEN="1:a"), cwd=folder)
    assert (first.returncode, first.stderr) == (0, "")
    assert "systemctl daemon-reload && systemctl enable --now rempart" in first.stdout
    assert "echo 'import rempart.caddyfile' >> /etc/caddy/Caddyfile" in first.stdout
    assert "TELEGRAM_BOT_TOKEN is set in this shell" in first.stdout
    assert "mkdir -p /nowhere/copies" in first.stdout
    written = (root / "etc/systemd/system/rempart.service").read_text()
    assert f"WorkingDirectory={folder}" in written
    assert "-/nowhere/copies" in written
    assert SECRET not in written
    (root / "etc/caddy/Caddyfile").write_text("import *.caddyfile\n")
    again = forked(*words, env=clean(), cwd=folder)
    assert again.stdout.count("stands there already") == 2
    assert "echo" not in again.stdout
    (root / "etc/caddy/rempart.caddyfile").write_text("mine")
    theirs = forked(*words, env=clean(LANG="fr_FR.UTF-8"), cwd=folder)
    assert (theirs.returncode, "reste tel quel" in theirs.stdout) == (1, True)


def test_print_shows_both_and_writes_nothing(folder: Path, tmp_path: Path) -> None:
    done = forked("install-service", "--print", "--root", str(tmp_path / "root"), env=clean(), cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "ExecStart=" in done.stdout
    assert "reverse_proxy 127.0.0.1:8000" in done.stdout
    assert not (tmp_path / "root").exists()


def without_settings(folder: Path) -> None:
    (folder / ".env").unlink()


def of_root(folder: Path) -> None:
    os.chown(folder / ".env", 0, 0)


def without_a_secret(folder: Path) -> None:
    (folder / ".env").write_text("REMPART_PORT=8000\n")


REFUSED: Mapping[Callable[[Path], None], str] = {
    without_settings: "There is no .env",
    of_root: "belongs to root",
    without_a_secret: "REMPART_SECRET is not set",
}


@pytest.mark.parametrize("spoilt", REFUSED)
def test_what_keeps_it_from_being_a_service_is_one_sentence(
    folder: Path, spoilt: Callable[[Path], None]
) -> None:
    if spoilt is of_root and os.geteuid() != 0:
        pytest.skip("Only root can own something else's.")
    spoilt(folder)
    with pytest.raises(Misconfigured, match=re.escape(REFUSED[spoilt])):
        look_around(folder, {})


def test_systemd_can_read_what_is_written(folder: Path, tmp_path: Path) -> None:
    analyze = insist("systemd-analyze")
    found = replace(
        AS_PACKAGED, folder=folder, user="daemon", command=Path(shutil.which("true") or "/bin/true")
    )
    (tmp_path / "rempart.service").write_text(unit(found))
    done = subprocess.run(
        [analyze, "verify", str(tmp_path / "rempart.service")], capture_output=True, text=True, check=False
    )
    about_ours = [line for line in done.stderr.splitlines() if "rempart.service" in line]
    assert (done.returncode, about_ours) == (0, [])
