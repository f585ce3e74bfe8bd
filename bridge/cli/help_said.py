"""`--help` in French, where the system speaks it: by the English that stands beside each command.

Light: a catalogue of paragraphs, for `--help` waits for nothing.
"""

import re
import sys
from collections.abc import Callable
from copy import copy
from functools import cache, partial
from inspect import cleandoc
from typing import Any

from bridge.cli.tongue import language
from bridge.sentences import LOCALE, pairs

CATALOGUE = LOCALE / "help.fr.po"

_BETWEEN = re.compile(r"\n\s*\n")
_DEFAULT = re.compile(r"\[(default): |\b(required)\]")


@cache
def french() -> dict[str, str]:
    """What each paragraph of help is in French."""
    return pairs(CATALOGUE)


def paragraphs(help_: str) -> list[str]:
    """The paragraphs of a help text, each in one line."""
    return [" ".join(one.split()) for one in _BETWEEN.split(cleandoc(help_)) if one.strip()]


def spoken(command: Any) -> Any:
    """The command, if there is one; what it says of itself is in the language of whoever sits there."""
    if command is not None and _is_french():
        _translate(command)
        if not hasattr(command, "list_commands"):
            command.format_help = partial(framed, command.format_help)
    return command


def framed(format_help: Callable[[Any, Any], None], ctx: Any, formatter: Any) -> None:
    """The help, with what the library says around it."""
    if _is_french():
        section, usage, rows = formatter.section, formatter.write_usage, formatter.write_dl
        formatter.section = lambda name: section(french().get(name, name))
        formatter.write_usage = partial(usage, prefix=f"{french()['Usage:']} ")
        formatter.write_dl = lambda told, *more, **named: rows(map(_row, told), *more, **named)
    format_help(ctx, formatter)


def _is_french() -> bool:
    """Whether it is to be said at all, and so: a command that is done says nothing of itself, but one that
    stands alone may be one that has others within it."""
    alone = len(sys.argv) <= 2  # noqa: PLR2004 - `rempart`, and a word
    asked = alone or not {"-h", "--help"}.isdisjoint(sys.argv)
    return asked and language() == "fr"


def _translate(command: Any) -> None:
    command.help, command.short_help = _said(command.help), _said(command.short_help)
    command.params = [_in_french(one) for one in command.params]


def _in_french(parameter: Any) -> Any:
    """Another one, for several commands may have the same."""
    said = copy(parameter)
    said.help = _said(getattr(parameter, "help", None))
    if isinstance(default := getattr(parameter, "show_default", None), str):
        said.show_default = french().get(default, default)
    return said


def _said(help_: str | None) -> str | None:
    return help_ and "\n\n".join(french().get(one, one) for one in paragraphs(help_))


def _row(row: tuple[str, str]) -> tuple[str, str]:
    name, said = row
    return name, _DEFAULT.sub(_bracketed, french().get(said, said))


def _bracketed(found: re.Match[str]) -> str:
    return f"[{french()[found[1]]}\N{NO-BREAK SPACE}: " if found[1] else f"{french()[found[2]]}]"
