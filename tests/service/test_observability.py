"""Logs: one JSON object a line, the libraries' lines too, and nothing personal in any of them."""

import asyncio
import contextlib
import io
import json
import logging
import os
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from errno import ENOSPC
from typing import Any

import pytest
import structlog

from bridge.observability import configure_logging

MAN = "+33612345678"
PROSE = "une phrase que personne ne doit lire"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Puts logging back as pytest wants it."""
    root = logging.getLogger()
    handlers, level, loud = root.handlers[:], root.level, logging.raiseExceptions
    yield
    logging.raiseExceptions = loud
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def stream() -> io.StringIO:
    """Where the log goes, from the beginning of the test."""
    target = io.StringIO()
    configure_logging(target)
    return target


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """Every line as the object that it is."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def ours() -> Any:
    return structlog.get_logger("rempart.test")


def test_a_line_is_one_object_with_time_level_and_logger(stream: io.StringIO) -> None:
    ours().info("something\nhappened", count=3, why=None)
    (line,) = lines(stream)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line.pop("timestamp"))
    assert line == {
        "event": "something\nhappened", "level": "info", "logger": "rempart.test", "count": 3, "why": None
    }  # fmt: skip


def test_ours_are_told_from_info_on_and_the_libraries_from_warning_on(stream: io.StringIO) -> None:
    ours().debug("no")
    ours().info("yes")
    logging.getLogger("library").info("no")
    logging.getLogger("library").warning("yes")
    assert [line["event"] for line in lines(stream)] == ["yes", "yes"]


NUMBERS = ["+33612345678", "33612345678", "0612345678", "12345678", "+123456789012345"]


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_are_hidden_in_any_field(stream: io.StringIO, number: str) -> None:
    ours().warning(f"told by {number}", why=f"{number}, it said", sender=number)
    assert number.lstrip("+") not in stream.getvalue()
    (line,) = lines(stream)
    assert line["event"] == "told by [number]"
    assert line["why"] == "[number], it said"


def test_the_number_of_an_update_can_be_read(stream: io.StringIO) -> None:
    ours().warning("an update could not be understood", update_id=123456789)
    (line,) = lines(stream)
    assert line["update_id"] == 123456789


@dataclass
class Noun:
    """Something that shows what it holds."""

    address: str


NESTED: list[Any] = [
    {"to": MAN},
    {MAN: "to"},
    {"to": {"list": [1, {"deep": (MAN, "x")}]}},
    [MAN],
    (MAN, [MAN]),
    {MAN},
    frozenset({MAN}),
    33612345678,
    [33612345678],
    33612345678.0,
    MAN.encode(),
    Noun(MAN),
    [Noun(MAN)],
    ValueError(MAN),
    re.compile(re.escape(MAN)),
]


@pytest.mark.parametrize("value", NESTED, ids=lambda value: type(value).__name__)
def test_numbers_are_hidden_in_nested_values_and_in_values_of_any_type(
    stream: io.StringIO, value: Any
) -> None:
    ours().warning("it happened", value=value)
    assert len(lines(stream)) == 1
    assert "612345678" not in stream.getvalue()


def test_of_what_is_no_plain_data_only_its_kind_is_told(stream: io.StringIO) -> None:
    ours().warning("it happened", error=ValueError(PROSE), what=Noun(PROSE), raw=PROSE.encode())
    (line,) = lines(stream)
    assert (line["error"], line["what"], line["raw"]) == ("<ValueError>", "<Noun>", "<bytes>")


PLAIN: list[Any] = [None, True, 0, 42, 1_000_000, 0.25, "text", ["a", 1], {"a": {"b": None}}]


@pytest.mark.parametrize("value", PLAIN)
def test_what_is_no_number_stays_as_it_is(stream: io.StringIO, value: Any) -> None:
    ours().warning("it happened", value=value)
    assert lines(stream)[0]["value"] == value


def test_ids_and_times_of_ours_are_left_whole(stream: io.StringIO) -> None:
    event = "1234567890" * 3 + "ab"
    ours().warning("it happened", event_id=event, reply_id=event, port=8000)
    (line,) = lines(stream)
    assert (line["event_id"], line["reply_id"], line["port"]) == (event, event, 8000)


def fails() -> None:
    raise ValueError(f"{PROSE} {MAN}")


def fails_in_a_chain() -> None:
    try:
        fails()
    except ValueError as error:
        raise RuntimeError(PROSE) from error


@pytest.mark.parametrize("who", ["ours", "library", "library, told"])
def test_exceptions_are_told_by_kind_and_place_and_without_their_prose(stream: io.StringIO, who: str) -> None:
    try:
        fails_in_a_chain()
    except RuntimeError as error:
        if who == "ours":
            ours().exception("it broke")
        elif who == "library":
            logging.getLogger("library").exception("it broke")
        else:
            logging.getLogger("library").exception("it broke", exc_info=error)
    (line,) = lines(stream)
    assert (line["event"], line["level"], line["exception"]) == ("it broke", "error", "RuntimeError")
    assert line["where"][-1].endswith(" fails_in_a_chain")
    assert line["where"][0].startswith("test_observability.py:")
    assert "phrase" not in stream.getvalue()
    assert "612345678" not in stream.getvalue()


