"""Every command in the documents is one: it is there, takes these options, and says what the page shows."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.responses import parse
from tests.documents.commands import Command, commands, objection
from tests.documents.commands import _command as command_in
from tests.documents.pages import DOCS, FRENCH, GUIDE, PAGES, ROOT, Block, blocks, named, read
from tests.service.test_command import CREDENTIALS, environment
from tests.support.forks import forked


def test_each_is_there_and_takes_these_words() -> None:
    found = [(named(path), one) for path in PAGES for one in commands(path)]
    assert len(found) > 200
    wrong = [(page, one.told, why) for page, one in found if (why := objection(one)) is not None]
    assert wrong == []


WRONG = [
    "rempart chekc",
    "rempart check --jsn",
    "rempart mute brave-heron-42 --until 7d",
    "rempart evidence exprt --out raid.zip",
    "rempart evidence export --raid 7cd46b78",
    "rempart secret",
    "make dmeo",
    "python -m tests.nothing",
    "/rempart mutte brave-heron-42",
    "sudo rempart installservice",
    "rm -rf .venv",
]


@pytest.mark.parametrize("line", WRONG)
def test_one_that_is_not_is_noticed(line: str) -> None:
    wrong = command_in(line, whole=True)
    assert wrong is not None
    assert objection(wrong) is not None


SHOWN = [
    path for path in (*DOCS.glob("*.md"), *FRENCH.glob("*.md")) if "```console\n" in path.read_text("utf-8")
]
"""Pages that show what commands say."""


_LANGUAGE = {DOCS: "C.UTF-8", FRENCH: "fr_FR.UTF-8"}
"""What is shown is what a reader of the page would see."""


def test_some_pages_show_what_commands_say() -> None:
    assert len(SHOWN) >= 2


@pytest.mark.parametrize("path", SHOWN, ids=named)
def test_what_a_page_shows_is_what_is_said(path: Path, tmp_path: Path) -> None:
    """In the order of the page, in an empty folder, with the files that the page has one write."""
    for block in blocks(read(path)):
        if block.kind == "yaml" and (file := re.search(r"`([\w-]+\.yaml)`", block.before)):
            (tmp_path / file[1]).write_text(block.text, encoding="utf-8")
        if block.kind == "console":
            for command, expected in _calls(block):
                env = {"PATH": os.environ["PATH"], "LANG": _LANGUAGE[path.parent], "COLUMNS": "100"}
                done = forked(*command.words[1:], env=env | command.environment, cwd=tmp_path)
                assert done.returncode == 0, (command.told, done.stderr)
                assert _fits(done.stdout, expected), done.stdout


def _calls(block: Block) -> Iterator[tuple[Command, list[str]]]:
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        line, *expected = part.splitlines()
        command = command_in(line, whole=True)
        assert command is not None
        assert command.words[0] == "rempart"
        yield command, expected


def _fits(said: str, expected: list[str]) -> bool:
    """`...` stands for whatever is said there; with nothing expected, anything is fine."""
    if not expected:
        return True
    pattern = "\n".join(re.escape(line.rstrip()).replace(r"\.\.\.", r"[\s\S]*") for line in expected)
    return bool(re.fullmatch(pattern, "\n".join(line.rstrip() for line in said.splitlines())))


ELSEWHERE = {
    *("run", "init", "doctor", "install-service", "update"),  # accounts, or the machine itself
    *("backup", "restore", "migrate-store"),  # other disks, other servers
}
"""Commands that have tests of their own; here they are only read."""

OF_SOMEBODY = {"status", "why", "report", "teach", "evidence"}
"""Commands about a service, a person or a raid: there are none here, and that is what they say."""


def test_what_the_guide_has_one_type_can_be_typed(tmp_path: Path) -> None:
    """On a database that is new, in the order of the pages; nothing but the two sets above is left out."""
    env = environment(tmp_path, **CREDENTIALS)
    (tmp_path / "edited.yaml").write_bytes((tmp_path / "rules.yaml").read_bytes())
    (tmp_path / ".rules.shipped.yaml").write_bytes((ROOT / "responses.yaml").read_bytes())
    assert forked("resume", env=env, cwd=tmp_path).returncode == 0  # an act makes the database
    done = {one.words: forked(*one.words[1:], env=env, cwd=tmp_path) for one in _typed()}
    assert len(done) > 15
    for words, result in done.items():
        wanted = {0, 1, 2} if words[1] in OF_SOMEBODY else {0}
        assert result.returncode in wanted, (words, result.stderr)
        assert "Traceback" not in result.stderr, words
        assert len(result.stderr.splitlines()) <= 1, (words, result.stderr)


def _typed() -> Iterator[Command]:
    for name in GUIDE:
        for one in commands(DOCS / name):
            runs_here = one.whole and one.words[0] == "rempart" and one.words[1] not in ELSEWHERE
            if (
                runs_here
                and not one.environment
                and "mine.yaml" not in one.words
                and "letterbox" not in one.words
            ):
                yield one


ANY_REPLY = "replies: [{id: any, say: {fr: oui}}]"

FILES = [
    (named(path), block.text)
    for path in (*(DOCS / name for name in GUIDE), *(FRENCH / name for name in GUIDE))
    for block in blocks(read(path))
    if block.kind == "yaml"
]


@pytest.mark.parametrize(("page", "text"), FILES)
def test_rules_that_the_guide_shows_are_in_order(page: str, text: str) -> None:
    missing = [line for line in ("languages: [fr]", ANY_REPLY) if line.partition(":")[0] not in text]
    assert parse("\n".join([*missing, text]).encode(), name=page).replies


def test_the_readme_s_first_command_is_the_demo() -> None:
    first = next(one for block in blocks(read(ROOT / "README.md")) for one in block.text.splitlines())
    assert first.split()[:2] == ["make", "demo"]
