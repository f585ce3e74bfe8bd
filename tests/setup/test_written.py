"""What the wizard reads and writes in `.env` is what a service reads there, whoever wrote the file."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest

from bridge.environment import read_environment
from bridge.errors import Misconfigured
from bridge.ports import Question
from bridge.setup.interview import Interview
from bridge.setup.notes import Notes
from bridge.setup.written import Written
from channels.slack.manifest import NEW_APP
from tests.setup.test_interview import OF_RULES, Scripted
from tests.support.events import SECRET


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for settings, where the process sets none of its own."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("REMPART_")]:
        monkeypatch.delenv(name)
    return tmp_path


KINDS = {
    "plain": "REMPART_SECRET={}\nREMPART_PORT=9000\n",
    "of Windows": "\ufeffREMPART_SECRET={}\r\nREMPART_PORT=9000\r\n",
    "with a mark alone": "\ufeffREMPART_SECRET={}\n",
    "exported": "export REMPART_SECRET='{}' # ours\n",
    "said twice": "REMPART_SECRET=older\nREMPART_SECRET={}\n",
}


@pytest.mark.parametrize("kind", KINDS)
def test_it_reads_writes_and_takes_out_what_a_service_reads(folder: Path, kind: str) -> None:
    file = folder / ".env"
    file.write_bytes(KINDS[kind].format(SECRET).encode())
    written = Written(file)
    assert written.values()["REMPART_SECRET"] == read_environment()["REMPART_SECRET"] == SECRET
    written.keep("REMPART_SECRET", SECRET[::-1])
    assert written.values()["REMPART_SECRET"] == read_environment()["REMPART_SECRET"] == SECRET[::-1]
    assert SECRET not in file.read_text(encoding="utf-8")
    written.keep("REMPART_SECRET", "")
    assert "REMPART_SECRET" not in {**written.values(), **read_environment()}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_secret_that_is_there_is_never_made_anew(folder: Path, kind: str) -> None:
    (folder / ".env").write_bytes(KINDS[kind].format(SECRET).encode())
    await Interview(Scripted(OF_RULES), folder).run()
    assert read_environment()["REMPART_SECRET"] == SECRET


@pytest.mark.parametrize("line", [f"REMPART_SECRET='{SECRET}\n", "REMPART_HOST=\udcff\n"])
async def test_what_a_service_cannot_read_is_not_written_over(folder: Path, line: str) -> None:
    written = f"# ours\n{line}".encode(errors="surrogateescape")
    (folder / ".env").write_bytes(written)
    with pytest.raises(Misconfigured, match=r"\.env"):
        await Interview(Scripted(OF_RULES), folder).run()
    assert (folder / ".env").read_bytes() == written


@pytest.mark.skipif(os.geteuid() != 0, reason="only root writes into what is somebody else's")
def test_it_stays_whose_it_was_also_where_root_writes(folder: Path) -> None:
    (folder / ".env").touch()
    os.chown(folder / ".env", 4242, 4243)
    Written(folder / ".env").keep("REMPART_PORT", "9000")
    status = (folder / ".env").stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (4242, 4243, 0o600)


ANSWERS: dict[str, tuple[str, str | None, bool]] = {
    "it stays": ("", "of the file", True),
    "another": ("typed", "typed", False),
    "none": ("-", None, False),
}
"""What is answered about a value that stands in a file of its own, what it is then, and whether there."""


@pytest.mark.parametrize("case", ANSWERS)
def test_what_stands_in_a_file_of_its_own_is_never_said_twice(folder: Path, case: str) -> None:
    typed, value, in_file = ANSWERS[case]
    (folder / "token").write_text("of the file\n", encoding="utf-8")
    (folder / ".env").write_text("TWILIO_AUTH_TOKEN_FILE=token\n", encoding="utf-8")
    notes = Notes(Scripted({"TWILIO_AUTH_TOKEN": [typed]}), folder)
    notes.ask(Question("TWILIO_AUTH_TOKEN", secret=True))
    assert read_environment().get("TWILIO_AUTH_TOKEN") == value
    assert ("TWILIO_AUTH_TOKEN_FILE" in Written(folder / ".env").values()) is in_file


@pytest.mark.parametrize("before", ["", "https://bridge.example.org"])
@pytest.mark.parametrize("now", ["-", "https://bridge.example.org"])
async def test_of_a_channel_that_is_taken_out_nothing_stays_behind(
    folder: Path, before: str, now: str
) -> None:
    proof = "SLACK_SIGNING_SECRET" if before else "SLACK_APP_TOKEN"
    set_up = {
        "REMPART_PUBLIC_URL": before,
        "SLACK_BOT_TOKEN": "xoxb-1",
        proof: "xapp-1",
        "SLACK_CHANNEL": "C0",
    }
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in set_up.items()))
    person = Scripted({**OF_RULES, "REMPART_PUBLIC_URL": [now], "SLACK_BOT_TOKEN": ["-"]})
    await Interview(person, folder).run()
    assert [name for name in read_environment() if name.startswith("SLACK_")] == []


async def test_nor_does_what_nobody_is_asked_for(folder: Path) -> None:
    (folder / ".env").write_text(
        "TELEGRAM_BOT_TOKEN=1:a\nTELEGRAM_WEBHOOK_SECRET=of-ours\n", encoding="utf-8"
    )
    await Interview(Scripted({**OF_RULES, "TELEGRAM_BOT_TOKEN": ["-"]}), folder).run()
    assert [name for name in read_environment() if name.startswith("TELEGRAM_")] == []


DIALLED: dict[str, tuple[str, str | None]] = {
    "as the bar of a browser has it": (
        "https://bridge.example.org/",
        "https://bridge.example.org/slack/events",
    ),
    "with an accent in its name": ("https://réponse.example", "https://xn--rponse-bva.example/slack/events"),
    "nowhere": ("", None),
}
"""What is answered or set, and where Slack is told to dial; nowhere, for it is dialled then."""


@pytest.mark.parametrize("case", DIALLED)
@pytest.mark.parametrize("answered", [True, False])
async def test_the_app_is_told_to_dial_where_the_service_listens(
    folder: Path, monkeypatch: pytest.MonkeyPatch, case: str, *, answered: bool
) -> None:
    url, dialled = DIALLED[case]
    if not answered:
        monkeypatch.setenv("REMPART_PUBLIC_URL", url)
    person = Scripted({**OF_RULES, "REMPART_PUBLIC_URL": [url] if answered else []})
    await Interview(person, folder).run()
    (told,) = [one for one in person.said if NEW_APP in one]
    manifest = json.JSONDecoder().raw_decode(unquote(told.partition(NEW_APP)[2]))[0]["settings"]
    assert manifest["interactivity"].get("request_url") == dialled
    assert manifest["socket_mode_enabled"] is (dialled is None)


RULES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "under another name": ("regles.yaml", lambda _: None),
    "in a folder of theirs": ("kept/regles.yaml", lambda folder: (folder / "kept").mkdir()),
}


@pytest.mark.parametrize("case", RULES)
@pytest.mark.parametrize("stands", [True, False])
async def test_rules_that_stand_elsewhere_are_the_teams_own(folder: Path, case: str, *, stands: bool) -> None:
    name, prepare = RULES[case]
    prepare(folder)
    (folder / ".env").write_text(f"REMPART_RESPONSES={name}\n", encoding="utf-8")
    theirs = "languages: [fr]\nreplies:\n  - id: first\n    say: {fr: Non}\n"
    if stands:
        (folder / name).write_text(theirs, encoding="utf-8")
    await Interview(Scripted(OF_RULES), folder).run()
    assert not (folder / "responses.yaml").exists()
    assert read_environment()["REMPART_RESPONSES"] == name
    assert ((folder / name).read_text(encoding="utf-8") == theirs) is stands