def test_an_exception_without_a_traceback_is_told_too(stream: io.StringIO) -> None:
    ours().error("it broke", exc_info=KeyError(PROSE))
    (line,) = lines(stream)
    assert (line["exception"], line["where"]) == ("KeyError", [])


def test_libraries_go_the_same_way_with_numbers_hidden(stream: io.StringIO) -> None:
    logging.getLogger("library").warning("could not reach %s", MAN, extra={"address": MAN})
    (line,) = lines(stream)
    assert (line["event"], line["logger"], line["level"]) == (
        "could not reach [number]", "library", "warning"
    )  # fmt: skip
    assert {"timestamp"} <= line.keys()


def test_a_task_that_nobody_waited_for_does_not_quote_its_exception(stream: io.StringIO) -> None:
    """The event loop's own report shows the task, and with it the exception and its prose."""

    async def forgotten() -> None:
        async def broken() -> None:
            raise ValueError(PROSE)

        task = asyncio.create_task(broken())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task

    asyncio.run(forgotten())
    (line,) = lines(stream)
    assert line["event"] == "Task exception was never retrieved"
    assert line["exception"] == "ValueError"
    assert "phrase" not in stream.getvalue()


def test_warnings_go_the_same_way(stream: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"it is late, {MAN}", RuntimeWarning, stacklevel=1)
    (line,) = lines(stream)
    assert line["logger"] == "py.warnings"
    assert "it is late" in line["event"]
    assert "612345678" not in stream.getvalue()


def test_what_is_bound_to_a_call_is_told_with_each_of_its_lines(stream: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(call="abc", who=MAN):
        ours().info("one")
        logging.getLogger("library").error("two")
    assert [line["call"] for line in lines(stream)] == ["abc", "abc"]
    assert "612345678" not in stream.getvalue()


@pytest.mark.parametrize("odd", ["\ud800", "\0", "\x1b[31m", "\u2028", "é", "🙂"])
def test_odd_characters_never_break_a_line(odd: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    configure_logging(stream)
    ours().warning("it happened", value=odd)
    assert json.loads(raw.getvalue())["value"] == odd
    assert raw.getvalue().count(b"\n") == 1
    stream.detach()


def test_on_a_terminal_lines_are_for_people_and_numbers_hidden_too() -> None:
    terminal = Terminal()
    configure_logging(terminal)
    ours().warning("it happened", to=MAN)
    logging.getLogger("library").warning("could not reach %s", MAN)
    try:
        fails()
    except ValueError:
        ours().exception("it broke")
    said = terminal.getvalue()
    assert not said.startswith("{")
    for word in ("it happened", "could not reach", "it broke", "ValueError", "[number]"):
        assert word in said
    assert "612345678" not in said
    assert "phrase" not in said


def test_configuring_again_moves_the_log_and_doubles_nothing(stream: io.StringIO) -> None:
    later = io.StringIO()
    configure_logging(later)
    ours().warning("once")
    logging.getLogger("library").warning("twice")
    assert stream.getvalue() == ""
    assert [line["event"] for line in lines(later)] == ["once", "twice"]


@dataclass
class Pipe:
    """What a service's stderr is, where something else is to read it."""

    read: int
    write: io.TextIOWrapper

    def told(self) -> list[dict[str, Any]]:
        """What has come since this was asked last, whole lines and broken ones told apart."""
        os.set_blocking(self.read, False)
        found = b"".join(iter(lambda: _some(self.read), b""))
        return [_object(line) for line in found.splitlines() if line]


def _some(read: int) -> bytes:
    try:
        return os.read(read, 65_536)
    except BlockingIOError:
        return b""


def _object(line: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(line)
    except ValueError:
        return {"broken": len(line)}
    return found


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    read, write = os.pipe()
    with os.fdopen(write, "w", encoding="utf-8") as stream:
        yield Pipe(read, stream)
    os.close(read)


@pytest.mark.parametrize(("length", "times"), [(10, 1_000), (500, 100), (5_000, 20), (200_000, 2)])
def test_a_log_that_nobody_reads_stops_nobody(pipe: Pipe, length: int, times: int) -> None:
    configure_logging(pipe.write)
    for count in range(times):
        ours().info("é" * length, count=count)
    first = pipe.told()
    ours().info("read again")
    lost, last = pipe.told()
    assert lost["event"] == "lines of the log were lost"
    assert lost["lines"] + len([one for one in first if "broken" not in one]) == times
    assert len([one for one in first if "broken" in one]) <= 1
    assert last["event"] == "read again"


def test_a_log_whose_reader_has_gone_stops_nobody() -> None:
    read, write = os.pipe()
    stream = os.fdopen(write, "w", encoding="utf-8")
    configure_logging(stream)
    os.close(read)
    for _ in range(3):
        ours().info("to nobody")
    with contextlib.suppress(BrokenPipeError):
        stream.close()


class Full(io.StringIO):
    """A disk without room."""

    def write(self, _text: str) -> int:
        raise OSError(ENOSPC, "No space left on device")


def test_what_cannot_be_written_is_not_told_in_prose(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Full())
    ours().info("a line", about=PROSE)
    assert capsys.readouterr() == ("", "")
