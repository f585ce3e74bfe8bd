"""The commands that documents name, read as a shell and our command line would read them."""

import re
import shlex
from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typer

from bridge.cli.commands import app
from bridge.errors import Misconfigured
from bridge.grammar import Misunderstood, parse
from tests.documents.pages import ROOT, blocks, read, spans

SHELL = {"", "sh", "console"}
OTHERS = {"systemctl", "git", "pip", "pytest"}
"""What else stands in a block of commands; whoever reads it has it."""

_ASSIGNED = re.compile(r"[A-Z_]+=\S*")
_USAGE = re.compile(r"\([^)]*\)|[\[\]]")


@dataclass(frozen=True, slots=True)
class Command:
    """One call."""

    words: tuple[str, ...]
    environment: dict[str, str]
    whole: bool
    """Written to be typed as it is; else as one speaks of it, with words left out."""
    told: str


def commands(path: Path) -> Iterator[Command]:
    """All that a page names."""
    page = read(path)
    for block in blocks(page):
        if block.kind in SHELL:
            for line in _lines(block.text, prompted=block.kind == "console"):
                found = _command(line, whole=True)
                if found and (block.kind or _is_ours(found)):
                    yield found
    for span in spans(page):
        found = _command(span, whole=False)
        if found and _is_ours(found) and len(found.words) > 1:
            yield found


def _lines(text: str, *, prompted: bool) -> Iterator[str]:
    """Those that are typed; one that goes on is one."""
    for line in text.replace("\\\n", " ").splitlines():
        if not prompted:
            yield line
        elif line.startswith("$ "):
            yield line[2:]


def _command(line: str, *, whole: bool) -> Command | None:
    cleaned = line if whole else _USAGE.sub("", line)
    try:
        words = shlex.split(cleaned, comments=whole)
    except ValueError:  # words of people, with an apostrophe in them
        return None
    words = words[words[:1] == ["sudo"] :]
    assigned = {}
    while words and _ASSIGNED.fullmatch(words[0]):
        name, _, value = words.pop(0).partition("=")
        assigned[name] = value
    return Command((_program(words[0]), *words[1:]), assigned, whole, line) if words else None


def _program(word: str) -> str:
    """By its name, wherever it lies: `sudo` does not look where whoever types does."""
    return "rempart" if word == "$(command -v rempart)" else word.rpartition(".venv/bin/")[2]


def _is_ours(command: Command) -> bool:
    return command.words[0] in {"rempart", "/rempart", "make"}


def objection(command: Command) -> str | None:
    """What is wrong with it, if anything."""
    program, *words = command.words
    match program:
        case "rempart":
            # `--line` is remembered as soon as it is read: not beyond this reading
            return copy_context().run(_to_rempart, _until_a_pipe(words), whole=command.whole)
        case "/rempart":
            return _to_slack(words)
        case "make":
            return _to_make(words)
        case "python":
            return None if words[:1] != ["-m"] or find_spec(words[1]) else f"there is no module {words[1]}"
    return None if program in OTHERS else f"{program} is not known here"


def _until_a_pipe(words: list[str]) -> list[str]:
    for sign in ("|", ">", "&&"):
        words = words[: words.index(sign)] if sign in words else words
    return words


@cache
def _root() -> Any:
    return typer.main.get_command(app)


def _to_rempart(words: list[str], *, whole: bool) -> str | None:
    """As the command line reads it, up to the moment at which it would do something."""
    try:
        command, name, context = _root(), "rempart", None
        while hasattr(command, "resolve_command"):
            with command.make_context(name, list(words), parent=context) as context:
                rest = [*context._protected_args, *context.args]
                if not rest:
                    return None
                name, command, words = command.resolve_command(context, rest)
        with command.make_context(name, list(words), parent=context):
            return None
    except typer.Exit:
        return None  # --version, --help
    except Misconfigured as error:
        return None if not whole and _are_several(words) else str(error)
    except typer.TyperException as error:
        spoken = not whole and _is_left_out(error, words)
        return None if spoken else error.format_message()


def _is_left_out(error: Exception, words: list[str]) -> bool:
    """Whoever speaks of a command leaves words out, and writes FILE or N where something stands."""
    kinds = {"MissingParameter", "BadParameter", "NoArgsIsHelpError"}
    return type(error).__name__ in kinds or _are_several(words)


def _are_several(words: list[str]) -> bool:
    """Whether several commands are spoken of at once: `campaign export|import`."""
    return any("|" in word for word in words)


def _to_slack(words: list[str]) -> str | None:
    spoken = " ".join(words)
    if re.search(r"\b[A-Z]{4,}\b|\|", spoken):
        return None  # HANDLE and the like: as one speaks of it
    understood = parse(spoken)
    return understood.sentence if isinstance(understood, Misunderstood) else None


def _to_make(words: list[str]) -> str | None:
    targets = set(re.findall(r"^([a-z-]+):", read(ROOT / "Makefile"), re.MULTILINE))
    asked = [word for word in words if re.fullmatch(r"[a-z-]+", word)]
    missing = set(asked) - targets
    return f"there is no target {', '.join(sorted(missing))}" if missing else None
