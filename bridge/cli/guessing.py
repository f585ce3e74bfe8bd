"""What somebody meant who wrote what there is not: a command, an option."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from bridge.cli.said import said as in_own_language
from bridge.cli.speech import words
from bridge.errors import Misconfigured
from bridge.text.shown import in_one_line

_LONGEST = 40  # characters of what was written that are repeated
_HELP = "help"
"""What people type in the room and elsewhere; nothing else is meant by it, least of all `shield`."""


def no_command(written: str, known: Sequence[str], within: str) -> Misconfigured:
    """There is no such command `within` another one, or within `rempart` itself."""
    said, meant = words().within("command"), get_close_matches(written.lower(), [*known, _HELP], n=1)
    about = {"written": in_one_line(written[:_LONGEST])}
    if meant and meant != [_HELP]:
        return Misconfigured(said("no_command_meant", meant=meant[0], **about))
    return Misconfigured(said("no_command", within=within, **about))


def no_option(error: Any) -> str:
    """There is no such option of a command; `error` is the library's, which knows those that there are."""
    said, written = words().within("command"), in_one_line(str(error.option_name)[:_LONGEST])
    known = [name for one in _options(error) for name in one.opts]
    meant = [*get_close_matches(written, known, n=1), *(error.possibilities or ())]
    if meant:
        return said("no_option_meant", written=written, meant=meant[0])
    return said("no_option", written=written, known=", ".join(sorted(known)) or "--help")


def wrong_usage(error: Any) -> str:
    """What is missing or too much, with how it is written; else the library's own sentence, likewise."""
    said, told = words().within("command"), in_one_line(error.format_message()).rstrip(".")
    if type(error).__name__ == "BadOptionUsage":
        kind = "value_too_many" if told.endswith("does not take a value") else "value_missing"
        return said(kind, name=in_one_line(error.option_name[:_LONGEST]))
    if (number := _no_number(error)) is not None:
        return number
    if getattr(error, "ctx", None) is None:
        return f"{told}."
    pieces = [error.ctx.command_path, *error.ctx.command.collect_usage_pieces(error.ctx)]
    usage = " ".join(pieces).replace("{", "").replace("}", "")  # the library's sign for what must stand there
    if type(error).__name__ == "MissingParameter" and error.param is not None:
        return said("word_missing", name=error.param.get_error_hint().strip("'"), usage=usage)
    if told.startswith("Got unexpected extra argument"):
        return said("word_too_many", usage=usage)
    if type(error).__name__ == "BadParameter" and error.param is None:  # our own sentence
        told = in_own_language(error.message).rstrip(".")
    return said("wrong_usage", told=told, usage=usage)


_NUMBERS = {
    "int_parsing": "number_whole",
    "int_from_float": "number_whole",
    "float_parsing": "number_meant",
    "less_than_equal": "number_too_high",
    "greater_than_equal": "number_too_low",
}
"""How the library calls what is wrong with a number, and what we say."""


def _no_number(error: Any) -> str | None:
    """Of an option that takes a number, which ones it takes; `None` where something else is wrong."""
    wrongs: list[Any] = getattr(error.__cause__, "errors", list)()
    code = _NUMBERS.get(wrongs[0]["type"]) if wrongs else None
    if code is None or error.param is None:
        return None
    bounds = {name: str(bound) for name, bound in wrongs[0].get("ctx", {}).items() if name in ("le", "ge")}
    return words().within("command")(code, name=error.param.get_error_hint().strip("'"), **bounds)


def is_bare(error: Any) -> bool:
    """Whether somebody wrote a command that has others within it, and none of those."""
    return type(error).__name__ == "NoArgsIsHelpError"


def _options(error: Any) -> list[Any]:
    command = error.ctx.command if getattr(error, "ctx", None) else None
    return [one for one in getattr(command, "params", ()) if any(n.startswith("-") for n in one.opts)]
