"""The rules in force follow their file, however it is written; a bad edit changes nothing but a sentence."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from structlog.testing import capture_logs

from bridge.responses import Line
from bridge.service import rules
from bridge.service.rules import RulesWatch
from tests.support.house import until

RULES = "languages: [fr]\nreplies:\n  - id: {name}\n    say: {{fr: [Un mot.]}}\n"


class Adopted:
    """What was adopted, told by the id of its first reply."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.trouble: Exception | None = None

    def __call__(self, lines: Sequence[Line]) -> None:
        if self.trouble is not None:
            trouble, self.trouble = self.trouble, None
            raise trouble
        self.names.append(lines[0].responses.replies[0].id)


def good(name: str) -> str:
    return RULES.format(name=name)


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test need not wait for a second."""
    monkeypatch.setattr(rules, "_LOOK_EVERY", 0.1)


@pytest.fixture(autouse=True)
def log() -> Iterator[list[Any]]:
    """What was reported."""
    with capture_logs() as lines:
        yield lines


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "responses.yaml"
    file.write_text(good("zero"), encoding="utf-8")
    return file


@pytest.fixture
def adopted() -> Adopted:
    return Adopted()


@pytest.fixture
async def watch(path: Path, adopted: Adopted) -> AsyncIterator[RulesWatch]:
    """A watch that runs."""
    async with RulesWatch(path, adopted) as watching:
        yield watching


async def has_adopted(adopted: Adopted, name: str) -> None:
    async def there() -> bool:
        return adopted.names[-1:] == [name]

    await until(there, f"{name} was adopted")


def in_place(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def by_rename(path: Path, text: str) -> None:
    """As editors do that never leave a half-written file."""
    beside = path.with_name(".responses.yaml.tmp")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def by_deletion(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text, encoding="utf-8")


def by_link(path: Path, text: str) -> None:
    """As container platforms do: a link is swapped for another."""
    target = path.with_name(f"version-{len(list(path.parent.iterdir()))}")
    target.write_text(text, encoding="utf-8")
    link = path.with_name("link")
    link.symlink_to(target)
    link.replace(path)


def by_removal(path: Path) -> None:
    path.unlink()


WAYS = [in_place, by_rename, by_deletion, by_link]


@pytest.mark.parametrize("write", WAYS)
async def test_an_edit_is_adopted_in_whatever_way_it_is_written(
    watch: RulesWatch, path: Path, adopted: Adopted, write: Callable[[Path, str], None]
) -> None:
    for name in ("one", "two"):
        write(path, good(name))
        await has_adopted(adopted, name)
    assert (watch.refused, watch.mended_at) == (None, None)


async def test_a_bad_edit_is_refused_and_a_good_one_after_it_adopted(
    watch: RulesWatch, path: Path, adopted: Adopted
) -> None:
    in_place(path, good("one") + "replys: []\n")
    assert "replys" in await until(lambda: is_refused(watch), "the bad edit was refused")
    assert adopted.names == []
    assert watch.mended_at is None
    in_place(path, good("two"))
    await has_adopted(adopted, "two")
    assert watch.refused is None
    assert watch.mended_at is not None


async def test_a_file_that_is_gone_leaves_the_rules_in_force_until_it_is_back(
    watch: RulesWatch, path: Path, adopted: Adopted
) -> None:
    by_removal(path)
    assert "responses.yaml" in await until(lambda: is_refused(watch), "it was noticed")
    assert adopted.names == []
    in_place(path, good("one"))
    await has_adopted(adopted, "one")


@pytest.mark.usefixtures("watch")
async def test_trouble_with_one_edit_does_not_end_the_watch(
    path: Path, adopted: Adopted, log: list[Any]
) -> None:
    adopted.trouble = ZeroDivisionError()
    in_place(path, good("one"))

    async def reported() -> bool:
        return any(line["log_level"] == "error" for line in log)

    await until(reported, "the trouble was reported")
    in_place(path, good("two"))
    await has_adopted(adopted, "two")


def test_an_edit_within_the_same_second_and_of_the_same_size_is_noticed(path: Path, adopted: Adopted) -> None:
    watch = RulesWatch(path, adopted)
    for name in ("aaaa", "bbbb", "cccc"):
        before = path.stat()
        in_place(path, good(name))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # as some tools of deployment set it
        assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
        watch.look()
    assert adopted.names == ["aaaa", "bbbb", "cccc"]


def test_a_file_that_did_not_change_is_not_read_again(path: Path, adopted: Adopted, log: list[Any]) -> None:
    watch = RulesWatch(path, adopted)
    for _ in range(3):
        watch.look()
    in_place(path, "languages: nonsense\n")
    for _ in range(3):
        watch.look()
    assert adopted.names == []
    assert len(log) == 1


def test_an_edit_made_while_the_first_rules_were_read_is_noticed(path: Path, adopted: Adopted) -> None:
    """The watch knows the file as it was before anybody read it."""
    watch = RulesWatch(path, adopted)
    in_place(path, good("meanwhile"))
    watch.look()
    assert adopted.names == ["meanwhile"]


async def test_a_folder_that_comes_and_goes_is_watched_all_the_same(
    tmp_path: Path, adopted: Adopted, log: list[Any]
) -> None:
    folder = tmp_path / "folder"
    async with RulesWatch(folder / "responses.yaml", adopted) as watch:
        for name in ("one", "two"):
            await asyncio.sleep(0.1)
            make(folder, good(name))
            await has_adopted(adopted, name)
            rmtree(folder)
            await until(lambda: is_refused(watch), "it was noticed")
    assert not [line for line in log if line["log_level"] == "error"]


def make(folder: Path, text: str) -> None:
    folder.mkdir()
    in_place(folder / "responses.yaml", text)


async def is_refused(watch: RulesWatch) -> str | None:
    return watch.refused


async def test_a_watch_that_ends_watches_no_more(path: Path, adopted: Adopted) -> None:
    async with RulesWatch(path, adopted):
        await asyncio.sleep(0.05)
    in_place(path, good("one"))
    await asyncio.sleep(0.3)
    assert adopted.names == []
