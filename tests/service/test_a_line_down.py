"""A line whose own database is broken: it is told of everywhere, and keeps no other line down."""

from pathlib import Path

import pytest

from bridge.checkup import State
from bridge.cli.status import _tables
from bridge.clock import system_clock
from bridge.doctor.running import running
from bridge.environment import Environment
from bridge.errors import RempartError
from bridge.service.asking import ask_counter
from bridge.service.lines import database_of
from bridge.service.service import Service
from bridge.statuspage.link import link
from bridge.store.engine.connecting import database_file, parse_url
from tests.support.events import SECRET
from tests.support.sqlite import migrated
from tests.support.terrace import LYON, PARIS, Terrace, delivered, line, terrace

MAN = "+33612345678"
NUMBERS = {"paris": PARIS, "lyon": LYON}


def file_of(town: Terrace, name: str) -> Path:
    url = town.database_url if name == "paris" else database_of(town.database_url, name)
    file = database_file(parse_url(url))
    assert file is not None
    return file


def _letter(town: Terrace, name: str) -> None:
    file_of(town, name).write_bytes(b"dear aunt, " * 500)


def _folder(town: Terrace, name: str) -> None:
    file_of(town, name).mkdir()


def _damaged(town: Terrace, name: str) -> None:
    """A database of which every table is gone that ours has."""
    migrated(file_of(town, name))
    content = file_of(town, name).read_bytes()
    file_of(town, name).write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))


@pytest.mark.parametrize(
    ("broken", "sound", "how"),
    [("lyon", "paris", _damaged), ("paris", "lyon", _folder)],
)
async def test_the_other_lines_go_on_and_everybody_is_told(
    empty_sqlite_url: str, tmp_path: Path, broken: str, sound: str, how: object
) -> None:
    async with terrace(empty_sqlite_url, tmp_path, "twilio") as town:
        how(town, broken)  # type: ignore[operator]
        async with town.running() as service:
            assert list(service.down) == [broken]
            assert (await town.twilio.text(MAN, "Salut", to=NUMBERS[sound]))[0] == 200
            assert (await town.twilio.text(MAN, "Salut", to=NUMBERS[broken]))[0] == 503
            await delivered(line(service, sound))
            assert {one.from_ for one in town.twilio.sent} == {NUMBERS[sound]}
            (day,) = await line(service, sound).board.cards()
            assert [note.text for note in day.notes if f"The line {broken} does not run" in note.text]
            seen = await team_page(town)
            assert f"{broken}: How things stand cannot be looked up" in seen
            assert f"<h2>{sound}</h2>" in seen
            assert f'"down":["{broken}"]' in (await town.page("/readyz")).replace(" ", "")
            assert "rempart_replies" in await town.page("/metrics")
            told = {one.told.code: one.state for one in await running(_environment(town))}
            assert told["line_down"] is State.WRONG
            status = await ask_counter("status", environment=_environment(town))
            assert (status["running"], list(status["lines"])) == (True, ["paris", "lyon"])
            ill, well = status["lines"][broken], status["lines"][sound]
            assert (bool(ill["down"]), set(ill["channels"].values())) == (True, {"failing"})
            assert (well["down"], well["channels"]["sms"]) == (None, "on")
            assert set(_tables(status)) == {"paris", "lyon"}
            with pytest.raises(RempartError, match="does not run"):
                await ask_counter("mutes", {"line": broken}, _environment(town))
            mutes = await ask_counter("mutes", {"line": sound}, _environment(town))
            assert mutes["mutes"] == []


def _environment(town: Terrace) -> Environment:
    """That of somebody who asks at the command line."""
    own = {"REMPART_DATABASE_URL": town.database_url, "REMPART_RESPONSES": str(town.rules)}
    return Environment(town.environment | own | {"REMPART_SECRET": SECRET})


async def team_page(town: Terrace) -> str:
    """What somebody of the team sees by a link to all lines."""
    opens = link("", town.settings.keys().links, system_clock())
    return await town.page(opens)


async def test_strictly_nothing_starts_and_without_a_sound_line_neither(
    empty_sqlite_url: str, tmp_path: Path
) -> None:
    async with terrace(empty_sqlite_url, tmp_path, "twilio") as town:
        _letter(town, "lyon")
        strict = Service(town.settings, Environment(town.environment), system_clock, strict=True)
        with pytest.raises(RempartError, match="damaged"):
            await strict.start()
        status = await town.asked("status")  # no service runs
        assert (status["running"], bool(status["lines"]["lyon"]["down"])) == (False, True)
        assert status["lines"]["paris"]["down"] is None
        _letter(town, "paris")
        with pytest.raises(RempartError):
            async with town.running():
                raise AssertionError("it must not start")


async def test_a_mended_line_runs_at_the_next_start(empty_sqlite_url: str, tmp_path: Path) -> None:
    async with terrace(empty_sqlite_url, tmp_path, "twilio") as town:
        _letter(town, "lyon")
        async with town.running() as service:
            assert list(service.down) == ["lyon"]
        file_of(town, "lyon").unlink()
        async with town.running() as service:
            assert not service.down
            assert (await town.twilio.text(MAN, "Salut", to=LYON))[0] == 200
            await delivered(line(service, "lyon"))
