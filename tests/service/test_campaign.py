"""`rempart campaign` as two teams use it: one tells, the other compares the key, imports and forgets."""

import asyncio
import json
from pathlib import Path

import pytest

from bridge.clock import system_clock
from bridge.raid.copies import SENDERS as COPIES
from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store
from tests.service.test_command import CREDENTIALS, command, environment, served
from tests.support.clock import TestClock
from tests.support.events import Bridge, message

PASTE = "on va vider votre cagnotte les amis, venez tous ecrire a ce numero ce soir"


async def raided(database_url: str) -> None:
    """Several people have pasted one text."""
    store = Store(database_url)
    await migrate(store)
    bridge = Bridge(store, TestClock(system_clock()))
    for n in range(COPIES):
        await bridge.tell(message(PASTE, address=f"+336{10 + n}345678", at=bridge.clock()))
    await bridge.fold()
    await store.close()


def team(tmp_path: Path, name: str, **more: str) -> tuple[dict[str, str], Path]:
    folder = tmp_path / name
    folder.mkdir()
    return environment(folder, **CREDENTIALS, **more), folder


@pytest.mark.parametrize("alive", [True, False])
def test_one_team_tells_another(tmp_path: Path, *, alive: bool) -> None:
    ours, here = team(tmp_path, "ours", REMPART_SECRET="another secret of more than thirty-two letters")
    theirs, there = team(tmp_path, "theirs")
    command("resume", env=ours, cwd=here)  # makes a database
    asyncio.run(raided(theirs["REMPART_DATABASE_URL"]))
    (raid,) = json.loads(command("status", "--json", env=theirs, cwd=there).stdout)["raids"]
    file = tmp_path / "raid.campaign"
    exporting = "campaign", "export", raid["id"], "--out", str(file), "--as", "Les Colibris"
    told = command(*exporting, env=theirs, cwd=there)
    assert (told.returncode, told.stderr) == (0, "")
    assert file.stat().st_mode & 0o777 == 0o600
    written = file.read_text(encoding="utf-8")
    assert not [word for word in PASTE.split() if len(word) > 4 and word in written]
    assert "345678" not in written
    assert command(*exporting, env=theirs, cwd=there).returncode == 2  # nothing is written over
    key = command("evidence", "key", env=theirs, cwd=there).stdout.strip()

    def imported(*words: str) -> tuple[int, str, str]:
        done = command("campaign", "import", str(file), *words, env=ours, cwd=here)
        return done.returncode, done.stdout, done.stderr

    def all_of_it() -> None:
        status, shown, why = imported()  # nobody said that the key is theirs
        assert (status, key in shown, "Nothing was imported" in why) == (1, True, True)
        assert imported("--key", "0" * 64)[0] == 1
        status, shown, why = imported("--key", key[:20], "--for", "30d")
        assert (status, why) == (0, "")
        assert "Les Colibris" in shown
        (one,) = json.loads(command("campaign", "list", "--json", env=ours, cwd=here).stdout)
        assert (one["teller"], one["pastes"], one["by"], one["raid"]) == (
            "Les Colibris",
            1,
            "operator",
            raid["id"],
        )
        assert one["campaign"] in command("campaign", "list", env=ours, cwd=here).stdout
        assert imported("--yes", "--json")[0] == 0  # known already
        assert command("campaign", "forget", one["campaign"], env=ours, cwd=here).returncode == 0
        assert json.loads(command("campaign", "list", "--json", env=ours, cwd=here).stdout) == []
        assert command("campaign", "forget", one["campaign"], env=ours, cwd=here).returncode == 2

    with served(ours, here, alive=alive):
        all_of_it()


@pytest.mark.parametrize("room", ["en", "fr"])
@pytest.mark.parametrize(("lang", "told"), [("C", "known already"), ("fr_FR", "déjà")])
def test_what_came_of_an_import_is_told_in_the_language_of_whoever_imports(
    tmp_path: Path, lang: str, told: str, room: str
) -> None:
    env, here = team(tmp_path, "ours", LC_ALL=lang)
    with (here / "rules.yaml").open("a") as rules:
        rules.write(f"feed: {{language: {room}}}\n")
    command("resume", env=env, cwd=here)
    asyncio.run(raided(env["REMPART_DATABASE_URL"]))
    (raid,) = json.loads(command("status", "--json", env=env, cwd=here).stdout)["raids"]
    file = here / "raid.campaign"
    command("campaign", "export", raid["id"], "--out", str(file), "--as", "Nous", env=env, cwd=here)
    for _ in range(2):
        done = command("campaign", "import", str(file), "--yes", env=env, cwd=here)
    assert told in done.stdout.splitlines()[-1]


def test_whatever_a_file_holds_is_told_in_one_sentence(tmp_path: Path) -> None:
    env, here = team(tmp_path, "ours")
    odd = {
        "empty": b"",
        "binary": bytes(range(256)) * 10,
        "huge": b"rempart-campaign/1\n" + b"x" * 5_000_000,
        "newer": b"rempart-campaign/9\n{}\n\n",
        "deep": b"rempart-campaign/1\n" + b"[" * 60_000 + b"\n\n",
    }
    for name, content in odd.items():
        (here / name).write_bytes(content)
    for name in (*odd, "absent", "."):
        done = command("campaign", "import", name, "--yes", env=env, cwd=here)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), name
        assert "Traceback" not in done.stderr


def test_of_no_raid_nothing_is_told(tmp_path: Path) -> None:
    env, here = team(tmp_path, "ours")
    done = command("campaign", "export", "0612abcd", "--out", "x", env=env, cwd=here)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert not (here / "x").exists()
