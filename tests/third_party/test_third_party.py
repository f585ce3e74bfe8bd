"""A channel from somebody else's package is found once it is installed, and can be held to our promises."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.test_package import ROOT, build_wheel

EXAMPLE = Path(__file__).parent / "letterbox"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where both packages are installed, as on a machine that knows nothing of this folder."""
    made = tmp_path_factory.mktemp("wheels")
    wheels = [str(build_wheel(source, made)) for source in (ROOT, EXAMPLE)]
    folder = tmp_path_factory.mktemp("site")
    uv = Path(sys.executable).with_name("uv")
    words = ("pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(folder))
    subprocess.run([str(uv), *words, *wheels], check=True, timeout=300)
    return folder


def called(
    installed: Path, *words: str, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """A program of the interpreter that has them."""
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env=kept | (env or {}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def rempart(installed: Path, *words: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return called(installed, str(installed / "bin" / "rempart"), *words, cwd=cwd, env=env)


def test_it_is_found_by_its_entry_point_and_answered_as_any(installed: Path, tmp_path: Path) -> None:
    words = ("try", "Bonjour", "--channel", "letterbox", "--from", "blue-door", "--json")
    told = rempart(installed, *words, cwd=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    reply = json.loads(told.stdout)
    assert (reply["rule"], reply["price"]) == ("first", 0)


def test_half_of_its_credentials_are_refused_by_name(installed: Path, tmp_path: Path) -> None:
    secret = "a secret of more than thirty-two characters"
    refused = rempart(
        installed, "run", cwd=tmp_path, LETTERBOX_TOKEN="a token", REMPART_SECRET=secret, REMPART_PORT="1"
    )
    assert refused.returncode == 2
    assert "LETTERBOX_SECRET" in refused.stderr


ON = {"LETTERBOX_TOKEN": "a token", "LETTERBOX_SECRET": "a secret"}


def test_it_brings_its_words_in_every_language(installed: Path, tmp_path: Path) -> None:
    """The page that people are shown names the company that carries what they write."""
    told = rempart(installed, "privacy", cwd=tmp_path, REMPART_PUBLIC_URL="https://bridge.example.org", **ON)
    assert "The company of Letterbox sees what passes through it" in told.stdout
    assert "L&#x27;entreprise de Letterbox voit ce qui passe par elle" in told.stdout
    assert "Slack" not in told.stdout


REFUSAL = """
from bridge.errors import Misconfigured
from bridge.service.plugins import channel_plugins, idle
from bridge.wording import Words

try:
    channel_plugins()["letterbox"].connect({"LETTERBOX_TOKEN": "a", "LETTERBOX_SECRET": "b"}, idle(None))
except Misconfigured as error:
    print(error, Words("fr").misconfigured(error), sep="\\n")
"""


def test_it_refuses_in_its_own_words(installed: Path, tmp_path: Path) -> None:
    english, french = called(installed, "-c", REFUSAL, cwd=tmp_path).stdout.splitlines()
    assert english == "REMPART_PUBLIC_URL must be set: Letterbox cannot be asked, it calls."
    assert french.startswith("REMPART_PUBLIC_URL doit être défini")


def test_it_keeps_our_promises_by_the_suite_that_is_shipped(installed: Path, tmp_path: Path) -> None:
    """Its own tests, where both are installed; the suite is that of `rempart.testing`."""
    shutil.copytree(EXAMPLE, tmp_path / "theirs", ignore=shutil.ignore_patterns("rempart_letterbox"))
    done = called(installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path / "theirs")
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout


EAGER = """
from bridge.model import Answer
from rempart_letterbox import Letterbox


class Eager(Letterbox):
    async def _receive(self, call):
        return Answer(200)
"""


def test_the_suite_finds_a_channel_that_promises_too_much(installed: Path, tmp_path: Path) -> None:
    """One that says "taken" to everybody, and keeps nothing."""
    shutil.copytree(EXAMPLE, tmp_path / "theirs")
    tests = tmp_path / "theirs" / "test_letterbox.py"
    (tests.parent / "eager.py").write_text(EAGER, encoding="utf-8")
    text = tests.read_text(encoding="utf-8").replace(
        "SIGNATURE, Letterbox\n", "SIGNATURE\nfrom eager import Eager as Letterbox\n"
    )
    tests.write_text(text, encoding="utf-8")
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "appended or forged or commit", "--tb=no")
    done = called(installed, *words, cwd=tmp_path / "theirs")
    assert done.returncode == 1, done.stdout
    assert "3 failed" in done.stdout, done.stdout
