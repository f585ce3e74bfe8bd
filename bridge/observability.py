"""Logs and metrics: JSON lines (pretty on a terminal), with no number, text or secret in them. Floor 4."""

import logging
import os
import re
import select
import sys
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_NUMBER = re.compile(r"\+?\d{8,15}(?!\d)")
_MINUTE = 60.0  # seconds
_MOST_LINES = 100
_CHATTY = ("asyncio", "uvicorn.error")
"""What strangers on the wire can make write: of bad requests, and of descriptors that ran out."""

_OURS = frozenset(
    {"timestamp", "level", "logger", "event_id", "reply_id", "update_id", "port", "place", "duration_ms"}
)


def _hide_numbers(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A second fence: what looks like a telephone number is hidden, wherever it came from."""
    return {name: value if name in _OURS else _hidden(value) for name, value in event.items()}


def _hidden(value: Any) -> Any:
    """Plain data without numbers; of anything else only the kind, for its own words may quote people's."""
    if isinstance(value, str | Path):
        return _NUMBER.sub("[number]", str(value))
    if isinstance(value, Mapping):
        return {_hidden(name): _hidden(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | Set):
        return [_hidden(inner) for inner in value]
    if value is None or isinstance(value, int | float):
        return _NUMBER.sub("[number]", str(value)) if _NUMBER.search(str(value)) else value
    return f"<{type(value).__qualname__}>"


class Seldom(logging.Filter):
    """Lets a line of a library through once a minute, however often strangers make it write the same."""

    def __init__(self) -> None:
        """Nothing was written yet."""
        super().__init__()
        self._written: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        line = str(record.msg).partition("\n")[0]
        if record.created - self._written.get(line, -_MINUTE) < _MINUTE:
            return False
        if len(self._written) >= _MOST_LINES:
            self._written.clear()
        self._written[line] = record.created
        return True


class Unhurried(logging.StreamHandler[TextIO]):
    """Writes while somebody takes what is written.

    A pipe that nobody reads fills up, and whoever then writes to it waits for ever: the whole service, with
    all that it should answer. Lines that nobody takes are lost, and counted.
    """

    _PIECE = 1024  # characters: whatever takes anything takes their 4,096 bytes at once (PIPE_BUF)
    _PATIENCE = 0.05  # seconds for a reader who is behind; none for one who was not there before

    def __init__(self, stream: TextIO) -> None:
        """Nothing was lost yet."""
        super().__init__(stream)
        self._lost = 0
        self._broke_off = False

    def emit(self, record: logging.LogRecord) -> None:
        """Writes a line, or loses it; raises nothing."""
        try:
            if self._lost and self._is_taken():
                lost, self._lost = self._lost, 0
                structlog.get_logger("rempart.log").warning("lines of the log were lost", lines=lost)
            self._write(f"{self.format(record)}\n")
        except Exception:  # noqa: BLE001 - a stream that is closed, or a disk that is full
            self.handleError(record)

    def _write(self, line: str) -> None:
        text = f"\n{line}" if self._broke_off else line
        for begin in range(0, len(text), self._PIECE):
            if not self._is_taken():
                self._lost += 1
                self._broke_off |= begin > 0
                return
            self.stream.write(text[begin : begin + self._PIECE])
            self.flush()
        self._broke_off = False

    def _is_taken(self) -> bool:
        """Whether a piece can be written at once. What is no file of the system's always takes it."""
        try:
            waiting = [self.stream.fileno()]
        except (OSError, ValueError):
            return True
        return bool(select.select([], waiting, [], 0 if self._lost else self._PATIENCE)[1])


def _first_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The event loop's own reports show, from the second line on, what failed, and with it its prose."""
    if event.get("logger") == "asyncio":
        event["event"] = str(event["event"]).partition("\n")[0]
    return event


def _bare_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keeps an exception's type and places, not its prose: prose may quote what people wrote."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = type(error).__qualname__
        event["where"] = _places(error)
    return event


def _places(error: BaseException) -> list[str]:
    places: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-8:]


def _renderer(target: TextIO) -> Processor:
    """For a person on a terminal, without colours where they want none (https://no-color.org); else JSON."""
    if target.isatty():
        return structlog.dev.ConsoleRenderer(colors=not os.environ.get("NO_COLOR"))
    return structlog.processors.JSONRenderer()


def configure_logging(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """Sends every log line, the libraries' and Python's warnings too, to stderr in one form; of ours those
    from `level` on: whoever asks a question reads its answer, and no warnings that say the same."""
    # A service that was started without a stderr serves all the same.
    target = stream or sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _first_line,
        _bare_exception,
        _hide_numbers,
    ]
    renderer = _renderer(target)
    handler = Unhurried(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.raiseExceptions = False  # what cannot be written is not told in prose, where it cannot be written
    logging.captureWarnings(capture=True)
    for name in _CHATTY:
        logging.getLogger(name).filters = [Seldom()]
    logging.getLogger("rempart").setLevel(level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
