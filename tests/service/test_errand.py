"""A command in a process of its own: what it says comes back, and cut off, it leaves nothing behind."""

import asyncio
import gc
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path

import pytest

from bridge.service import errand
from bridge.service.errand import run_errand

LONG = ["simulate", "weekend", "--out"]
SOON = 120.0


def test_what_goes_well_says_nothing() -> None:
    assert asyncio.run(run_errand(["simulate", "--help"], {}, longest=SOON)) == ""


def test_what_goes_wrong_comes_back_in_a_sentence(tmp_path: Path) -> None:
    words = [*LONG, str(tmp_path / "nowhere" / "trace.jsonl")]
    assert "nowhere" in asyncio.run(run_errand(words, {}, longest=SOON))


async def its_time(words: list[str]) -> None:
    assert await run_errand(words, {}, longest=0.05) == "It took too long."


async def a_stop(words: list[str]) -> None:
    running = asyncio.create_task(run_errand(words, {}, longest=SOON))
    await asyncio.sleep(0.05)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


@pytest.mark.parametrize("patience", [60.0, 0.0])
@pytest.mark.parametrize("cut_off_by", [its_time, a_stop])
def test_one_that_is_cut_off_ends_although_nobody_waits_any_more(
    cut_off_by: Callable[[list[str]], Coroutine[None, None, None]],
    patience: float,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(errand, "PATIENCE", patience)
    out = tmp_path / "trace.jsonl"
    asyncio.run(cut_off_by([*LONG, str(out)]))
    gc.collect()  # a pipe or a process that was let go unclosed warns, and a warning is an error
    while running(out):
        time.sleep(0.05)


def running(named: Path) -> list[str]:
    """The processes whose command names a file."""
    return [words for words in map(_command, Path("/proc").glob("[0-9]*")) if str(named) in words]


def _command(process: Path) -> str:
    with suppress(OSError):  # it may have ended meanwhile
        return (process / "cmdline").read_text(encoding="utf-8", errors="replace")
    return ""
