"""Commands in a folder where no service ever ran: a wrong folder looks like that, and nobody is deceived."""

from pathlib import Path

import pytest

from tests.service.test_command import command, environment

ASKS = [
    ("mutes", 0),
    ("mutes --json", 0),
    ("lessons", 0),
    ("rules", 0),
    ("doubtful", 0),
    ("exposures", 0),
    ("campaign list", 0),
    ("find bonjour", 0),
    ("forget +33612345678", 0),
    ("why +33612345678", 1),
]

ACTS = ["pause sms", "mute +33612345678", "shield", "pot set 300"]


@pytest.mark.parametrize(("words", "status"), ASKS)
def test_whoever_asks_is_told_that_nothing_ever_ran_there_and_nothing_is_left(
    tmp_path: Path, words: str, status: int
) -> None:
    before = set(tmp_path.iterdir())
    asked = command(*words.split(), env=environment(tmp_path), cwd=tmp_path)
    assert asked.returncode == status, asked.stderr
    assert f"There is no database at {tmp_path / 'rempart.db'}" in asked.stderr
    assert "There is no database" not in asked.stdout
    assert {one for one in tmp_path.iterdir() if one.name.startswith("rempart")} <= before


@pytest.mark.parametrize("words", ACTS)
def test_whoever_acts_is_told_that_the_database_is_new(tmp_path: Path, words: str) -> None:
    acted = command(*words.split(), env=environment(tmp_path), cwd=tmp_path)
    assert acted.returncode == 0, acted.stderr
    assert f"There was no database at {tmp_path / 'rempart.db'}" in acted.stderr
    again = command(*words.split(), env=environment(tmp_path), cwd=tmp_path)
    assert "no database" not in again.stderr


def test_no_key_is_made_for_a_database_that_is_not_there(tmp_path: Path) -> None:
    refused = command("secret", "rotate", env=environment(tmp_path), cwd=tmp_path)
    assert refused.returncode == 2
    assert "There is no database at" in refused.stderr
    assert not list(tmp_path.glob("*.key"))


def test_without_a_secret_nothing_is_made_either(tmp_path: Path) -> None:
    env = environment(tmp_path)
    del env["REMPART_SECRET"]
    assert command("pause", "sms", env=env, cwd=tmp_path).returncode == 2
    assert not (tmp_path / "rempart.db").exists()
